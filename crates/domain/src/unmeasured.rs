//! A check that measured nothing.

use std::collections::BTreeSet;

use super::{Arg, Check, Finding, Status};

/// The finding of a detector whose table is missing, with the table's name as `relation`.
pub const NO_TABLE: &str = "finding-no-table";

/// A check that measured nothing, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmeasured {
    pub source: String,
    /// `None` for one that this version cannot read.
    pub finding: Option<Finding>,
    /// The same in English.
    pub message: String,
}

impl Unmeasured {
    /// Those of the checks that measured nothing, by name.
    pub fn among(checks: &[Check]) -> Vec<Self> {
        let mut unmeasured: Vec<Self> = checks
            .iter()
            .filter(|check| check.status == Status::NotMeasured)
            .map(|check| Self {
                source: check.source.to_string(),
                finding: Some(check.finding.clone()),
                message: check.message.clone(),
            })
            .collect();
        unmeasured.sort_by(|one, other| one.source.cmp(&other.source));
        unmeasured
    }

    /// The table that it would read and that is missing.
    pub fn missing_table(&self) -> Option<&str> {
        let finding = self.finding.as_ref()?;
        match finding.args.get("relation") {
            Some(Arg::Text(table)) if finding.key == NO_TABLE => Some(table),
            _ => None,
        }
    }
}

/// The tables that these checks would read and that are missing.
pub fn missing_tables(unmeasured: &[Unmeasured]) -> BTreeSet<String> {
    let tables = unmeasured.iter().filter_map(Unmeasured::missing_table);
    tables.map(str::to_owned).collect()
}
