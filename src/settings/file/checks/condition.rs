//! When a check fails, and how severely.

use toml::Value;

use super::Fields;
use crate::{
    domain::{
        Severity,
        sql_check::{Comparison, Empty, SqlCheck, Step, When},
    },
    settings::{nearest::nearest, parse::own},
};

/// More than there are severities, since a figure may go wrong in two directions.
const STEPS_MAX: usize = 8;

pub struct Condition {
    pub when: When,
    pub severity: Severity,
    pub steps: Vec<Step>,
    pub empty: Option<Empty>,
}

pub fn read(fields: &mut Fields) -> Option<Condition> {
    let has_when = fields.has("when");
    let when = fields.text("when", when);
    let severity = severity(fields);
    let empty_given = fields.has("empty");
    let empty = fields.text("empty", |text| word(text, &Empty::WORDS));
    let (severity, steps) = severity?;
    let when = match when {
        _ if has_when => when?,
        None if !steps.is_empty() => When::Steps,
        _ => {
            let expected = "expected rows, no rows, or a comparison such as \"< 5\"";
            fields.fault("when", expected);
            return None;
        }
    };
    if empty_given && empty.is_none() {
        return None;
    }
    Some(Condition {
        when,
        severity,
        steps,
        empty,
    })
}

fn when(text: &str) -> Result<When, String> {
    match text {
        "rows" => Ok(When::Rows),
        "no rows" => Ok(When::NoRows),
        text => text.parse().map(When::Value).map_err(|_| {
            let near = nearest(text, ["rows", "no rows"]);
            format!("expected rows, no rows, or a comparison such as \"< 5\" or \">= 10\"{near}")
        }),
    }
}

fn word<T: std::str::FromStr>(text: &str, words: &[&str]) -> Result<T, String> {
    text.parse().map_err(|_| {
        let near = nearest(text, words.iter().copied());
        format!("expected one of: {}{near}", words.join(", "))
    })
}

/// A word, or steps by the figure.
fn severity(fields: &mut Fields) -> Option<(Severity, Vec<Step>)> {
    let read = match fields.value("severity") {
        None => return Some((Severity::Warning, Vec::new())),
        Some(Value::String(text)) => {
            word(&text, &Severity::WORDS).map(|severity| (severity, Vec::new()))
        }
        Some(Value::Array(items)) if (1..=STEPS_MAX).contains(&items.len()) => {
            let steps: Result<Vec<_>, _> = items.iter().map(step).collect();
            // A row that reaches no step is no worse than the least of them.
            steps.map(|steps| {
                let least = steps.iter().map(|step| step.severity).min();
                (least.unwrap_or(Severity::Warning), steps)
            })
        }
        Some(_) => Err(format!(
            "expected a word such as \"warning\", or up to {STEPS_MAX} steps such as [{{ when = \"< 0\", severity = \"warning\" }}]"
        )),
    };
    read.map_err(|problem| fields.fault("severity", &problem))
        .ok()
}

fn step(item: &Value) -> Result<Step, String> {
    let form = "expected steps such as { when = \"< 0\", severity = \"warning\" }";
    let table = item.as_table().filter(|table| table.len() == 2);
    let table = table.ok_or_else(|| form.to_owned())?;
    let text = |key: &str| {
        let text = table.get(key).and_then(Value::as_str);
        text.ok_or_else(|| form.to_owned())
    };
    Ok(Step {
        when: own::<Comparison>(text("when")?)?,
        severity: word(text("severity")?, &Severity::WORDS)?,
    })
}

/// Tells of fields that do not go together.
pub fn agree(check: &SqlCheck, has_empty: bool, fields: &mut Fields) {
    let SqlCheck {
        key,
        value,
        when,
        steps,
        text,
        text_ru,
        empty,
        ..
    } = check;
    let shows_value = text.has_value() || text_ru.has_value();
    if value.is_none() && (when.compares() || !steps.is_empty() || shows_value) {
        fields.fault(
            "value",
            "expected the column with the figure: it is compared, or stands in the text",
        );
    }
    if has_empty && *when == When::Rows && *empty != Empty::Pass {
        let problem = "with rows, no rows are a pass; for the opposite write when = \"no rows\"";
        fields.fault("empty", problem);
    }
    if *when == When::NoRows {
        let has_columns = text.columns().chain(text_ru.columns()).next().is_some();
        if has_columns || shows_value {
            fields.fault("text", "without rows there are no columns to show");
        }
        if !key.is_empty() {
            fields.fault("key", "without rows there is nothing to tell apart");
        }
        if has_empty {
            fields.fault("empty", "it goes with a comparison, not with no rows");
        }
        if !steps.is_empty() {
            fields.fault(
                "severity",
                "without rows there is no figure for steps; expected a word",
            );
        }
    }
}
