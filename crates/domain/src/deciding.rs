//! The state machine of an incident: each event gives the next state, and whether and why the chats are notified. A
//! pure function.

use super::{By, End, Life, Mark, Notice, Policy, Reason, Severity, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A check found the fault.
    Failed(Severity),
    /// A check reported another fault and found that this one continues.
    Stood,
    /// A check found that the fault is gone.
    Passed,
    /// Time went by.
    Tick,
    Acknowledged(By),
    Resolved(By),
    /// Its detector was removed.
    Unwatched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The chats are notified.
    Notify(Reason),
    /// The chats are not notified; existing messages are updated.
    Suppress(Suppression),
    /// The requested operation is carried out.
    Accept,
    /// The requested operation is no longer possible.
    Refuse(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppression {
    BelowMinimum,
    Repeated {
        until: Timestamp,
    },
    Silenced {
        until: Timestamp,
    },
    Acknowledged,
    /// It stays open until more checks have passed.
    Passing {
        passes: u32,
    },
    /// It ended before anybody was notified of it.
    Untold,
    NothingDue,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Closed,
    Acknowledged,
}

/// The incident's next state, and the decision about notification.
pub fn decide(
    life: &Life,
    event: &Event,
    now: Timestamp,
    silenced_until: Option<Timestamp>,
    policy: &Policy,
) -> (Life, Decision) {
    let mut next = life.clone();
    if matches!(event, Event::Failed(_) | Event::Tick) && life.is_open() {
        next.follow_clock(now);
    }
    let decision = if life.is_open() {
        match event {
            Event::Failed(severity) => next.fail(*severity, now, silenced_until, policy),
            Event::Stood => next.stand(),
            Event::Passed => next.pass(now, policy),
            Event::Tick => next.tick(now, silenced_until, policy),
            Event::Acknowledged(by) => next.acknowledge(by, now),
            Event::Resolved(by) => next.resolve(by, now),
            Event::Unwatched => next.close(End::Unwatched { at: now }),
        }
    } else {
        match event {
            Event::Acknowledged(_) | Event::Resolved(_) => Decision::Refuse(Refusal::Closed),
            _ => Decision::Suppress(Suppression::Closed),
        }
    };
    (next, decision)
}

impl Life {
    /// Restarts waits that would become longer because the clock was moved back.
    fn follow_clock(&mut self, now: Timestamp) {
        if let Some(last) = &mut self.last_notice {
            last.at = last.at.min(now);
        }
        self.called_at = self.called_at.map(|at| at.min(now));
    }

    fn fail(
        &mut self,
        severity: Severity,
        now: Timestamp,
        silenced_until: Option<Timestamp>,
        policy: &Policy,
    ) -> Decision {
        let rose = severity > self.severity;
        self.severity = severity;
        self.last_seen_at = now;
        self.occurrences = self.occurrences.saturating_add(1);
        self.passes = 0;
        if severity < policy.min_severity {
            return Decision::Suppress(Suppression::BelowMinimum);
        }
        if rose && self.told().is_none_or(|told| severity > told.severity) {
            // The acknowledgement was for the less severe fault.
            self.acknowledged = None;
        }
        if let Some(until) = silenced_until {
            self.hushed = true;
            return Decision::Suppress(Suppression::Silenced { until });
        }
        if self.acknowledged.is_some() {
            self.hushed = false;
            return Decision::Suppress(Suppression::Acknowledged);
        }
        match self.due(now, policy) {
            Ok(Reason::Reminder { number }) => {
                self.reminders = number;
                self.tell(now);
                Decision::Notify(Reason::Reminder { number })
            }
            Ok(reason) => self.call(reason, now),
            Err(suppression) => Decision::Suppress(suppression),
        }
    }

    /// The reason to notify about a failing check, or the reason not to.
    fn due(&self, now: Timestamp, policy: &Policy) -> Result<Reason, Suppression> {
        let Some(last) = self.told() else {
            return Ok(Reason::Opened);
        };
        let wait = policy.wait(self.reminders);
        if self.severity > last.severity {
            let from = last.severity;
            Ok(Reason::Worsened { from })
        } else if self.hushed {
            Ok(self.after_silence())
        } else if now.since(last.at) < wait {
            let until = last.at + wait;
            Err(Suppression::Repeated { until })
        } else {
            let number = self.reminders.saturating_add(1);
            Ok(Reason::Reminder { number })
        }
    }

    /// The newest notification. Rows of earlier versions hold that of an earlier incident until they have one.
    fn told(&self) -> Option<Notice> {
        self.last_notice.filter(|_| self.notifications > 0)
    }

    fn stand(&mut self) -> Decision {
        self.passes = 0;
        Decision::Suppress(Suppression::NothingDue)
    }

    fn pass(&mut self, now: Timestamp, policy: &Policy) -> Decision {
        self.passes = self.passes.saturating_add(1);
        if self.passes < policy.passes_to_end(self.returns) {
            let passes = self.passes;
            return Decision::Suppress(Suppression::Passing { passes });
        }
        self.close(End::Passed { at: now })
    }

    /// Ends without anybody's word.
    fn close(&mut self, end: End) -> Decision {
        self.end = Some(end);
        if self.notifications > 0 {
            Decision::Notify(Reason::Resolved)
        } else {
            Decision::Suppress(Suppression::Untold)
        }
    }

    fn tick(
        &mut self,
        now: Timestamp,
        silenced_until: Option<Timestamp>,
        policy: &Policy,
    ) -> Decision {
        if let Some(until) = silenced_until {
            self.hushed = true;
            return Decision::Suppress(Suppression::Silenced { until });
        }
        // The last check passed; the next one decides whether the fault is back.
        if self.passes > 0 {
            let passes = self.passes;
            return Decision::Suppress(Suppression::Passing { passes });
        }
        if self.hushed {
            if self.severity < policy.min_severity {
                self.hushed = false;
                return Decision::Suppress(Suppression::BelowMinimum);
            }
            if self.acknowledged.is_some() {
                self.hushed = false;
                return Decision::Suppress(Suppression::Acknowledged);
            }
            return self.call(self.after_silence(), now);
        }
        if self.is_to_be_escalated(now, policy) {
            self.escalated_at = Some(now);
            return Decision::Notify(Reason::Escalated);
        }
        Decision::Suppress(Suppression::NothingDue)
    }

    fn is_to_be_escalated(&self, now: Timestamp, policy: &Policy) -> bool {
        let waited = self.called_at.map(|at| now.since(at));
        self.severity == Severity::Critical
            && self.acknowledged.is_none()
            && self.escalated_at.is_none()
            && waited
                .zip(policy.escalate_after)
                .is_some_and(|(waited, limit)| waited >= limit)
    }

    fn acknowledge(&mut self, by: &By, now: Timestamp) -> Decision {
        if self.acknowledged.is_some() {
            return Decision::Refuse(Refusal::Acknowledged);
        }
        self.acknowledged = Some(Mark {
            at: now,
            by: by.clone(),
        });
        Decision::Accept
    }

    fn resolve(&mut self, by: &By, now: Timestamp) -> Decision {
        self.end = Some(End::ByHand(Mark {
            at: now,
            by: by.clone(),
        }));
        if self.notifications > 0 {
            Decision::Notify(Reason::Resolved)
        } else {
            Decision::Accept
        }
    }

    /// The reason to notify when a silence ends. Chats that were never notified get the news that the incident opened.
    fn after_silence(&self) -> Reason {
        if self.notifications == 0 {
            Reason::Opened
        } else {
            Reason::SilenceOver
        }
    }

    /// Alerts the chats; the count of reminders starts at zero again.
    fn call(&mut self, reason: Reason, now: Timestamp) -> Decision {
        self.tell(now);
        self.reminders = 0;
        self.called_at = Some(now);
        self.hushed = false;
        Decision::Notify(reason)
    }

    fn tell(&mut self, now: Timestamp) {
        self.notifications = self.notifications.saturating_add(1);
        self.last_notice = Some(Notice {
            at: now,
            severity: self.severity,
        });
    }
}
