//! Validation errors, in the form of `FastAPI`, the framework of the first implementation.

use std::{fmt::Display, num::IntErrorKind, ops::RangeInclusive};

use serde::Serialize;
use utoipa::ToSchema;

/// An invalid parameter
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct InvalidParameter {
    /// The parameter's location, path or query, and its name
    #[schema(value_type = Vec<String>)]
    loc: (ParameterLocation, &'static str),
    /// A text for people
    msg: String,
    /// For programs, such as `missing` or `int_parsing`
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterLocation {
    Path,
    Query,
}

impl InvalidParameter {
    /// An invalid query parameter.
    pub fn new(name: &'static str, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            loc: (ParameterLocation::Query, name),
            msg: message.into(),
            kind,
        }
    }

    /// A value of the right type that is not acceptable.
    pub fn value(name: &'static str, problem: impl Display) -> Self {
        Self::new(name, "value_error", format!("Value error, {problem}"))
    }

    /// A value that is none of these words: `Input should be 'one', 'another' or 'a third'`.
    pub fn word(name: &'static str, words: &[&str]) -> Self {
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let message = match &quoted[..] {
            [before @ .., last] if !before.is_empty() => {
                format!("Input should be {} or {last}", before.join(", "))
            }
            _ => format!("Input should be {}", quoted.join("")),
        };
        Self::new(name, "enum", message)
    }

    #[must_use]
    pub fn at(self, location: ParameterLocation) -> Self {
        let (_, name) = self.loc;
        Self {
            loc: (location, name),
            ..self
        }
    }
}

impl From<InvalidParameter> for Vec<InvalidParameter> {
    fn from(fault: InvalidParameter) -> Self {
        vec![fault]
    }
}

/// Both values, or the errors of both.
pub fn both<A, B, E, F>(
    one: Result<A, E>,
    two: Result<B, F>,
) -> Result<(A, B), Vec<InvalidParameter>>
where
    E: Into<Vec<InvalidParameter>>,
    F: Into<Vec<InvalidParameter>>,
{
    match (one, two) {
        (Ok(one), Ok(two)) => Ok((one, two)),
        (Err(one), Err(two)) => {
            let mut faults = one.into();
            faults.extend(two.into());
            Err(faults)
        }
        (Err(faults), Ok(_)) => Err(faults.into()),
        (Ok(_), Err(faults)) => Err(faults.into()),
    }
}

/// Parses an integer within the range.
pub fn integer<N>(
    name: &'static str,
    text: &str,
    range: &RangeInclusive<N>,
) -> Result<N, InvalidParameter>
where
    N: Copy + Display + Into<i64> + TryFrom<i64>,
{
    let below = || {
        let message = format!("Input should be greater than or equal to {}", range.start());
        InvalidParameter::new(name, "greater_than_equal", message)
    };
    let above = || {
        let message = format!("Input should be less than or equal to {}", range.end());
        InvalidParameter::new(name, "less_than_equal", message)
    };
    match text.trim().parse::<i64>() {
        Ok(number) if number < (*range.start()).into() => Err(below()),
        Ok(number) if number > (*range.end()).into() => Err(above()),
        Ok(number) => N::try_from(number).map_err(|_| above()),
        Err(error) => Err(match error.kind() {
            IntErrorKind::NegOverflow => below(),
            IntErrorKind::PosOverflow => above(),
            _ => InvalidParameter::new(
                name,
                "int_parsing",
                "Input should be a valid integer, unable to parse string as an integer",
            ),
        }),
    }
}
