//! In-memory copy of the incidents' states, so that alerts about a broken database are sent, and only once.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use super::unrecorded::SentAlert;
use crate::domain::{
    Audience, Check, Decision, Event, Fingerprint, Incident, Life, Silence, Timestamp, decide,
};

/// Limit for alerts that wait to be stored; beyond it, the oldest are lost.
const UNRECORDED_MAX: usize = 1000;

#[derive(Default)]
pub struct Memory {
    /// Locked, because the decision reads what it then changes.
    remembered: Mutex<Remembered>,
    /// Held while alerts that were sent without the database are stored.
    pub recording: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Remembered {
    lives: HashMap<Fingerprint, Life>,
    silences: Vec<Silence>,
    unrecorded: VecDeque<SentAlert>,
}

/// A decision about a failing check that was made without the database.
pub struct ProvisionalDecision {
    pub decision: Decision,
    /// The incident that would be stored.
    pub incident: Incident,
    /// The previous state, restored if no chat could be notified.
    before: Option<Life>,
}

impl Memory {
    /// Replaces all states by the open incidents.
    pub fn reload(&self, open: &[Incident]) {
        let lives = open
            .iter()
            .map(|incident| (incident.fingerprint.clone(), incident.life.clone()))
            .collect();
        self.lock().lives = lives;
    }

    /// Takes over the stored state of an incident.
    pub fn learn(&self, incident: &Incident) {
        self.lock()
            .lives
            .insert(incident.fingerprint.clone(), incident.life.clone());
    }

    /// Tells if an incident with this fingerprint is known to be open.
    pub fn is_open(&self, fingerprint: &Fingerprint) -> bool {
        self.lock()
            .lives
            .get(fingerprint)
            .is_some_and(Life::is_open)
    }

    pub fn learn_silences(&self, silences: Vec<Silence>) {
        self.lock().silences = silences;
    }

    /// Decides, and assumes that a due notification reaches the chats.
    pub fn decide(
        &self,
        check: &Check,
        now: Timestamp,
        audience: &Audience,
    ) -> ProvisionalDecision {
        let mut remembered = self.lock();
        let before = remembered.lives.get(&check.fingerprint).cloned();
        let open = before.clone().filter(Life::is_open);
        let life = open.unwrap_or_else(|| {
            let returns = before.as_ref().map_or(0, |life| life.returns_after(now));
            Life::new(check.severity, returns, now)
        });
        let mut incident = Incident::of(check, life);
        let silence = Silence::of_severity(&remembered.silences, &incident, check.severity, now);
        let (life, decision) = decide(
            &incident.life,
            &Event::Failed(check.severity),
            now,
            silence.map(|silence| silence.ends_at),
            &audience.policy,
        );
        incident.life = life;
        remembered
            .lives
            .insert(check.fingerprint.clone(), incident.life.clone());
        ProvisionalDecision {
            decision,
            incident,
            before,
        }
    }

    /// Nobody could be notified: forgets the decision, so that the next check decides again.
    pub fn take_back(&self, decided: ProvisionalDecision) {
        let fingerprint = decided.incident.fingerprint;
        let mut remembered = self.lock();
        match decided.before {
            Some(life) => remembered.lives.insert(fingerprint, life),
            None => remembered.lives.remove(&fingerprint),
        };
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
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
