//! The incidents of one transaction, and their states as events are applied.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::happening::Played;
use crate::{
    db::Tx,
    domain::{
        Audience, Check, Decision, Event, FaultState, Fingerprint, Incident, Life, Reason, Scope,
        Silence, SilencePhase, Timestamp, decide,
    },
};

pub(super) struct Board {
    pub slots: Vec<Slot>,
    /// The slot of each fingerprint's open incident.
    open: HashMap<Fingerprint, usize>,
    pub silences: Vec<Silence>,
    pub moves: Vec<Move>,
    pub now: Timestamp,
}

pub(super) struct Slot {
    pub incident: Incident,
    pub changed: bool,
    /// It has joined its digest now.
    pub joined: bool,
}

/// The effect of an event on an incident.
pub(super) struct Move {
    pub slot: usize,
    pub decision: Decision,
    pub silenced: bool,
    pub alert_id: Option<i64>,
}

impl Board {
    pub async fn load(tx: &mut Tx, now: Timestamp) -> sqlx::Result<Self> {
        let mut board = Self {
            slots: Vec::new(),
            open: HashMap::new(),
            silences: tx.standing_silences(now).await?,
            moves: Vec::new(),
            now,
        };
        for incident in tx.open_incidents().await? {
            board.add(incident);
        }
        Ok(board)
    }

    pub fn add(&mut self, incident: Incident) -> usize {
        let slot = self.slots.len();
        if incident.life.is_open() {
            self.open.insert(incident.fingerprint.clone(), slot);
        }
        self.slots.push(Slot {
            incident,
            changed: false,
            joined: false,
        });
        slot
    }

    /// The slots of these detectors' open incidents.
    pub fn of(&self, sources: &HashSet<String>) -> Vec<usize> {
        let is_theirs = |slot: &usize| {
            let Incident { source, life, .. } = &self.slots[*slot].incident;
            life.is_open() && sources.contains(source)
        };
        (0..self.slots.len()).filter(is_theirs).collect()
    }

    /// The slot of the incident with this id, which may be closed.
    pub async fn find(&mut self, tx: &mut Tx, id: i64) -> sqlx::Result<Option<usize>> {
        let found = self.slots.iter().position(|slot| slot.incident.id == id);
        Ok(match found {
            Some(slot) => Some(slot),
            None => tx.incident(id).await?.map(|incident| self.add(incident)),
        })
    }

    /// Applies a check to its detector's open faults and to those that it found.
    pub async fn check(
        &mut self,
        tx: &mut Tx,
        check: &Check,
        audience: &Audience,
    ) -> sqlx::Result<()> {
        for slot in 0..self.slots.len() {
            let incident = &self.slots[slot].incident;
            if incident.source != check.source || !incident.life.is_open() {
                continue;
            }
            match check.says_of(&incident.fingerprint) {
                Some(FaultState::Stands) => self.apply(slot, &Event::Stood, audience),
                Some(FaultState::Gone) => {
                    self.apply(slot, &Event::Passed, audience);
                    self.slots[slot].incident.learn_end(check);
                }
                None => {}
            }
        }
        for fault in check.faults().iter().filter(|fault| fault.failed()) {
            let slot = if let Some(slot) = self.open.get(&fault.fingerprint) {
                *slot
            } else {
                let returns = tx.returns(&fault.fingerprint, self.now).await?;
                let life = Life::new(fault.severity, returns, self.now);
                self.add(Incident::of(fault, life))
            };
            self.slots[slot].incident.learn(fault);
            self.apply(slot, &Event::Failed(fault.severity), audience);
        }
        Ok(())
    }

    pub fn tick(&mut self, audience: &Audience) {
        for slot in 0..self.slots.len() {
            self.apply(slot, &Event::Tick, audience);
        }
    }

    pub fn apply(&mut self, slot: usize, event: &Event, audience: &Audience) {
        let incident = &mut self.slots[slot].incident;
        let severity = match event {
            Event::Failed(severity) => *severity,
            _ => incident.life.severity,
        };
        let silence = Silence::of_severity(&self.silences, incident, severity, self.now);
        let silenced_until = silence.map(|silence| silence.ends_at);
        let (next, decision) = decide(
            &incident.life,
            event,
            self.now,
            silenced_until,
            &audience.policy,
        );
        let changed = next != incident.life;
        if changed && !next.is_open() {
            self.open.remove(&incident.fingerprint);
        }
        incident.life = next;
        self.slots[slot].changed |= changed;
        self.moves.push(Move {
            slot,
            decision,
            silenced: silenced_until.is_some(),
            alert_id: None,
        });
    }

    /// The notices that go out, by the position of their moves.
    pub fn notices(&self) -> impl Iterator<Item = (usize, &Slot, Reason)> {
        self.moves
            .iter()
            .enumerate()
            .filter_map(|(at, step)| match step.decision {
                Decision::Notify(reason) => Some((at, &self.slots[step.slot], reason)),
                _ => None,
            })
    }

    /// Stores the incidents' states, and marks their messages for an update.
    pub async fn store(&mut self, tx: &mut Tx) -> sqlx::Result<()> {
        let mut digests = BTreeSet::new();
        let (new, known): (Vec<_>, Vec<_>) = self
            .slots
            .iter_mut()
            .filter(|slot| slot.changed)
            .partition(|slot| slot.incident.id == 0);
        // Closed incidents first, so that a new one with the same fingerprint can be stored.
        for slot in known {
            tx.update_incident(&slot.incident).await?;
            tx.touch_cards(slot.incident.id, self.now).await?;
            digests.extend(slot.incident.digest);
        }
        for slot in new {
            slot.incident.id = tx.insert_incident(&slot.incident).await?;
            digests.extend(slot.incident.digest);
        }
        for digest in digests {
            tx.number_members(digest).await?;
            tx.touch_digest(digest, self.now).await?;
        }
        Ok(())
    }

    pub fn active_with(&self, scope: &Scope) -> Option<Silence> {
        let active = |silence: &&Silence| {
            silence.scope == *scope && silence.phase(self.now) == SilencePhase::Active
        };
        self.silences.iter().find(active).cloned()
    }

    /// Updates the messages of all incidents that the silence covers.
    pub fn show(&mut self, silence: &Silence) {
        for slot in &mut self.slots {
            let Incident {
                source,
                fingerprint,
                life,
                ..
            } = &slot.incident;
            slot.changed |= silence.covers(source, fingerprint, life.severity);
        }
    }

    pub fn into_played(self) -> Vec<Played> {
        let Self { slots, moves, .. } = self;
        moves
            .into_iter()
            .map(|step| Played {
                incident: slots[step.slot].incident.clone(),
                decision: step.decision,
                silenced: step.silenced,
                alert_id: step.alert_id,
            })
            .collect()
    }
}
