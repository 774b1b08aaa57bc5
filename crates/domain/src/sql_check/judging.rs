//! The judgement of a check's answer.

use std::collections::HashMap;

use super::{Answer, BadAnswer, Cell, Empty, SqlCheck, When, template::Piece};
use crate::{Arg, Fault, Finding, Severity, Verdict};

/// More faults than this at once become one that counts them.
pub const KEYS_TOLD: usize = 20;
/// The key of that one.
const MANY: &str = "many";
/// The key of the only fault of a check without keys.
const ALONE: &str = "check";
/// Longer keys would be cut, and then two of them could be the same.
const KEY_CHARS: usize = 250;
/// A figure nearer to nothing than this would be shown as nothing.
const LEAST_SHOWN: f64 = 0.01;

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Pass {
        rows: usize,
    },
    /// There are no rows, and nobody has said what that means.
    Unknown,
    Faults {
        faults: Vec<Fault>,
        /// There are rows that were not read.
        more: bool,
    },
}

impl Outcome {
    /// The keys of the faults.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let faults: &[Fault] = match self {
            Self::Faults { faults, .. } => faults,
            Self::Pass { .. } | Self::Unknown => &[],
        };
        faults.iter().map(|fault| fault.key.as_str())
    }
}

/// A fault with the row that it is told by.
struct Failing<'a> {
    key: String,
    severity: Severity,
    row: &'a [Cell],
}

pub fn judge(check: &SqlCheck, answer: &Answer) -> Result<Outcome, BadAnswer> {
    let Answer { rows, more } = answer;
    if check.when == When::NoRows {
        return Ok(match rows.len() {
            0 => faults(vec![fault(check, ALONE, check.severity, &[])], false),
            rows => Outcome::Pass { rows },
        });
    }
    if rows.is_empty() && check.when.compares() {
        return Ok(match check.empty {
            Empty::Pass => Outcome::Pass { rows: 0 },
            Empty::Unknown => Outcome::Unknown,
            Empty::Fail => faults(vec![nothing(check)], false),
        });
    }
    let failing = failing(check, rows)?;
    if failing.is_empty() {
        return if *more {
            Err(BadAnswer::TooMany { rows: rows.len() })
        } else {
            Ok(Outcome::Pass { rows: rows.len() })
        };
    }
    let told = failing
        .iter()
        .map(|failing| fault(check, &failing.key, failing.severity, failing.row));
    // A check without keys has seen its one fault, however many rows there are.
    Ok(faults(told.collect(), *more && !check.key.is_empty()))
}

fn faults(faults: Vec<Fault>, more: bool) -> Outcome {
    Outcome::Faults { faults, more }
}

/// The failing rows, the worst of each key, in the order in which the keys came.
fn failing<'a>(check: &SqlCheck, rows: &'a [Vec<Cell>]) -> Result<Vec<Failing<'a>>, BadAnswer> {
    let mut found: Vec<Failing<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for row in rows {
        // Each key is looked at, so that one that is NULL never passes.
        let key = key(check, row)?;
        let Some(severity) = severity(check, row)? else {
            continue;
        };
        match places.get(&key) {
            Some(place) if found[*place].severity >= severity => {}
            Some(place) => {
                found[*place].severity = severity;
                found[*place].row = row;
            }
            None => {
                places.insert(key.clone(), found.len());
                found.push(Failing { key, severity, row });
            }
        }
    }
    Ok(found)
}

/// The key columns are the first of a row.
fn key(check: &SqlCheck, row: &[Cell]) -> Result<String, BadAnswer> {
    if check.key.is_empty() {
        return Ok(ALONE.to_owned());
    }
    let parts = check.key.iter().zip(row);
    let parts: Result<Vec<_>, _> = parts.map(|(column, cell)| cell.key(column)).collect();
    // Unlike the words joined, it tells `a, b` and `c` from `a` and `b, c`.
    let key = format!("row:{}", serde_json::json!(parts?));
    if key.chars().count() > KEY_CHARS {
        let column = check.key.join(", ");
        return Err(BadAnswer::LongKey { column });
    }
    Ok(key)
}

/// `None` for a row that is no fault.
fn severity(check: &SqlCheck, row: &[Cell]) -> Result<Option<Severity>, BadAnswer> {
    if check.when == When::Rows && check.steps.is_empty() {
        return Ok(Some(check.severity));
    }
    let column = check.value.as_deref().unwrap_or_default();
    let figure = cell(check, row, column)
        .unwrap_or(&Cell::Null)
        .number(column)?;
    let steps = check.steps.iter().filter(|step| step.when.holds(figure));
    let reached = steps.map(|step| step.severity).max();
    Ok(match check.when {
        When::Value(comparison) if !comparison.holds(figure) => None,
        When::Steps => reached,
        When::Value(_) | When::Rows | When::NoRows => Some(reached.unwrap_or(check.severity)),
    })
}

fn cell<'a>(check: &SqlCheck, row: &'a [Cell], column: &str) -> Option<&'a Cell> {
    let at = check.columns().iter().position(|known| *known == column)?;
    row.get(at)
}

fn fault(check: &SqlCheck, key: &str, severity: Severity, row: &[Cell]) -> Fault {
    let text = Arg::Words {
        en: words(check, check.text.pieces(), row),
        ru: words(check, check.text_ru.pieces(), row),
    };
    // No column can have this name.
    let finding = Finding::new("finding-sql-fault").arg("own-text", text);
    let mut fault = Fault::new(key, finding).severe(Some(severity));
    for (column, cell) in check.columns().into_iter().zip(row) {
        let figure = match cell {
            cell if check.value.as_deref() == Some(column) => shown_figure(cell),
            cell => Arg::Text(cell.shown().to_owned()),
        };
        fault.extras.insert(column.to_owned(), (&figure).into());
    }
    fault
}

/// That there is nothing to compare is told without the rows' text, which would have nothing to fill it with.
fn nothing(check: &SqlCheck) -> Fault {
    Fault::new(ALONE, "finding-sql-nothing").severe(Some(check.severity))
}

fn words(check: &SqlCheck, pieces: &[Piece], row: &[Cell]) -> Vec<Arg> {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => Arg::Text(text.clone()),
        Piece::Column(column) => {
            let cell = cell(check, row, column).unwrap_or(&Cell::Null);
            Arg::Text(cell.shown().to_owned())
        }
        Piece::Value => {
            let column = check.value.as_deref().unwrap_or_default();
            shown_figure(cell(check, row, column).unwrap_or(&Cell::Null))
        }
    });
    pieces.collect()
}

/// A number is written as the language writes it.
fn shown_figure(cell: &Cell) -> Arg {
    let plain = || Arg::Text(cell.shown().to_owned());
    match (cell, cell.number("")) {
        (Cell::Whole(text), Ok(_)) => text.parse().map_or_else(|_| plain(), Arg::Count),
        (_, Ok(number)) if number == 0.0 || number.abs() >= LEAST_SHOWN => Arg::Number(number),
        _ => plain(),
    }
}

/// The verdict on an outcome; faults that are not yet `told` continue without being reported.
pub fn verdict(outcome: Outcome, told: impl Fn(&str) -> bool) -> Verdict {
    let (faults, more) = match outcome {
        Outcome::Pass { rows } => {
            return Verdict::pass("finding-sql-pass").figure("rows", Arg::count(rows));
        }
        Outcome::Unknown => return Verdict::not_measured("finding-sql-unknown"),
        Outcome::Faults { faults, more } => (faults, more),
    };
    let (told, waiting): (Vec<_>, Vec<_>) = faults.into_iter().partition(|fault| told(&fault.key));
    let waiting: Vec<String> = waiting.into_iter().map(|fault| fault.key).collect();
    if told.is_empty() {
        let verdict =
            Verdict::pass("finding-sql-waiting").figure("failing_rows", Arg::count(waiting.len()));
        return Verdict {
            also_standing: waiting,
            ..verdict
        };
    }
    let verdict = failed(told);
    let also_standing = [verdict.also_standing.clone(), waiting].concat();
    Verdict {
        also_standing,
        // Of rows that were not read nobody knows if their faults are over.
        blind: more,
        ..verdict
    }
}

fn failed(mut faults: Vec<Fault>) -> Verdict {
    if faults.len() > KEYS_TOLD {
        return many(&faults);
    }
    if faults.len() > 1 {
        let names = faults
            .iter()
            .map(|fault| Arg::Finding(fault.finding.clone()));
        let finding = Finding::new("finding-sql-several")
            .arg("failing_rows", Arg::count(faults.len()))
            .arg(
                "list",
                Arg::List(
                    names.take(NAMED).collect(),
                    faults.len().saturating_sub(NAMED),
                ),
            );
        return Verdict::faults(finding, faults);
    }
    let Fault {
        key,
        severity,
        finding,
        extras,
    } = faults.remove(0);
    Verdict {
        extras,
        severity,
        ..Verdict::fail(&key, finding)
    }
}

/// How many of several faults the check's own line names.
const NAMED: usize = 3;

/// One fault instead of a flood of messages.
fn many(faults: &[Fault]) -> Verdict {
    let first = faults.iter().take(KEYS_TOLD);
    let first = first.map(|fault| Arg::Finding(fault.finding.clone()));
    let finding = Finding::new("finding-sql-many")
        .arg("failing_rows", Arg::count(faults.len()))
        .arg("list", Arg::List(first.collect(), faults.len() - KEYS_TOLD));
    let verdict = Verdict::fail(MANY, finding).with("failing_rows", faults.len());
    Verdict {
        severity: faults.iter().filter_map(|fault| fault.severity).max(),
        also_standing: faults.iter().map(|fault| fault.key.clone()).collect(),
        ..verdict
    }
}
