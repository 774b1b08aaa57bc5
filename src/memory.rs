//! What is remembered of alerts outside the database, so that the alert about a broken database gets out, once.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{
    db::OpenIncident,
    domain::{
        ChatTarget, Check, Decision, Fingerprint, Notice, NoticePolicy, Timestamp, Track, decide,
    },
    views::Message,
};

/// Alerts that wait to be recorded when the database is back; with more than this, the oldest records are lost.
const UNRECORDED_MAX: usize = 1000;

/// A lock, because the decision reads what it then changes.
#[derive(Default)]
pub struct Memory(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    tracks: HashMap<Fingerprint, Track>,
    unrecorded: VecDeque<SentAlert>,
}

/// An alert that went out while it could not be written down.
#[derive(Clone)]
pub struct SentAlert {
    pub check: Check,
    pub at: Timestamp,
    pub chats: String,
    /// The chats that it did not reach, and what they are to get.
    pub unreached: Vec<ChatTarget>,
    pub message: Message,
}

impl Memory {
    /// Forgets everything about incidents and takes over those that are open.
    pub fn reload(&self, open: &[OpenIncident]) {
        let tracks = open
            .iter()
            .map(|incident| (incident.fingerprint.clone(), incident.track()))
            .collect();
        self.lock().tracks = tracks;
    }

    /// Takes over what the database knows of a fingerprint.
    pub fn learn(&self, fingerprint: &Fingerprint, track: Track) {
        self.lock().tracks.insert(fingerprint.clone(), track);
    }

    /// Takes in that the incident of a fingerprint closed. Its newest notification still counts for the window.
    pub fn close(&self, fingerprint: &Fingerprint) {
        if let Some(track) = self.lock().tracks.get_mut(fingerprint) {
            track.notifications = 0;
        }
    }

    /// Decides in the database's stead, and takes it that the chats are told when they are to be. Also returns what
    /// was known before, to be learnt again when nobody could be told.
    pub fn decide(
        &self,
        check: &Check,
        now: Timestamp,
        policy: &NoticePolicy,
    ) -> (Decision, Track) {
        let mut remembered = self.lock();
        let track = remembered
            .tracks
            .entry(check.fingerprint.clone())
            .or_default();
        let before = *track;
        let decision = decide(track, check.severity, now, policy);
        if matches!(decision, Decision::Notify(_)) {
            track.told(Notice {
                at: now,
                severity: check.severity,
            });
        }
        (decision, before)
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
