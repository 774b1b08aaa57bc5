use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

/// The longer signs first, of which the shorter are the beginning.
const SIGNS: [(&str, Operator); 6] = [
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("!=", Operator::Unequal),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("=", Operator::Equal),
];

/// Such as `< 5`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    pub operator: Operator,
    pub limit: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a comparison with a number, such as \"< 5\", \">= 10\" or \"!= 0\"")]
pub struct BadComparison;

impl Comparison {
    #[expect(
        clippy::float_cmp,
        reason = "the operator asks for exactly this number, as it is written"
    )]
    pub fn holds(self, value: f64) -> bool {
        let Self { operator, limit } = self;
        match operator {
            Operator::Less => value < limit,
            Operator::AtMost => value <= limit,
            Operator::Greater => value > limit,
            Operator::AtLeast => value >= limit,
            Operator::Equal => value == limit,
            Operator::Unequal => value != limit,
        }
    }
}

impl FromStr for Comparison {
    type Err = BadComparison;

    fn from_str(text: &str) -> Result<Self, BadComparison> {
        let text = text.trim();
        let (operator, rest) = SIGNS
            .iter()
            .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)))
            .ok_or(BadComparison)?;
        let rest = rest.trim();
        // Rust also reads words such as `inf`.
        let is_number = rest.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        let limit: f64 = rest.parse().map_err(|_| BadComparison)?;
        if is_number && limit.is_finite() {
            Ok(Self { operator, limit })
        } else {
            Err(BadComparison)
        }
    }
}
