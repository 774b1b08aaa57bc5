//! The lines of a file on which its tables and fields stand, for those who mend it.

use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

/// The lines of a table: its own, those of its fields, and those of the tables in its lists.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    own: usize,
    fields: HashMap<String, usize>,
    entries: HashMap<String, Vec<Lines>>,
}

impl Lines {
    /// Those of a file that can be read as TOML.
    pub fn of(text: &str) -> Self {
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let line = |at: usize| ends.partition_point(|end| *end < at) + 1;
        match DeTable::parse(text) {
            Ok(root) => Self::of_table(root.get_ref(), 1, &line),
            Err(_) => Self::default(),
        }
    }

    fn of_table(table: &DeTable<'_>, own: usize, line: &dyn Fn(usize) -> usize) -> Self {
        let mut lines = Self {
            own,
            ..Self::default()
        };
        for (key, value) in table {
            let name = key.get_ref().to_string();
            lines.fields.insert(name.clone(), line(key.span().start));
            if let DeValue::Array(items) = value.get_ref() {
                let tables = items.iter().map(|item| match item.get_ref() {
                    DeValue::Table(table) => Self::of_table(table, line(item.span().start), line),
                    _ => Self::default(),
                });
                lines.entries.insert(name, tables.collect());
            }
        }
        lines
    }

    /// The field's line, or that of the table in which it is missing.
    pub fn of_field(&self, field: &str) -> usize {
        self.fields.get(field).copied().unwrap_or(self.own)
    }

    /// Those of each table in the list of this name.
    pub fn take_entries(&mut self, list: &str) -> Vec<Self> {
        self.entries.remove(list).unwrap_or_default()
    }
}
