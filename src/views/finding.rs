//! A check's finding, in words.

use chrono::Duration;
use chrono_tz::Tz;

use super::{FluentValue, Voice, say};
use crate::domain::{Arg, Finding, Lang, Moment, Timestamp, megabytes};

const MB_IN_GB: u64 = 1024;

/// The finding in the language of the voice. Where none is kept, or it is one of a later version, that is the message.
pub fn finding<'a>(voice: &Voice, found: impl Into<Option<&'a Finding>>, message: &str) -> String {
    let known = found.into().and_then(|found| worded(voice, found));
    known.unwrap_or_else(|| message.to_owned())
}

/// Words findings in English, as other programs read them.
pub fn in_english(now: Timestamp) -> impl Fn(&Finding) -> String {
    let english = Voice {
        lang: Lang::En,
        zone: Tz::UTC,
        now,
    };
    move |found| worded(&english, found).unwrap_or_else(|| english.text(&found.key, &[]))
}

/// `None` if the catalogue has no such text.
fn worded(voice: &Voice, found: &Finding) -> Option<String> {
    let args = found.args.iter();
    let args: Vec<_> = args
        .map(|(name, arg)| (name.as_str(), value(voice, arg)))
        .collect();
    voice.find(&found.key, &args)
}

/// How the argument fills its place in a text.
fn value(voice: &Voice, arg: &Arg) -> FluentValue<'static> {
    match (voice.lang, arg) {
        // A number, so that the text can choose its plural.
        (lang, Arg::Count(number) | Arg::Days(number)) => voice.counted(*number, lang != Lang::En),
        (_, Arg::List(items, left_out)) => list(voice, items, *left_out).into(),
        (_, Arg::Words { .. }) => voice.figure(arg).into(),
        (_, Arg::Finding(part)) => finding(voice, part, &part.key).into(),
        (Lang::En, figure) => plain(voice, figure).into(),
        (Lang::Ru, figure) => voice.figure(figure).into(),
    }
}

/// As the messages have had it from the beginning, which other programs read.
fn plain(voice: &Voice, figure: &Arg) -> String {
    match figure {
        Arg::Percent(percent) => format!("{percent:.1}%"),
        Arg::Millis(millis) => format!("{millis}ms"),
        Arg::Money(amount) => amount.to_string(),
        Arg::Size(bytes) => format!("{:.1} MB", megabytes(*bytes)),
        Arg::SizeLimit(mb) if mb.is_multiple_of(MB_IN_GB) => format!("{}GB", mb / MB_IN_GB),
        Arg::SizeLimit(mb) => format!("{mb}MB"),
        Arg::Day(day) => day.to_string(),
        Arg::Time(moment) if moment.is_today(voice.now) => moment.local.format("%H:%M").to_string(),
        Arg::Time(Moment { local, .. }) | Arg::Moment(Moment { local, .. }) => {
            local.format("%Y-%m-%d %H:%M").to_string()
        }
        figure => voice.figure(figure),
    }
}

fn list(voice: &Voice, items: &[Arg], left_out: usize) -> String {
    let named: Vec<String> = items.iter().map(|item| voice.figure(item)).collect();
    let named = named.join("; ");
    match left_out {
        0 => named,
        count => say!(voice, "finding-and-more", list = named, count = count),
    }
}

impl Voice {
    /// The figure by itself, with its unit.
    pub fn figure(&self, figure: &Arg) -> String {
        match figure {
            Arg::Text(text) => text.clone(),
            Arg::Term(key) => self.text(key, &[]),
            Arg::Count(number) => self.number(*number),
            Arg::Days(days) => say!(self, "days", count = *days),
            Arg::Number(number) => self.plain(*number),
            Arg::Percent(percent) => self.percent(*percent),
            Arg::Millis(millis) => self.milliseconds(*millis),
            Arg::Money(amount) => self.money(*amount),
            Arg::Size(bytes) => self.size(megabytes(*bytes)),
            Arg::SizeLimit(mb) => self.size_limit(*mb),
            Arg::Span(seconds) => self.duration(Duration::seconds(*seconds)),
            Arg::Day(day) => self.day(*day),
            Arg::Moment(moment) | Arg::Time(moment) => {
                let there = Self {
                    zone: moment.zone,
                    ..*self
                };
                there.on_the_wall(moment.local)
            }
            Arg::Each(figures) => {
                let each = figures.iter();
                let each: Vec<_> = each
                    .map(|(name, figure)| format!("{name} {}", self.figure(figure)))
                    .collect();
                each.join(", ")
            }
            Arg::List(items, left_out) => list(self, items, *left_out),
            Arg::Words { en, ru } => {
                let pieces = match self.lang {
                    Lang::En => en,
                    Lang::Ru => ru,
                };
                pieces.iter().map(|piece| self.figure(piece)).collect()
            }
            Arg::Finding(part) => finding(self, part, &part.key),
        }
    }
}
