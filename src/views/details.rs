//! The figures behind a finding, one below the other.

use chrono::{Duration, NaiveDate};
use serde_json::Value;

use super::{Html, Voice, clip, say};
use crate::domain::{Arg, Extras, Finding};

const VALUE_UNITS: usize = 300;
/// The width of a monospaced line on a phone.
const COLUMNS: usize = 36;
/// A longer table is hard to read.
const ROWS: usize = 20;
/// Extras that the finding's text already contains.
const TOLD: [&str; 2] = ["burn", "unreadable"];

/// The figures, most important first: one table if it fits a phone, else a line each. Those of the finding are written
/// as what they are, others by the unit that their name ends with.
pub fn details<'a>(
    voice: &Voice,
    found: impl Into<Option<&'a Finding>>,
    extras: &Extras,
) -> Vec<Html> {
    let found = found.into();
    let fields: Vec<Field<'_>> = extras
        .iter()
        .filter(|(key, _)| !TOLD.contains(&key.as_str()))
        .filter_map(
            |(key, value)| match found.and_then(|found| found.args.get(key)) {
                Some(figure) => Some(Field::typed(voice, key, figure)),
                None => Field::untyped(voice, key, value),
            },
        )
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
    fn new(voice: &Voice, key: &str, value: &str, parts: Vec<(&'a str, String)>) -> Self {
        let label = voice.find(&format!("label-{key}"), &[]);
        Self {
            label: label.unwrap_or_else(|| key.to_owned()),
            value: clip(value, VALUE_UNITS),
            parts,
        }
    }

    fn typed(voice: &Voice, key: &str, figure: &'a Arg) -> Self {
        let parts = match figure {
            Arg::Each(figures) => figures.as_slice(),
            _ => &[],
        };
        let parts = parts.iter();
        let parts = parts.map(|(name, part)| (name.as_str(), voice.figure(part)));
        Self::new(voice, key, &voice.figure(figure), parts.collect())
    }

    /// `None` for an empty value.
    fn untyped(voice: &Voice, key: &str, value: &'a Value) -> Option<Self> {
        let unit = Unit::of(key);
        let parts = value.as_object().into_iter().flatten();
        let parts = parts
            .filter_map(|(name, part)| Some((name.as_str(), unit.written(voice, part)?)))
            .collect();
        Some(Self::new(voice, key, &unit.written(voice, value)?, parts))
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

/// The unit of a figure without a type, such as one that an older version has stored.
#[derive(Clone, Copy)]
enum Unit {
    Megabytes,
    Percent,
    Milliseconds,
    Days,
    Seconds,
    None,
}

impl Unit {
    fn of(key: &str) -> Self {
        match key.rsplit_once('_').map(|(_, unit)| unit) {
            Some("mb") => Self::Megabytes,
            Some("pct") => Self::Percent,
            Some("ms") => Self::Milliseconds,
            Some("days") => Self::Days,
            Some("sec") => Self::Seconds,
            _ => Self::None,
        }
    }

    /// On one line; `None` for an empty value.
    fn written(self, voice: &Voice, value: &Value) -> Option<String> {
        let list = |items: Vec<String>| Some(items.join(", "));
        match value {
            Value::Null => None,
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

fn date(value: &Value) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value.as_str()?, "%Y-%m-%d").ok()
}
