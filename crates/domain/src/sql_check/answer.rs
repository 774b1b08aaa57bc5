//! The answer of a database to a check's query.

/// One value. Its kind says how it can be used; its text is as the database writes it, within bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Whole(String),
    /// Of exact decimals.
    Decimal(String),
    Float(String),
    Text(String),
    /// Bytes, or another kind that cannot be shown.
    Binary,
}

/// The rows, with the cells in the order of [`SqlCheck::columns`](super::SqlCheck::columns).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub rows: Vec<Vec<Cell>>,
    /// There are more than the check reads.
    pub more: bool,
}

/// Why an answer cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAnswer {
    NullKey {
        column: String,
    },
    KeyKind {
        column: String,
    },
    LongKey {
        column: String,
    },
    NullValue {
        column: String,
    },
    ValueKind {
        column: String,
    },
    /// None of the rows that were read fails, and there are more.
    TooMany {
        rows: usize,
    },
}

impl Cell {
    pub fn shown(&self) -> &str {
        match self {
            Self::Null => "—",
            Self::Binary => "…",
            Self::Whole(text) | Self::Decimal(text) | Self::Float(text) | Self::Text(text) => text,
        }
    }

    /// As a part of a key. A float is none: the same number may be written in several ways.
    pub fn key(&self, column: &str) -> Result<&str, BadAnswer> {
        let column = column.to_owned();
        match self {
            Self::Null => Err(BadAnswer::NullKey { column }),
            Self::Whole(text) | Self::Text(text) => Ok(text),
            Self::Decimal(text) if !text.contains('.') => Ok(text),
            Self::Decimal(_) | Self::Float(_) | Self::Binary => Err(BadAnswer::KeyKind { column }),
        }
    }

    /// As the figure.
    pub fn number(&self, column: &str) -> Result<f64, BadAnswer> {
        let column = column.to_owned();
        let number = match self {
            Self::Null => return Err(BadAnswer::NullValue { column }),
            Self::Whole(text) | Self::Decimal(text) | Self::Float(text) => text.parse().ok(),
            Self::Text(_) | Self::Binary => None,
        };
        number
            .filter(|number: &f64| number.is_finite())
            .ok_or(BadAnswer::ValueKind { column })
    }
}
