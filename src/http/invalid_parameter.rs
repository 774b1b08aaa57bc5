//! What is wrong with a request, told in the words of the first implementation's framework.

use std::{fmt::Display, num::IntErrorKind, ops::RangeInclusive};

use serde::Serialize;
use utoipa::ToSchema;

/// What is wrong with one parameter
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Where the parameter is, path or query, and its name
    #[schema(value_type = Vec<String>)]
    loc: (Place, &'static str),
    /// For people
    msg: String,
    /// For programs, such as `missing` or `int_parsing`
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    Path,
    Query,
}

impl Fault {
    /// Of a parameter of the query.
    pub fn new(name: &'static str, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            loc: (Place::Query, name),
            msg: message.into(),
            kind,
        }
    }

    /// The value is of the right type and still not one to work with.
    pub fn value(name: &'static str, problem: impl Display) -> Self {
        Self::new(name, "value_error", format!("Value error, {problem}"))
    }

    /// The value is none of these words: `Input should be 'one', 'another' or 'a third'`.
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
    pub fn at(self, place: Place) -> Self {
        let (_, name) = self.loc;
        Self {
            loc: (place, name),
            ..self
        }
    }
}

impl From<Fault> for Vec<Fault> {
    fn from(fault: Fault) -> Self {
        vec![fault]
    }
}

/// Both values, or the faults of both.
pub fn both<A, B, E, F>(one: Result<A, E>, two: Result<B, F>) -> Result<(A, B), Vec<Fault>>
where
    E: Into<Vec<Fault>>,
    F: Into<Vec<Fault>>,
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

/// Reads a whole number within the range.
pub fn integer<N>(name: &'static str, text: &str, range: &RangeInclusive<N>) -> Result<N, Fault>
where
    N: Copy + Display + Into<i64> + TryFrom<i64>,
{
    let below = || {
        let message = format!("Input should be greater than or equal to {}", range.start());
        Fault::new(name, "greater_than_equal", message)
    };
    let above = || {
        let message = format!("Input should be less than or equal to {}", range.end());
        Fault::new(name, "less_than_equal", message)
    };
    match text.trim().parse::<i64>() {
        Ok(number) if number < (*range.start()).into() => Err(below()),
        Ok(number) if number > (*range.end()).into() => Err(above()),
        Ok(number) => N::try_from(number).map_err(|_| above()),
        Err(error) => Err(match error.kind() {
            IntErrorKind::NegOverflow => below(),
            IntErrorKind::PosOverflow => above(),
            _ => Fault::new(
                name,
                "int_parsing",
                "Input should be a valid integer, unable to parse string as an integer",
            ),
        }),
    }
}
