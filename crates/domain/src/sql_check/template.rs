//! The text of a fault, with the columns whose values go into it.

use std::str::FromStr;

/// As a message shows them; a query's columns are named in the query.
const COLUMN_CHARS: usize = 63;
const TEXT_CHARS: usize = 500;

/// Such as `{article} ({marketplace}): margin {value} %`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Column(String),
    /// The figure, whatever its column is called.
    Value,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    #[error("expected a text of up to {TEXT_CHARS} characters")]
    Length,
    #[error(
        "expected columns between braces, such as {{article}}; write {{{{ and }}}} for braces themselves"
    )]
    Braces,
}

/// Tells if a column may be asked for by this name, which is quoted in the query.
pub fn is_column(name: &str) -> bool {
    name.chars().count() <= COLUMN_CHARS
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && name.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

impl Template {
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The columns that it names; the figure is not among them.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Column(name) => Some(name.as_str()),
            Piece::Text(_) | Piece::Value => None,
        })
    }

    pub fn has_value(&self) -> bool {
        self.0.contains(&Piece::Value)
    }
}

impl FromStr for Template {
    type Err = BadTemplate;

    fn from_str(text: &str) -> Result<Self, BadTemplate> {
        if text.trim().is_empty() || text.chars().count() > TEXT_CHARS {
            return Err(BadTemplate::Length);
        }
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain += before;
            if from.starts_with("{{") || from.starts_with("}}") {
                plain += &from[..1];
                rest = &from[2..];
                continue;
            }
            let inner = from.strip_prefix('{').ok_or(BadTemplate::Braces)?;
            let (name, after) = inner.split_once('}').ok_or(BadTemplate::Braces)?;
            if !is_column(name) {
                return Err(BadTemplate::Braces);
            }
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(match name {
                "value" => Piece::Value,
                name => Piece::Column(name.to_owned()),
            });
            rest = after;
        }
        plain += rest;
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Self(pieces))
    }
}
