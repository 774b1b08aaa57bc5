//! Checks of an operator's own, each a query with a condition: their definition and their judgement.

mod answer;
mod comparison;
mod judging;
mod parameter;
mod statement;
mod streaks;
mod template;

use std::time::Duration;

pub use self::{
    answer::{Answer, BadAnswer, Cell},
    comparison::{Comparison, Operator},
    judging::{KEYS_TOLD, Outcome, judge, verdict},
    parameter::{DAYS_AGO_MAX, Parameter, ParameterValue},
    statement::{BadStatement as StatementError, Statement},
    streaks::Streaks,
    template::{Template, is_column},
};
use super::{Severity, words};

words! {
    /// The meaning of no rows for a check that compares a figure
    pub enum Empty {
        Pass = "pass",
        Fail = "fail",
        Unknown = "unknown",
    }
}

/// When a check fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// Each row is a fault.
    Rows,
    /// That there is no row is the fault.
    NoRows,
    /// Each row whose figure compares so is a fault.
    Value(Comparison),
    /// Each row that reaches a step of the severity is a fault.
    Steps,
}

impl When {
    /// Tells if the figure decides.
    pub fn compares(self) -> bool {
        matches!(self, Self::Value(_) | Self::Steps)
    }
}

/// The severity of rows whose figure compares so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub when: Comparison,
    pub severity: Severity,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SqlCheck {
    pub name: String,
    pub statement: Statement,
    /// The columns that tell one fault from another; none if there is one fault at most.
    pub key: Vec<String>,
    /// The column with the figure.
    pub value: Option<String>,
    pub when: When,
    /// Of failing rows that reach no step.
    pub severity: Severity,
    pub steps: Vec<Step>,
    pub text: Template,
    pub text_ru: Template,
    /// How often it runs; in each sweep when `None`.
    pub every: Option<chrono::Duration>,
    /// The failing runs in a row after which a fault is told.
    pub runs: u32,
    pub empty: Empty,
    pub timeout: Duration,
    pub max_rows: usize,
    /// Markdown.
    pub runbook: Option<String>,
    /// The configured action that remedies its faults.
    pub action: Option<String>,
}

impl SqlCheck {
    /// The columns that are read, each once; no others leave the database.
    pub fn columns(&self) -> Vec<&str> {
        let texts = self.text.columns().chain(self.text_ru.columns());
        let named = self.key.iter().chain(&self.value).map(String::as_str);
        let mut columns: Vec<&str> = Vec::new();
        for column in named.chain(texts) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }
}
