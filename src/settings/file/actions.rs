//! `[[action]]`: modes and limits of actions, and configured actions.

mod hiding;
mod kinds;

use std::{collections::HashSet, sync::Arc, time::Duration};

use toml::Value;

pub use self::kinds::{CommandCall, CustomKind, HttpCall};
use super::fields::{Entry, Fields, time_limit};
use crate::{
    domain::{Mode, Span},
    settings::{KnownNames, Source, nearest::nearest, parse::own},
};

/// More than anybody could choose from.
const ACTIONS_MAX: usize = 50;
const NAME_LENGTH: usize = 40;
const TIMEOUT: Duration = Duration::from_secs(60);
/// A message in the chat waits for the outcome.
const TIMEOUT_MAX: Duration = Duration::from_secs(3600);

/// An entry of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionEntry {
    pub name: String,
    /// `None` for the action's default.
    pub mode: Option<Mode>,
    /// How long a session may be busy before it is ended.
    pub limit: Option<Duration>,
    /// The definition of a configured action; `None` for a built-in one.
    pub custom: Option<Arc<CustomAction>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CustomAction {
    /// The detectors whose faults it remedies.
    pub detectors: Vec<String>,
    /// The longest that one attempt may take.
    pub timeout: Duration,
    pub kind: CustomKind,
}

/// `source` resolves references such as `$NAME`.
pub fn parse(
    entries: Vec<Entry>,
    source: &Source,
    known: &KnownNames,
    faults: &mut Vec<String>,
) -> Vec<ActionEntry> {
    if entries.len() > ACTIONS_MAX {
        faults.push(format!("action: expected {ACTIONS_MAX} entries at most"));
        return Vec::new();
    }
    let mut names = HashSet::new();
    let mut actions = Vec::with_capacity(entries.len());
    for (entry, number) in entries.into_iter().zip(1..) {
        let mut fields = Fields::new(place(&entry, number), entry);
        let action = action(&mut fields, source, known);
        if let Some(action) = &action
            && !names.insert(action.name.clone())
        {
            fields.fault("name", "this action stands here twice");
        }
        faults.extend(fields.unknown());
        actions.extend(action);
    }
    actions
}

/// The names of the entries that define an action, as far as they can be read.
pub fn names(entries: &[Entry]) -> Vec<String> {
    let defining = entries
        .iter()
        .filter(|entry| entry.table.contains_key("kind"));
    let names = defining.filter_map(|entry| entry.table.get("name")?.as_str());
    names.map(str::to_owned).collect()
}

/// `action "name": `, or its number when it has no proper name.
fn place(entry: &Entry, number: usize) -> String {
    let name = entry.table.get("name").and_then(Value::as_str);
    match name.and_then(|name| action_name(name).ok()) {
        Some(name) => format!("action {name:?}: "),
        None => format!("action {number}: "),
    }
}

fn action(fields: &mut Fields, source: &Source, known: &KnownNames) -> Option<ActionEntry> {
    if !fields.has("name") {
        fields.fault("name", "expected the action's name");
    }
    let name = fields.text("name", action_name);
    let mode = fields.text("mode", own::<Mode>);
    if let Some(built_in) = name.as_deref().and_then(|name| known.action(name)) {
        return Some(ActionEntry {
            limit: built_in
                .has_limit
                .then(|| fields.text("limit", own::<Span>))
                .flatten()
                .and_then(|limit| limit.duration().to_std().ok()),
            name: name?,
            mode,
            custom: None,
        });
    }
    let custom = custom(fields, source, known);
    Some(ActionEntry {
        name: name?,
        mode,
        limit: None,
        custom: Some(Arc::new(custom?)),
    })
}

fn custom(fields: &mut Fields, source: &Source, known: &KnownNames) -> Option<CustomAction> {
    if !fields.has("detectors") {
        fields.fault(
            "detectors",
            "expected the detectors whose faults it remedies",
        );
    }
    let detectors = fields.texts("detectors", |name| {
        if known.detectors.iter().any(|known| known == name) {
            Ok(name.to_owned())
        } else {
            let near = nearest(name, known.detectors.iter().map(String::as_str));
            Err(format!(
                "expected some of {}{near}",
                known.detectors.join(", ")
            ))
        }
    });
    let timeout = fields.text("timeout", timeout);
    let kind = kinds::parse(fields, source);
    Some(CustomAction {
        detectors: detectors?,
        timeout: timeout.unwrap_or(TIMEOUT),
        kind: kind?,
    })
}

fn timeout(text: &str) -> Result<Duration, String> {
    time_limit(text, TIMEOUT_MAX)
        .ok_or_else(|| "expected a length of time up to 1h, such as 60s or 5m".to_owned())
}

/// The name appears in messages, metric labels and button payloads.
fn action_name(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=NAME_LENGTH).contains(&text.len()) && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "expected up to {NAME_LENGTH} small letters, digits and _"
        ))
    }
}
