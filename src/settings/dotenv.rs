//! The grammar of `.env` as in python-dotenv, with which the platform reads the same file.

mod expansion;
mod reader;

use std::{collections::HashMap, ops::Range};

use self::reader::Reader;

/// A part of the file: a setting, a comment, or an unreadable line.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// From the first character to the end of the last line.
    pub range: Range<usize>,
    /// The first line, counted from 1.
    pub line: usize,
    pub exported: bool,
    /// `None` for a comment.
    pub key: Option<String>,
    /// As written, without quotes; `None` without an equals sign.
    pub value: Option<String>,
    /// If false, the statement was skipped to the end of its line, and the key is a guess.
    pub readable: bool,
}

/// The values of a file.
#[derive(Debug, Default)]
pub struct Values {
    pub by_name: HashMap<String, String>,
    /// Keys and lines of references to unset variables, which count as empty.
    pub unresolved: Vec<(String, usize)>,
    /// The line of a value that is too long.
    pub too_long: Option<usize>,
}

/// Splits a text into statements. An unreadable part becomes a statement too.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut reader = Reader::new(text);
    std::iter::from_fn(|| reader.statement()).collect()
}

/// Evaluates the statements; each may refer to the environment and to earlier statements.
pub fn values(statements: &[Statement], environment: &dyn Fn(&str) -> Option<String>) -> Values {
    let mut seen: HashMap<&str, Option<String>> = HashMap::new();
    let mut unresolved = Vec::new();
    let mut too_long = None;
    for statement in statements.iter().filter(|statement| statement.readable) {
        let Some(key) = &statement.key else { continue };
        let value = statement.value.as_ref().map(|value| {
            let known = |name: &str| {
                // Like python-dotenv when the environment has precedence.
                let set = environment(name);
                set.or_else(|| Some(seen.get(name)?.clone().unwrap_or_default()))
            };
            let expanded = expansion::expand(value, known);
            too_long = too_long.or(expanded.cut.then_some(statement.line));
            if !expanded.resolved {
                unresolved.push((key.clone(), statement.line));
            }
            if expanded.cut {
                String::new()
            } else {
                expanded.text
            }
        });
        seen.insert(key, value);
    }
    let by_name = seen
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    Values {
        by_name,
        unresolved,
        too_long,
    }
}

/// The content of the quotes, if the text is exactly one quoted value.
pub fn unquoted(text: &str) -> Option<String> {
    let mut reader = Reader::new(text);
    let value = reader.quoted()?;
    reader.is_at_end().then_some(value)
}

/// Tells if the platform would expand a reference in this value.
pub fn refers(value: &str) -> bool {
    expansion::expand(value, |_| Some(String::new())).text != value
}
