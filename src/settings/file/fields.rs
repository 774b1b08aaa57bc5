use std::{ops::RangeInclusive, time::Duration};

use toml::{Table, Value};

use super::lines::Lines;
use crate::{domain::Span, settings::nearest::nearest};

/// How much of an unknown key is repeated in an error.
const KEY_SHOWN: usize = 40;

/// A table of the file, and where it stands.
pub struct Entry {
    pub table: Table,
    pub lines: Lines,
}

/// A table that is read field by field, collecting all errors.
pub struct Fields {
    /// The prefix of each error.
    place: String,
    lines: Lines,
    rest: Table,
    known: Vec<&'static str>,
    faults: Vec<String>,
}

impl Fields {
    pub fn new(place: String, Entry { table, lines }: Entry) -> Self {
        Self {
            place,
            lines,
            rest: table,
            known: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Parses a text field. Errors are collected.
    pub fn text<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let parsed = match self.take(key)? {
            Value::String(text) => parse(&text),
            _ => Err("expected text between quotes".to_owned()),
        };
        parsed.map_err(|problem| self.fault(key, &problem)).ok()
    }

    /// Parses a list of texts.
    pub fn texts<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(key)? else {
            self.fault(key, "expected a list such as [\"one\", \"two\"]");
            return None;
        };
        let parsed = items.iter().map(|item| match item {
            Value::String(text) => parse(text),
            _ => Err("expected texts between quotes".to_owned()),
        });
        let parsed: Result<_, _> = parsed.collect();
        parsed.map_err(|problem| self.fault(key, &problem)).ok()
    }

    /// Parses a number.
    pub fn number(&mut self, key: &'static str, range: RangeInclusive<u16>) -> Option<u16> {
        let number = self.take(key)?.as_integer();
        let number = number.and_then(|number| u16::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = (range.start(), range.end());
            self.fault(key, &format!("expected a number from {least} to {most}"));
        }
        number
    }

    /// Takes a field whose form says what it is.
    pub fn value(&mut self, key: &'static str) -> Option<Value> {
        self.take(key)
    }

    /// Parses a list of numbers.
    pub fn numbers(&mut self, key: &'static str, range: RangeInclusive<u16>) -> Option<Vec<u16>> {
        let items = match self.take(key)? {
            Value::Array(items) => items,
            other => vec![other],
        };
        let number = |item: &Value| {
            let number = item.as_integer()?.try_into().ok();
            number.filter(|number| range.contains(number))
        };
        let numbers: Option<Vec<u16>> = items.iter().map(number).collect();
        let numbers = numbers.filter(|numbers| !numbers.is_empty());
        if numbers.is_none() {
            let (least, most) = (range.start(), range.end());
            self.fault(key, &format!("expected numbers from {least} to {most}"));
        }
        numbers
    }

    /// Parses a table of texts; empty if it is missing.
    pub fn pairs<T>(
        &mut self,
        key: &'static str,
        parse: impl Fn(&str, &str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let table = match self.take(key) {
            None => return Some(Vec::new()),
            Some(Value::Table(table)) => table,
            Some(_) => {
                self.fault(key, "expected a table such as { Name = \"value\" }");
                return None;
            }
        };
        let (mut parsed, wanted) = (Vec::new(), table.len());
        for (name, value) in table {
            let pair = match &value {
                Value::String(text) => parse(&name, text),
                _ => Err("expected text between quotes".to_owned()),
            };
            match pair {
                Ok(pair) => parsed.push(pair),
                Err(problem) => {
                    let name: String = name.chars().take(KEY_SHOWN).collect();
                    self.fault(key, &format!("{name:?}: {problem}"));
                }
            }
        }
        (parsed.len() == wanted).then_some(parsed)
    }

    /// The entries `[[key]]`.
    pub fn entries(&mut self, key: &'static str) -> Vec<Entry> {
        let tables = self.tables(key);
        let lines = self.lines.take_entries(key).into_iter();
        let lines = lines.chain(std::iter::repeat_with(Lines::default));
        let entries = tables.into_iter().zip(lines);
        entries
            .map(|(table, lines)| Entry { table, lines })
            .collect()
    }

    fn tables(&mut self, key: &'static str) -> Vec<Table> {
        let entries = match self.take(key) {
            None => Some(Vec::new()),
            Some(Value::Array(entries)) => entries
                .into_iter()
                .map(|entry| match entry {
                    Value::Table(table) => Some(table),
                    _ => None,
                })
                .collect(),
            Some(_) => None,
        };
        entries.unwrap_or_else(|| {
            self.fault(key, &format!("expected entries that begin with [[{key}]]"));
            Vec::new()
        })
    }

    pub fn has(&self, key: &str) -> bool {
        self.rest.contains_key(key)
    }

    pub fn fault(&mut self, key: &str, problem: &str) {
        self.fault_named(key, key, problem);
    }

    /// `shown` is the key as the error repeats it.
    fn fault_named(&mut self, key: &str, shown: &str, problem: &str) {
        let (line, place) = (self.lines.of_field(key), &self.place);
        self.faults
            .push(format!("line {line}: {place}{shown}: {problem}"));
    }

    /// All errors, including unknown fields.
    pub fn unknown(mut self) -> Vec<String> {
        let known = self.known.join(", ");
        for (key, _) in std::mem::take(&mut self.rest) {
            let shown: String = key.chars().take(KEY_SHOWN).collect();
            let near = nearest(&shown, self.known.iter().copied());
            let problem = format!("there is no such field; there are {known}{near}");
            self.fault_named(&key, &format!("{shown:?}"), &problem);
        }
        self.faults
    }

    fn take(&mut self, key: &'static str) -> Option<Value> {
        self.known.push(key);
        self.rest.remove(key)
    }
}

/// A length of time such as `5s`. `None` if it is none, or longer than `most`.
pub fn time_limit(text: &str, most: Duration) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let length = span.duration().to_std().ok()?;
    (length <= most).then_some(length)
}
