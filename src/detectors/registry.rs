//! The registry of detectors: whatever names, runs, explains or counts a detector finds it here.

use std::{collections::HashSet, fmt, sync::Arc};

use super::{DETECTORS, Entry};
use crate::{
    domain::{DATABASE, Scope},
    views::clip,
};

/// A button's payload has 64 bytes, for the name of the button and the mark of an action too.
const NAME_LENGTH: usize = 40;
/// The label of a metric for sources that are no longer registered.
const UNKNOWN: &str = "unknown";

/// Every detector that there is. Cheap to clone: whoever takes one sees the same detectors to the end, whatever a
/// reload of the settings does.
#[derive(Clone)]
pub struct Registry(Arc<[Entry]>);

#[derive(Debug, thiserror::Error)]
#[error("there is no detector {given:?}; there are: {}", .names.join(", "))]
pub struct UnknownDetector {
    given: String,
    names: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEntry {
    #[error(
        "{0:?} cannot be the name of a check: expected up to {NAME_LENGTH} small letters, digits and _, first a letter"
    )]
    Name(String),
    #[error("there are two checks of the name {0:?}")]
    Twice(String),
}

impl Registry {
    /// The built-in detectors.
    pub fn built_in() -> Self {
        Self(DETECTORS.iter().map(Entry::BuiltIn).collect())
    }

    /// The built-in detectors and these; all of them or none.
    pub fn with(others: impl IntoIterator<Item = Entry>) -> Result<Self, InvalidEntry> {
        let built_in = DETECTORS.iter().map(Entry::BuiltIn);
        let all: Arc<[Entry]> = built_in.chain(others).collect();
        let mut seen = HashSet::new();
        for name in all.iter().map(Entry::name) {
            if !can_name(name) {
                return Err(InvalidEntry::Name(clip(name, 60)));
            }
            if !seen.insert(name) {
                return Err(InvalidEntry::Twice(name.to_owned()));
            }
        }
        Ok(Self(all))
    }

    /// Checks that are defined as they were before go on from where they are.
    #[must_use]
    pub fn continuing(self, earlier: &Self) -> Self {
        for entry in self.iter() {
            if let Entry::Configured(newer) = entry
                && let Ok(Entry::Configured(older)) = earlier.find(entry.name())
                && newer.query == older.query
            {
                newer.probe.remember(older.probe.memory());
            }
        }
        self
    }

    pub fn find(&self, name: &str) -> Result<&Entry, UnknownDetector> {
        let found = self.iter().find(|entry| entry.name() == name);
        found.ok_or_else(|| UnknownDetector {
            given: clip(name, 60),
            names: self.names().into_iter().map(str::to_owned).collect(),
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    pub fn names(&self) -> Vec<&str> {
        self.iter().map(Entry::name).collect()
    }

    /// Those that a sweep runs.
    pub fn runnable(&self) -> Vec<Entry> {
        let can_run = self.iter().filter(|entry| entry.can_run());
        can_run.cloned().collect()
    }

    /// Tells if a source's incidents are still judged by something. The database is watched by the program itself.
    pub fn watches(&self, source: &str) -> bool {
        source == DATABASE || self.find(source).is_ok()
    }

    /// The runbook of a source, if it has one.
    pub fn runbook(&self, source: &str) -> Option<&str> {
        self.find(source).ok()?.runbook()
    }

    /// The value of a metric's label for this source.
    pub fn label(&self, source: &str) -> &'static str {
        match self.find(source) {
            Ok(entry) => entry.label(),
            Err(_) if source == DATABASE => DATABASE,
            Err(_) => UNKNOWN,
        }
    }

    /// The values that [`label`](Self::label) gives for these detectors.
    pub fn labels(&self) -> Vec<&'static str> {
        let mut labels: Vec<_> = self.iter().map(Entry::label).collect();
        let mut seen = HashSet::new();
        labels.retain(|label| seen.insert(*label));
        labels
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// The name is part of commands, messages and the payloads of buttons, and is told from the other scopes of a silence.
fn can_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=NAME_LENGTH).contains(&text.len())
        && text.bytes().all(plain)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text != DATABASE
        && matches!(text.parse(), Ok(Scope::Detector(_)))
}
