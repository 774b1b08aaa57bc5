//! The grammar of `.env` as python-dotenv has it, with which the platform reads the same file.

mod expansion;
mod reader;

use std::{collections::HashMap, ops::Range};

use self::reader::Reader;

/// A piece of the file: a setting, a comment, or what is neither.
#[derive(Debug, PartialEq, Eq)]
pub struct Statement {
    /// From its first letter to the end of its last line.
    pub range: Range<usize>,
    /// Where it begins, counted from 1.
    pub line: usize,
    pub exported: bool,
    /// `None` of a comment.
    pub key: Option<String>,
    /// As it is written, without quotes; `None` without an equals sign.
    pub value: Option<String>,
    /// Otherwise it is skipped to the end of the line that cannot be understood, and its key is what seems to be one.
    pub readable: bool,
}

/// The values of a file.
#[derive(Debug, Default)]
pub struct Values {
    pub by_name: HashMap<String, String>,
    /// Names and lines of those that refer to something that is set nowhere, which counts as empty.
    pub unresolved: Vec<(String, usize)>,
    /// The line of a value that is too long.
    pub too_long: Option<usize>,
}

/// All statements of a text. Nothing of it is refused: what cannot be read is a statement too.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut reader = Reader::new(text);
    std::iter::from_fn(|| reader.statement()).collect()
}

/// What the statements come to, where each may refer to the environment and to those before it.
pub fn values(statements: &[Statement], environment: &dyn Fn(&str) -> Option<String>) -> Values {
    let mut seen: HashMap<&str, Option<String>> = HashMap::new();
    let mut unresolved = Vec::new();
    let mut too_long = None;
    for statement in statements.iter().filter(|statement| statement.readable) {
        let Some(key) = &statement.key else { continue };
        let value = statement.value.as_ref().map(|value| {
            let known = |name: &str| {
                // As where the environment has precedence over the file.
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

/// What stands between the quotes, if the text is one value in quotes and nothing else.
pub fn unquoted(text: &str) -> Option<String> {
    let mut reader = Reader::new(text);
    let value = reader.quoted()?;
    reader.is_at_end().then_some(value)
}

/// Tells if the platform would read another value in place of a part of this one.
pub fn refers(value: &str) -> bool {
    expansion::expand(value, |_| Some(String::new())).text != value
}
