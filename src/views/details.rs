//! The figures behind a finding, one below the other.

use chrono::{Duration, NaiveDate};
use serde_json::Value;

use super::{
    Html, Voice, clip,
    finding::{cause, problem},
    say,
};
use crate::domain::{Extras, Money};

/// The detector whose figures are amounts of money.
pub(super) const CASH: &str = "check_cash_balance_threshold";
/// The detector that finds problems of jobs, by a word for each.
pub(super) const JOBS: &str = "check_scheduler_on_time";
const PROBLEMS: [&str; 2] = ["problem", "jobs"];
const AMOUNTS: [&str; 4] = ["balance", "threshold", "total", "balances"];
const VALUE_UNITS: usize = 300;
/// What a phone shows of a monospaced line without breaking it.
const COLUMNS: usize = 36;
/// A longer table is no overview.
const ROWS: usize = 20;
/// Figures that the finding itself tells.
pub(super) const BURN: &str = "burn";
pub(super) const VALUES: &str = "unreadable";

/// The source's figures, most important first: one table if it fits a phone, else a line each.
pub fn details(voice: &Voice, source: &str, extras: &Extras) -> Vec<Html> {
    let fields: Vec<Field<'_>> = extras
        .iter()
        .filter(|(key, _)| ![BURN, VALUES].contains(&key.as_str()))
        .filter_map(|(key, value)| Field::new(voice, source, key, value))
        .collect();
    if fields.is_empty() {
        return Vec::new();
    }
    match table(&fields) {
        Some(table) => vec![Html::new().pre(&table)],
        None => fields.iter().map(Field::bullet).collect(),
    }
}

struct Field<'a> {
    label: String,
    value: String,
    /// The entries of a map, which make rows of their own in a table.
    parts: Vec<(&'a str, String)>,
}

impl<'a> Field<'a> {
    /// `None` for what is not there.
    fn new(voice: &Voice, source: &str, key: &'a str, value: &'a Value) -> Option<Self> {
        let unit = Unit::of(source, key);
        let parts: Vec<(&str, String)> = value
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, part)| Some((name.as_str(), unit.written(voice, part)?)))
            .collect();
        Some(Self {
            label: voice
                .find(&format!("label-{key}"))
                .unwrap_or_else(|| key.to_owned()),
            value: clip(&unit.written(voice, value)?, VALUE_UNITS),
            parts,
        })
    }

    fn bullet(&self) -> Html {
        Html::new().text(&format!("• {}: {}", self.label, self.value))
    }
}

/// `None` if it would not fit.
fn table(fields: &[Field<'_>]) -> Option<String> {
    let rows: Vec<(String, &str)> = fields
        .iter()
        .flat_map(|field| {
            let head = if field.parts.is_empty() {
                field.value.as_str()
            } else {
                ""
            };
            let parts = field
                .parts
                .iter()
                .map(|(name, value)| (format!("  {name}"), value.as_str()));
            std::iter::once((field.label.clone(), head)).chain(parts)
        })
        .collect();
    let width = |text: &str| text.chars().count();
    let column = rows.iter().map(|(label, _)| width(label)).max()? + 2;
    let fits = rows.len() <= ROWS
        && rows.iter().all(|(label, value)| {
            column + width(value) <= COLUMNS && !label.contains('\n') && !value.contains('\n')
        });
    fits.then(|| {
        let lines: Vec<String> = rows
            .iter()
            .map(|(label, value)| {
                let gap = " ".repeat(column - width(label));
                format!("{label}{gap}{value}").trim_end().to_owned()
            })
            .collect();
        lines.join("\n")
    })
}

#[derive(Clone, Copy)]
enum Unit {
    Amount,
    Marketplace,
    Megabytes,
    Percent,
    Milliseconds,
    Days,
    Seconds,
    Problem,
    Cause,
    None,
}

impl Unit {
    fn of(source: &str, key: &str) -> Self {
        if source == CASH && AMOUNTS.contains(&key) {
            return Self::Amount;
        }
        if source == CASH && key == "marketplace" {
            return Self::Marketplace;
        }
        if source == JOBS && PROBLEMS.contains(&key) {
            return Self::Problem;
        }
        if source == JOBS && key == "error" {
            return Self::Cause;
        }
        match key.rsplit_once('_').map(|(_, unit)| unit) {
            Some("mb") => Self::Megabytes,
            Some("pct") => Self::Percent,
            Some("ms") => Self::Milliseconds,
            Some("days") => Self::Days,
            Some("sec") => Self::Seconds,
            _ => Self::None,
        }
    }

    /// On one line; `None` for what is not there.
    fn written(self, voice: &Voice, value: &Value) -> Option<String> {
        let list = |items: Vec<String>| Some(items.join(", "));
        match value {
            Value::Null => None,
            Value::String(name) if matches!(self, Self::Marketplace) => {
                Some(marketplace(voice, name))
            }
            Value::String(code) if matches!(self, Self::Problem) => {
                problem(voice, code).or_else(|| Some(code.clone()))
            }
            Value::String(error) if matches!(self, Self::Cause) => Some(cause(voice, error)),
            Value::String(text) => {
                Some(date(value).map_or_else(|| text.clone(), |day| voice.day(day)))
            }
            Value::Object(map) => list(
                map.iter()
                    .filter_map(|(key, part)| Some(format!("{key} {}", self.written(voice, part)?)))
                    .collect(),
            ),
            Value::Array(items) => list(
                items
                    .iter()
                    .filter_map(|item| self.written(voice, item))
                    .collect(),
            ),
            Value::Number(_) => self.number(voice, value),
            Value::Bool(true) => Some(say!(voice, "yes")),
            Value::Bool(false) => Some(say!(voice, "no")),
        }
    }

    fn number(self, voice: &Voice, value: &Value) -> Option<String> {
        let figure = value.as_f64()?;
        Some(match (self, value.as_i64()) {
            (Self::Amount, _) => voice.money(money(value)?),
            (Self::Megabytes, _) => voice.size(figure),
            (Self::Percent, _) => voice.percent(figure),
            (Self::Milliseconds, _) => voice.milliseconds(figure),
            (Self::Seconds, Some(seconds)) => voice.duration(Duration::try_seconds(seconds)?),
            (Self::Days, Some(days)) => say!(voice, "days", count = days),
            (_, Some(number)) => voice.number(number),
            (_, None) => voice.decimal(figure, 2),
        })
    }
}

/// An amount of roubles as JSON has it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "an amount beyond 90 trillion roubles stops there"
)]
pub(super) fn money(value: &Value) -> Option<Money> {
    let kopecks = (value.as_f64()? * 100.0).round();
    Some(Money::from_kopecks(kopecks as i64))
}

/// One of them, or all together.
pub(super) fn marketplace(voice: &Voice, name: &str) -> String {
    match name {
        "total" => say!(voice, "all-marketplaces"),
        name => name.to_owned(),
    }
}

pub(super) fn date(value: &Value) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value.as_str()?, "%Y-%m-%d").ok()
}
