//! One fingerprint: its incidents as the database keeps them, its silences, and all that was decided.

use chrono::Duration;
use sovani_ops::domain::{
    Actor, By, Decision, End, Event, FLAPPING, Fingerprint, Life, Mark, Policy, Reason,
    ReminderBackoff, Scope, Severity, Silence, SilencePhase, Timestamp, decide,
};

use super::{at, noon};

pub const POLICY: Policy = Policy {
    window: Duration::seconds(300),
    backoff: ReminderBackoff::Double,
    reminder_max: Duration::seconds(1200),
    min_severity: Severity::Warning,
    resolve_after: 2,
    escalate_after: Some(Duration::seconds(900)),
};

pub struct World {
    pub policy: Policy,
    pub now: Timestamp,
    pub silences: Vec<Silence>,
    pub log: Vec<Entry>,
    /// The newest incident, once there is one.
    newest: Option<Life>,
    incident: usize,
    elapsed: Duration,
}

/// An event of an incident, and the decision about it.
pub struct Entry {
    /// Counts the incidents.
    pub incident: usize,
    pub event: Event,
    pub at: Timestamp,
    /// Time since the beginning, for those who take a clock set back for one that stood still.
    pub elapsed: Duration,
    pub silenced: bool,
    pub before: Life,
    pub after: Life,
    pub decision: Decision,
}

impl Entry {
    /// The reason for a notification, if there is one.
    pub fn told(&self) -> Option<Reason> {
        match self.decision {
            Decision::Notify(reason) => Some(reason),
            _ => None,
        }
    }

    /// Tells if the chats are alerted.
    pub fn is_alert(&self) -> bool {
        self.told().is_some_and(Reason::is_alert)
    }

    /// The severity that a failing check found.
    pub fn failed(&self) -> Option<Severity> {
        match self.event {
            Event::Failed(severity) => Some(severity),
            _ => None,
        }
    }
}

pub fn anna() -> By {
    By::user(7, "Anna")
}

impl World {
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            now: noon(),
            silences: Vec::new(),
            log: Vec::new(),
            newest: None,
            incident: 0,
            elapsed: Duration::zero(),
        }
    }

    pub fn life(&self) -> &Life {
        self.newest.as_ref().unwrap()
    }

    /// The newest incident, unless it has ended.
    pub fn open(&self) -> Option<&Life> {
        self.newest.as_ref().filter(|life| life.is_open())
    }

    /// Time since the beginning, as in [`Entry::elapsed`].
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How many incidents there have been.
    pub fn incidents(&self) -> usize {
        self.incident
    }

    /// Sets the clock to this many seconds after noon.
    pub fn at(&mut self, seconds: i64) -> &mut Self {
        self.set_clock(at(seconds));
        self
    }

    pub fn turn_clock(&mut self, seconds: i64) {
        self.set_clock(self.now + Duration::seconds(seconds));
    }

    fn set_clock(&mut self, to: Timestamp) {
        self.elapsed += to.since(self.now);
        self.now = to;
    }

    pub fn fails(&mut self, severity: Severity) -> Decision {
        self.happens(&Event::Failed(severity))
    }

    pub fn stands(&mut self) -> Decision {
        self.happens(&Event::Stood)
    }

    pub fn passes(&mut self) -> Decision {
        self.happens(&Event::Passed)
    }

    pub fn ticks(&mut self) -> Decision {
        self.happens(&Event::Tick)
    }

    pub fn is_acknowledged(&mut self) -> Decision {
        self.happens(&Event::Acknowledged(anna()))
    }

    pub fn is_resolved(&mut self) -> Decision {
        self.happens(&Event::Resolved(anna()))
    }

    /// Begins a silence that lasts until this many seconds after noon.
    pub fn is_silenced_until(&mut self, seconds: i64) -> &mut Self {
        self.begin_silence(at(seconds));
        self
    }

    pub fn begin_silence(&mut self, ends_at: Timestamp) {
        self.silences.push(Silence {
            id: i64::try_from(self.silences.len()).unwrap() + 1,
            scope: Scope::Fault(Fingerprint::of("check", "fault")),
            reason: String::new(),
            by: anna(),
            starts_at: self.now,
            ends_at,
            ended: None,
        });
    }

    pub fn end_silence(&mut self, id: i64) {
        for silence in self.silences.iter_mut().filter(|silence| silence.id == id) {
            silence.ended = Some(Mark {
                at: self.now,
                by: By {
                    actor: Actor::Rest,
                    name: "REST".to_owned(),
                },
            });
        }
    }

    pub fn end_silences(&mut self) -> &mut Self {
        for silence in self.silences.clone() {
            self.end_silence(silence.id);
        }
        self
    }

    fn silenced_until(&self) -> Option<Timestamp> {
        let active = self
            .silences
            .iter()
            .filter(|silence| silence.phase(self.now) == SilencePhase::Active);
        active.map(|silence| silence.ends_at).max()
    }

    /// The incidents that ended by themselves lately, after they were told of.
    fn returns(&self) -> u32 {
        let ended = self.log.iter().filter(|entry| {
            entry.told() == Some(Reason::Resolved)
                && matches!(entry.after.end, Some(End::Passed { .. }))
                && entry.at <= self.now
                && self.now.since(entry.at) < FLAPPING
        });
        u32::try_from(ended.count()).unwrap()
    }

    /// Panics when it happens to an incident and there has been none.
    pub fn happens(&mut self, event: &Event) -> Decision {
        if let (Event::Failed(severity), None) = (event, self.open()) {
            self.newest = Some(Life::new(*severity, self.returns(), self.now));
            self.incident += 1;
        }
        let before = self.life().clone();
        let silenced_until = self.silenced_until();
        let (after, decision) = decide(&before, event, self.now, silenced_until, &self.policy);
        self.newest = Some(after.clone());
        self.log.push(Entry {
            incident: self.incident,
            event: event.clone(),
            at: self.now,
            elapsed: self.elapsed,
            silenced: silenced_until.is_some(),
            before,
            after,
            decision,
        });
        decision
    }
}
