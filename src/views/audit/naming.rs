//! The audit keeps ids and English words, which other programs read. In a chat they are named, and times are local.

use std::collections::HashMap;

use crate::{
    db::AuditRow,
    domain::{Actor, Fingerprint, Incident, Scope, Timestamp},
    views::{Voice, finding, say, silences::scope},
};

/// Phrases that the program itself writes as a detail, and their texts.
const PHRASES: [(&str, &str); 3] = [
    ("done already", "audit-done-already"),
    ("its check was removed", "audit-check-removed"),
    (
        "withdrawn: what it would do was changed since it was shown",
        "proposal-changed",
    ),
];

/// The names of the ids in some rows, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct AuditNames {
    pub incidents: HashMap<i64, Incident>,
    /// The newest incidents of silenced faults.
    pub faults: HashMap<Fingerprint, Incident>,
    pub alert_chats: Vec<i64>,
    pub manager: Option<i64>,
}

/// A subject with an id in it.
pub enum Subject {
    Incident(i64),
    Silence(i64, Scope),
}

impl Subject {
    pub fn of(row: &AuditRow) -> Option<Self> {
        if let Some(id) = row.subject.strip_prefix("incident ") {
            return id.parse().ok().map(Self::Incident);
        }
        let (id, scope) = row.subject.strip_prefix("silence ")?.split_once(": ")?;
        let scope = scope.parse().unwrap_or_else(|never| match never {});
        Some(Self::Silence(id.parse().ok()?, scope))
    }
}

pub(super) fn subject(voice: &Voice, row: &AuditRow, names: &AuditNames) -> String {
    match Subject::of(row) {
        Some(Subject::Incident(id)) => match names.incidents.get(&id) {
            Some(incident) => {
                let found = finding(voice, incident.finding.as_ref(), &incident.message);
                format!("{found} (#{id})")
            }
            None => format!("#{id}"),
        },
        Some(Subject::Silence(id, silenced)) => {
            let fault = match &silenced {
                Scope::Fault(fault) => names.faults.get(fault),
                Scope::All | Scope::Detector(_) => None,
            };
            format!("{} (#{id})", scope(voice, &silenced, fault))
        }
        None => {
            // A proposal is told by what it proposes.
            let proposed = row.subject.strip_prefix("proposal ");
            let proposed = proposed.and_then(|proposal| proposal.split_once(": "));
            proposed.map_or_else(|| row.subject.clone(), |(_, what)| what.to_owned())
        }
    }
}

/// With local times, and in the language of the voice where the words are the program's own.
pub(super) fn detail(voice: &Voice, row: &AuditRow) -> String {
    let detail = row.detail.as_str();
    if let Some((_, key)) = PHRASES.iter().find(|(phrase, _)| *phrase == detail) {
        return voice.text(key, &[]);
    }
    let until = detail.strip_prefix("until ");
    if let Some(until) = until.and_then(|until| until.parse::<Timestamp>().ok()) {
        return say!(voice, "audit-until", until = voice.moment(until));
    }
    local_times(voice, detail)
}

/// Replaces the moments in UTC that the program writes, such as `2026-01-31T22:00:00 UTC`.
fn local_times(voice: &Voice, text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut after_moment = false;
    for word in text.split(' ') {
        let (moment, rest) = match word.split_at_checked(word.trim_end_matches([';', ',']).len()) {
            Some((moment, rest)) => (moment, rest),
            None => (word, ""),
        };
        let parsed = moment.parse::<Timestamp>().ok();
        match parsed.filter(|_| moment.contains('T')) {
            Some(at) => {
                words.push(voice.moment(at) + rest);
                after_moment = true;
                continue;
            }
            None if after_moment && moment == "UTC" => {
                if let Some(last) = words.last_mut() {
                    last.push_str(rest);
                }
            }
            None => words.push(word.to_owned()),
        }
        after_moment = false;
    }
    words.join(" ")
}

/// Where it was asked for.
pub(super) fn place(voice: &Voice, row: &AuditRow, names: &AuditNames) -> String {
    let door = voice.find(&format!("door-{}", row.door), &[]);
    let Ok(chat) = row.origin.parse::<i64>() else {
        let door = door.unwrap_or_else(|| row.door.clone());
        return format!("{door} {}", row.origin).trim_end().to_owned();
    };
    let is_own = row.actor.parse() == Ok(Actor::User(chat));
    if is_own {
        say!(voice, "place-private")
    } else if let Some(place) = names.alert_chats.iter().position(|id| *id == chat) {
        match names.alert_chats.len() {
            1 => say!(voice, "place-alerts"),
            _ => say!(voice, "place-alerts-of-several", number = place + 1),
        }
    } else if names.manager == Some(chat) {
        say!(voice, "place-manager")
    } else {
        say!(voice, "place-chat", id = chat.to_string())
    }
}
