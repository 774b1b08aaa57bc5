//! Parses single values. Each error says what was expected and never repeats the value.

mod addresses;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    num::NonZeroU32,
    ops::RangeInclusive,
    str::FromStr,
    time::Duration,
};

use chrono::NaiveTime;
use secrecy::SecretString;

pub use self::addresses::{api_url, bus_address, is_loopback, listen, network, proxy, web_url};
use super::{Header, LogFormat};
use crate::domain::{ChatTarget, Loudness, ReminderBackoff, TIERS, stands_for_anybody};

const JOB_NAME_LENGTH: usize = 100;

type Parsed<T> = Result<T, String>;

/// Parses a type whose own error says what was expected.
pub fn own<T>(text: &str) -> Parsed<T>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

pub fn optional<T>(text: &str, parse: impl Fn(&str) -> Parsed<T>) -> Parsed<Option<T>> {
    if text.is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

/// A chat, or none: the platform writes 0 for none.
pub fn chat_or_none(text: &str) -> Parsed<Option<ChatTarget>> {
    if text == "0" {
        return Ok(None);
    }
    optional(text, own)
}

/// Comma-separated items; blanks and empty items are ignored.
pub fn list<T>(text: &str, parse: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(parse)
        .collect()
}

pub fn user_ids(text: &str) -> Parsed<BTreeSet<i64>> {
    let id = |item: &str| {
        let id = item.parse().ok().filter(|id| *id != 0).ok_or(
            "expected numeric Telegram user ids between commas, such as 111222333,444555666",
        )?;
        match stands_for_anybody(id) {
            None => Ok(id),
            Some(whom) => Err(format!(
                "one of the ids is no person's but stands for {whom}; whoever is meant turns anonymity off, and /whoami in a private chat with the bot tells their own id"
            )),
        }
    };
    Ok(list(text, id)?.into_iter().collect())
}

/// Chats without duplicates: a chat may also be written with its general topic.
pub fn chats(text: &str) -> Parsed<Vec<ChatTarget>> {
    let mut chats: Vec<ChatTarget> = Vec::new();
    for chat in list(text, own)? {
        if !chats.contains(&chat) {
            chats.push(chat);
        }
    }
    Ok(chats)
}

pub fn flag(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

pub fn number<T: FromStr + PartialOrd + Display>(
    text: &str,
    range: &RangeInclusive<T>,
) -> Parsed<T> {
    text.parse()
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            format!(
                "expected a number from {} to {}",
                range.start(),
                range.end()
            )
        })
}

/// A self-hosted server may allow far more than Telegram does.
pub fn rate(text: &str) -> Parsed<NonZeroU32> {
    let most = NonZeroU32::new(1_000_000).expect("not zero");
    number(text, &(NonZeroU32::MIN..=most))
}

pub fn loudness(text: &str) -> Parsed<Loudness> {
    let mut loudness = Loudness {
        severities: BTreeSet::new(),
        reminders: false,
    };
    if text == "none" {
        return Ok(loudness);
    }
    for word in list(text, |word| Ok(word.to_owned()))? {
        if word == "reminders" {
            loudness.reminders = true;
        } else {
            let severity = word.parse().map_err(|_| {
                "expected info, warning, error, critical and reminders between commas, or none"
                    .to_owned()
            })?;
            loudness.severities.insert(severity);
        }
    }
    Ok(loudness)
}

pub fn seconds(text: &str, range: &RangeInclusive<u64>) -> Parsed<Duration> {
    number(text, range)
        .map(Duration::from_secs)
        .map_err(|problem| format!("{problem}, in seconds"))
}

/// At least 95 days: error budgets need up to 90, and the chart of growth 95.
pub fn retention(text: &str) -> Parsed<u32> {
    number(text, &(95..=3_650))
        .map_err(|problem| format!("{problem}, in days; error budgets and charts need the last 95"))
}

pub fn time_of_day(text: &str) -> Parsed<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| "expected a time of day such as 06:00".to_owned())
}

/// A bot token: digits, a colon, and the secret.
pub fn bot_token(text: &str) -> Parsed<SecretString> {
    let (id, secret) = text.split_once(':').unwrap_or((text, ""));
    let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let plain = !secret.is_empty()
        && secret
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if digits && plain {
        Ok(text.to_owned().into())
    } else {
        Err("expected the token that @BotFather gave, such as 123456789:AAE…".to_owned())
    }
}

/// A job's name as in `job_runs`. It appears in messages and addresses.
pub fn job_name(text: &str) -> Parsed<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    if (1..=JOB_NAME_LENGTH).contains(&text.len()) && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "expected names of jobs, of up to {JOB_NAME_LENGTH} letters, digits and _ - . :"
        ))
    }
}

/// A secret that is too long to be guessed.
pub fn bearer_token(text: &str) -> Parsed<SecretString> {
    if text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned().into())
    } else {
        Err(
            "expected at least 16 visible ASCII characters; make one with: openssl rand -hex 32"
                .to_owned(),
        )
    }
}

pub fn latency_query(text: &str) -> Parsed<String> {
    if text.contains("$window") {
        Ok(text.to_owned())
    } else {
        Err("expected a query with $window in it, in place of the range's length".to_owned())
    }
}

pub fn burn_tiers(text: &str) -> Parsed<Vec<f64>> {
    if text == "none" {
        return Ok(Vec::new());
    }
    list(text, |factor| {
        let known = factor
            .parse()
            .ok()
            .filter(|factor| TIERS.map(|tier| tier.factor).contains(factor));
        known.ok_or_else(|| "expected some of 14.4, 6, 3 and 1 between commas, or none".to_owned())
    })
}

/// An argument vector: a JSON list, or plain words. There is no shell, so shell syntax is rejected rather than passed
/// on.
pub fn command(text: &str) -> Parsed<Vec<String>> {
    let words: Vec<String> = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|_| {
            r#"expected a JSON list of strings such as ["systemctl", "restart", "unit"]"#.to_owned()
        })?
    } else if text.contains(['"', '\'', '\\', '|', '&', ';', '<', '>', '$', '`', '*']) {
        return Err(
            "no shell runs this; write arguments with special characters as a JSON list".to_owned(),
        );
    } else {
        text.split_whitespace().map(str::to_owned).collect()
    };
    if words.first().is_none_or(String::is_empty) {
        return Err("expected a program and its arguments".to_owned());
    }
    Ok(words)
}

/// One as `Name: value`, or a JSON object of several.
pub fn headers(text: &str) -> Parsed<Vec<Header>> {
    let expected = || {
        r#"expected a header such as X-Scope-OrgID: shop, or a JSON object such as {"X-Scope-OrgID": "shop"}"#.to_owned()
    };
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<(String, String)> = if text.starts_with('{') {
        let several: BTreeMap<String, String> =
            serde_json::from_str(text).map_err(|_| expected())?;
        several.into_iter().collect()
    } else {
        let (name, value) = text.split_once(':').ok_or_else(expected)?;
        vec![(name.trim().to_owned(), value.trim().to_owned())]
    };
    let headers = pairs.iter().map(|(name, value)| Header::new(name, value));
    headers.collect::<Option<_>>().ok_or_else(expected)
}

/// As Prometheus names metrics.
pub fn histogram_name(text: &str) -> Parsed<String> {
    let name = text.strip_suffix("_bucket").unwrap_or(text);
    let first = |c: char| c.is_ascii_alphabetic() || "_:".contains(c);
    let in_name = |c: char| first(c) || c.is_ascii_digit();
    let in_milliseconds = name.ends_with("_milliseconds") || name.ends_with("_ms");
    if name.starts_with(first) && name.chars().all(in_name) && !in_milliseconds {
        Ok(name.to_owned())
    } else {
        Err(
            "expected the name of a histogram in seconds such as http_request_duration_seconds"
                .to_owned(),
        )
    }
}

pub fn reminder_backoff(text: &str) -> Parsed<ReminderBackoff> {
    match text {
        "double" => Ok(ReminderBackoff::Double),
        "none" => Ok(ReminderBackoff::None),
        _ => Err("expected double or none".to_owned()),
    }
}

pub fn log_format(text: &str) -> Parsed<LogFormat> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("expected text or json".to_owned()),
    }
}

pub fn log_filter(text: &str) -> Parsed<String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| {
            "expected a level such as info, or target=level pairs between commas".to_owned()
        })
}

pub fn time_zone(text: &str) -> Parsed<chrono_tz::Tz> {
    text.parse()
        .map_err(|_| "expected an IANA time zone such as Europe/Moscow".to_owned())
}
