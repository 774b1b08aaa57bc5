//! The finding of a check: a text of the catalogues and the typed figures in it, so that each language words it itself.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Money, Timestamp, cleaned, megabytes};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The text's id in the catalogues.
    pub key: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

/// A figure or a name in a finding. Its type says how each language writes it, and its unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A name, or the words of others: the same in each language.
    Text(String),
    /// The id of another text of the catalogues.
    Term(String),
    Count(i64),
    /// A number of days.
    Days(i64),
    Number(f64),
    Percent(f64),
    Millis(f64),
    Money(Money),
    /// Bytes.
    Size(i64),
    /// A size as an operator has set it, in MB.
    SizeLimit(u64),
    /// Seconds.
    Span(i64),
    Day(NaiveDate),
    Moment(Moment),
    /// A moment whose day goes without saying when it is today.
    Time(Moment),
    /// Figures of the same kind by name.
    Each(Vec<(String, Arg)>),
    /// The first few of several things, and how many are left out.
    List(Vec<Arg>, usize),
    /// A text of an operator's own in each language, in pieces, figures among them.
    Words {
        en: Vec<Arg>,
        ru: Vec<Arg>,
    },
    Finding(Finding),
}

/// A local time and its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub local: NaiveDateTime,
    #[serde(with = "zone_name")]
    pub zone: Tz,
}

impl Moment {
    pub fn of(at: Timestamp, zone: Tz) -> Self {
        let local = at.utc().with_timezone(&zone).naive_local();
        Self { local, zone }
    }

    /// Tells if it is of the same day as that moment.
    pub fn is_today(&self, now: Timestamp) -> bool {
        now.utc().with_timezone(&self.zone).date_naive() == self.local.date()
    }
}

impl Finding {
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: BTreeMap::new(),
        }
    }

    /// As a column keeps it; `None` for what this version cannot read.
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub fn to_json(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    #[must_use]
    pub fn arg(mut self, name: &str, arg: Arg) -> Self {
        self.args.insert(name.to_owned(), arg);
        self
    }

    /// A name, or the words of others.
    #[must_use]
    pub fn text(self, name: &str, text: impl Into<String>) -> Self {
        self.arg(name, Arg::Text(text.into()))
    }
}

/// The text of this id, without figures.
impl From<&str> for Finding {
    fn from(key: &str) -> Self {
        Self::new(key)
    }
}

impl Arg {
    pub fn count(count: impl TryInto<i64>) -> Self {
        Self::Count(count.try_into().unwrap_or(i64::MAX))
    }

    pub fn days(days: impl TryInto<i64>) -> Self {
        Self::Days(days.try_into().unwrap_or(i64::MAX))
    }

    /// Each text in it changed.
    pub(crate) fn map_texts(&mut self, change: &dyn Fn(&str) -> String) {
        match self {
            Self::Text(text) => *text = change(text),
            Self::Each(figures) => {
                for (name, figure) in figures {
                    *name = change(name);
                    figure.map_texts(change);
                }
            }
            Self::List(items, _) => items.iter_mut().for_each(|item| item.map_texts(change)),
            Self::Words { en, ru } => {
                let pieces = en.iter_mut().chain(ru);
                pieces.for_each(|piece| piece.map_texts(change));
            }
            Self::Finding(finding) => finding.map_texts(change),
            _ => {}
        }
    }
}

impl Finding {
    pub(crate) fn map_texts(&mut self, change: &dyn Fn(&str) -> String) {
        self.key = change(&self.key);
        self.args.values_mut().for_each(|arg| arg.map_texts(change));
    }

    /// Without what only a machine reads.
    pub(crate) fn cleaned(mut self) -> Self {
        self.map_texts(&cleaned);
        self
    }
}

/// The figure as other programs read it, in the unit that its name tells.
impl From<&Arg> for Value {
    fn from(arg: &Arg) -> Self {
        match arg {
            Arg::Text(text) | Arg::Term(text) => text.as_str().into(),
            Arg::Count(number) | Arg::Days(number) | Arg::Span(number) => (*number).into(),
            Arg::Number(figure) | Arg::Percent(figure) | Arg::Millis(figure) => (*figure).into(),
            Arg::Money(amount) => amount.roubles().into(),
            Arg::Size(bytes) => one_decimal(megabytes(*bytes)).into(),
            Arg::SizeLimit(mb) => (*mb).into(),
            Arg::Day(day) => day.to_string().into(),
            Arg::Moment(moment) | Arg::Time(moment) => {
                moment.local.format("%Y-%m-%d %H:%M").to_string().into()
            }
            Arg::Each(figures) => figures
                .iter()
                .map(|(name, figure)| (name.clone(), Self::from(figure)))
                .collect(),
            Arg::List(items, _) | Arg::Words { en: items, .. } => {
                items.iter().map(Self::from).collect()
            }
            Arg::Finding(finding) => finding.key.as_str().into(),
        }
    }
}

fn one_decimal(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

mod zone_name {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature is serde's"
    )]
    pub fn serialize<S: Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(zone.name())
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Tz, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(D::Error::custom)
    }
}
