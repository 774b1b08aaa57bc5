//! Compares an incident's state with an observer's record of its events.

use proptest::prelude::*;
use sovani_ops::domain::{Decision, End, Event, Life, Mark, Notice, Reason, Refusal, Suppression};

use super::{
    properties::{play, policy, steps},
    world::{Entry, anna},
};

/// An observer's counts about one incident.
#[derive(Default)]
struct Tally {
    occurrences: u32,
    passes: u32,
    notifications: u32,
    reminders: u32,
}

impl Tally {
    fn note(&mut self, entry: &Entry) {
        match entry.event {
            Event::Failed(_) => {
                self.occurrences += 1;
                self.passes = 0;
            }
            Event::Stood => self.passes = 0,
            Event::Passed => self.passes += 1,
            Event::Tick | Event::Acknowledged(_) | Event::Resolved(_) | Event::Unwatched => {}
        }
        match entry.told() {
            Some(Reason::Reminder { .. }) => {
                self.notifications += 1;
                self.reminders += 1;
            }
            Some(reason) if reason.needs_attention() => {
                self.notifications += 1;
                self.reminders = 0;
            }
            _ => {}
        }
    }

    fn is_of(&self, life: &Life) -> bool {
        self.occurrences == life.occurrences
            && self.passes == life.passes
            && self.notifications == life.notifications
            && self.reminders == life.reminders
    }
}

proptest! {
    #[test]
    fn an_incident_counts_what_an_observer_counts(steps in steps(80), policy in policy()) {
        let log = play(&steps, &policy).log;
        for log in log.chunk_by(|one, next| one.incident == next.incident) {
            let mut tally = Tally::default();
            for entry in log.iter().filter(|entry| entry.before.is_open()) {
                tally.note(entry);
                prop_assert!(tally.is_of(&entry.after));
            }
        }
    }

    #[test]
    fn an_incident_that_has_ended_stays_as_it_is(steps in steps(80), policy in policy()) {
        for entry in play(&steps, &policy).log.iter().filter(|entry| !entry.before.is_open()) {
            let expected = match entry.event {
                Event::Acknowledged(_) | Event::Resolved(_) => Decision::Refuse(Refusal::Closed),
                _ => Decision::Suppress(Suppression::Closed),
            };
            prop_assert_eq!(entry.decision, expected);
            prop_assert_eq!(&entry.after, &entry.before);
        }
    }

    #[test]
    fn only_operations_are_accepted_or_refused_and_a_refusal_changes_nothing(steps in steps(80), policy in policy()) {
        for entry in play(&steps, &policy).log {
            let changes_something = matches!(entry.event, Event::Acknowledged(_) | Event::Resolved(_));
            match entry.decision {
                Decision::Accept => prop_assert!(changes_something && entry.after != entry.before),
                Decision::Refuse(_) => prop_assert!(changes_something && entry.after == entry.before),
                Decision::Suppress(_) => prop_assert!(!changes_something),
                Decision::Notify(reason) => prop_assert!(!changes_something || reason == Reason::Resolved),
            }
        }
    }

    #[test]
    fn a_notification_is_noted_with_its_time_and_severity_and_nothing_else_is(
        steps in steps(80), policy in policy(),
    ) {
        for entry in play(&steps, &policy).log {
            let Entry { before, after, .. } = &entry;
            let severity = after.severity;
            if entry.is_alert() {
                prop_assert_eq!(after.last_notice, Some(Notice { at: entry.at, severity }));
            } else {
                let severities = |life: &Life| life.last_notice.map(|notice| notice.severity);
                prop_assert_eq!(severities(after), severities(before));
                prop_assert!(after.last_notice.map(|notice| notice.at) <= before.last_notice.map(|notice| notice.at));
            }
            if entry.told().is_some_and(Reason::needs_attention) {
                prop_assert_eq!(after.called_at, Some(entry.at));
            }
            if entry.told() == Some(Reason::Escalated) {
                prop_assert_eq!(after.escalated_at, Some(entry.at));
            } else {
                prop_assert_eq!(after.escalated_at, before.escalated_at);
            }
        }
    }

    #[test]
    fn findings_and_operations_are_recorded(steps in steps(80), policy in policy()) {
        for entry in play(&steps, &policy).log.iter().filter(|entry| entry.before.is_open()) {
            let Entry { before, after, .. } = entry;
            let mark = Mark { at: entry.at, by: anna() };
            prop_assert_eq!(after.opened_at, before.opened_at);
            let found = entry.failed().map(|severity| (severity, entry.at));
            let known = (before.severity, before.last_seen_at);
            prop_assert_eq!((after.severity, after.last_seen_at), found.unwrap_or(known));
            match (&entry.event, entry.decision) {
                (Event::Acknowledged(_), Decision::Accept) => prop_assert_eq!(&after.acknowledged, &Some(mark)),
                (Event::Resolved(_), _) => prop_assert_eq!(&after.end, &Some(End::ByHand(mark))),
                (Event::Passed, decision) => {
                    let ends = after.passes >= policy.passes_to_end(before.returns);
                    prop_assert_eq!(&after.end, &ends.then_some(End::Passed { at: entry.at }));
                    prop_assert_eq!(decision == Decision::Notify(Reason::Resolved), ends && after.notifications > 0);
                }
                _ => prop_assert!(after.is_open()),
            }
        }
    }

    #[test]
    fn a_repeated_sequence_has_the_same_result(steps in steps(80), policy in policy()) {
        let (once, again) = (play(&steps, &policy), play(&steps, &policy));
        let decisions = |log: &[Entry]| log.iter().map(|entry| entry.decision).collect::<Vec<_>>();
        prop_assert_eq!(decisions(&once.log), decisions(&again.log));
        prop_assert_eq!(once.open(), again.open());
    }
}
