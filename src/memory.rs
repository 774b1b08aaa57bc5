//! What is remembered of alerts outside the database, so that the alert about a broken database gets out, once.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{
    db::OpenIncident,
    domain::{Check, Decision, Fingerprint, Notice, NoticePolicy, Timestamp, Track, decide},
};

/// Alerts that wait to be recorded when the database is back; with more than this, the oldest records are lost.
const UNRECORDED_MAX: usize = 1000;

/// A lock, because the decision reads what it then changes.
#[derive(Default)]
pub struct Memory(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    tracks: HashMap<Fingerprint, Known>,
    unrecorded: VecDeque<SentAlert>,
}

struct Known {
    source: String,
    track: Track,
}

/// An alert that went out while it could not be written down.
#[derive(Clone)]
pub struct SentAlert {
    pub check: Check,
    pub at: Timestamp,
    pub chats: String,
}

impl Memory {
    /// Forgets everything about incidents and takes over those that are open.
    pub fn reload(&self, open: &[OpenIncident]) {
        let known = open.iter().map(|incident| {
            let known = Known {
                source: incident.source.clone(),
                track: incident.track(),
            };
            (incident.fingerprint.clone(), known)
        });
        self.lock().tracks = known.collect();
    }

    /// Keeps up with a check that the database has taken in.
    pub fn follow(&self, check: &Check, now: Timestamp, decision: Option<Decision>) {
        let mut remembered = self.lock();
        if let Some(standing) = &check.standing {
            remembered.tracks.retain(|fingerprint, known| {
                known.source != check.source || standing.contains(fingerprint)
            });
        }
        if matches!(decision, Some(Decision::Notify(_))) {
            remembered.notified(check, now);
        }
    }

    /// Decides in the database's stead, and remembers the decision.
    pub fn decide(&self, check: &Check, now: Timestamp, policy: &NoticePolicy) -> Decision {
        let mut remembered = self.lock();
        let track = remembered
            .tracks
            .get(&check.fingerprint)
            .map(|known| known.track);
        let decision = decide(&track.unwrap_or_default(), check.severity, now, policy);
        if matches!(decision, Decision::Notify(_)) {
            remembered.notified(check, now);
        }
        decision
    }

    pub fn keep(&self, alert: SentAlert) {
        let mut remembered = self.lock();
        if remembered.unrecorded.len() == UNRECORDED_MAX {
            remembered.unrecorded.pop_front();
        }
        remembered.unrecorded.push_back(alert);
    }

    pub fn take_unrecorded(&self) -> VecDeque<SentAlert> {
        std::mem::take(&mut self.lock().unrecorded)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn notified(&mut self, check: &Check, now: Timestamp) {
        let known = self
            .tracks
            .entry(check.fingerprint.clone())
            .or_insert_with(|| Known {
                source: check.source.to_owned(),
                track: Track::default(),
            });
        known.track.last_notice = Some(Notice {
            at: now,
            severity: check.severity,
        });
        known.track.notifications += 1;
    }
}
