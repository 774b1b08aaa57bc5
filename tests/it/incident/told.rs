//! The notifications for any sequence of events: never too many, never too few.

use proptest::prelude::*;
use sovani_ops::domain::{Event, Reason, Severity};

use super::{
    properties::{play, policy, severity, steps},
    world::{Entry, World},
};

/// The positions of what tells the chats that something is wrong.
fn alerts(log: &[Entry]) -> Vec<usize> {
    let all = log.iter().enumerate();
    all.filter(|(_, entry)| entry.is_alert())
        .map(|(at, _)| at)
        .collect()
}

/// The history of each incident.
fn incidents(world: &World) -> Vec<&[Entry]> {
    let log = &world.log;
    log.chunk_by(|one, next| one.incident == next.incident)
        .collect()
}

fn reasons(log: &[Entry]) -> Vec<Reason> {
    log.iter().filter_map(Entry::told).collect()
}

fn got_worse(log: &[Entry]) -> bool {
    log.iter()
        .any(|entry| entry.failed() > Some(entry.before.severity))
}

proptest! {
    #[test]
    fn two_notifications_are_a_window_apart_unless_the_fault_got_worse_or_came_back_or_a_silence_ended(
        steps in steps(80), policy in policy(),
    ) {
        let log = play(&steps, &policy).log;
        for pair in alerts(&log).windows(2) {
            let (first, second) = (&log[pair[0]], &log[pair[1]]);
            let apart = second.elapsed - first.elapsed >= policy.window;
            let rose = second.after.severity > first.after.severity;
            let silenced = log[pair[0]..pair[1]].iter().any(|entry| entry.silenced);
            let came_back = second.incident > first.incident;
            prop_assert!(apart || rose || came_back || silenced);
        }
    }

    #[test]
    fn nothing_is_told_twice(steps in steps(80), policy in policy()) {
        for log in incidents(&play(&steps, &policy)) {
            let reasons = reasons(log);
            for once in [Reason::Opened, Reason::Escalated, Reason::Resolved] {
                prop_assert!(reasons.iter().filter(|reason| **reason == once).count() <= 1);
            }
            let mut due = 1;
            for reason in reasons {
                if let Reason::Reminder { number } = reason {
                    prop_assert_eq!(number, due);
                    due += 1;
                } else if reason.needs_attention() {
                    due = 1;
                }
            }
        }
    }

    #[test]
    fn an_incident_is_told_of_before_anything_else_is_told(steps in steps(80), policy in policy()) {
        for log in incidents(&play(&steps, &policy)) {
            let reasons = reasons(log);
            if let Some((first, rest)) = reasons.split_first() {
                prop_assert!(matches!(first, Reason::Opened | Reason::SilenceOver));
                prop_assert!(!rest.contains(&Reason::Opened));
            }
        }
    }

    #[test]
    fn a_fault_is_reported_as_worse_only_after_it_was_notified_as_less_severe(steps in steps(80), policy in policy()) {
        for log in incidents(&play(&steps, &policy)) {
            for pair in alerts(log).windows(2) {
                let (first, second) = (&log[pair[0]], &log[pair[1]]);
                let from = first.after.severity;
                let rose = second.after.severity > from;
                match second.told() {
                    Some(Reason::Worsened { from: said }) => prop_assert!(rose && said == from),
                    Some(Reason::SilenceOver) => {}
                    _ => prop_assert!(!rose),
                }
            }
        }
    }

    #[test]
    fn nothing_is_told_in_a_silence_but_that_all_is_well(steps in steps(80), policy in policy()) {
        for entry in play(&steps, &policy).log.iter().filter(|entry| entry.silenced) {
            prop_assert!(matches!(entry.told(), None | Some(Reason::Resolved)));
        }
    }

    #[test]
    fn a_silence_that_held_something_back_is_followed_by_one_notification_while_the_fault_continues(
        steps in steps(80), policy in policy(),
    ) {
        for log in incidents(&play(&steps, &policy)) {
            let mut kept_back = false;
            for entry in log.iter().filter(|entry| entry.before.is_open()) {
                let loud = entry.after.severity >= policy.min_severity;
                let over = entry.told() == Some(Reason::SilenceOver);
                let looks = match entry.event {
                    Event::Failed(_) => loud,
                    Event::Tick => entry.silenced || entry.after.passes == 0,
                    _ => false,
                };
                if looks && !entry.silenced {
                    let called = entry.told().is_some_and(Reason::needs_attention);
                    let due = kept_back && loud && entry.after.acknowledged.is_none();
                    prop_assert!(!due || called);
                    prop_assert!(!over || due);
                } else {
                    prop_assert!(!over);
                }
                if looks {
                    kept_back = entry.silenced;
                }
            }
        }
    }

    #[test]
    fn once_acknowledged_nothing_is_told_until_the_fault_gets_worse_or_ends(
        steps in steps(80), policy in policy(),
    ) {
        for log in incidents(&play(&steps, &policy)) {
            let mut acknowledged = None;
            for (at, entry) in log.iter().enumerate() {
                if let (Some(since), true) = (acknowledged, entry.told().is_some()) {
                    prop_assert!(got_worse(&log[since..=at]) || entry.told() == Some(Reason::Resolved));
                }
                if entry.is_alert() || entry.told() == Some(Reason::Escalated) {
                    prop_assert_eq!(&entry.after.acknowledged, &None);
                    acknowledged = None;
                }
                if entry.before.acknowledged.is_none() && entry.after.acknowledged.is_some() {
                    acknowledged = Some(at + 1);
                }
            }
        }
    }

    #[test]
    fn an_acknowledgement_does_not_outlive_the_worst_that_was_found_before(steps in steps(80), policy in policy()) {
        for log in incidents(&play(&steps, &policy)) {
            let mut worst = None;
            for entry in log.iter().filter(|entry| entry.before.is_open()) {
                let found = entry.failed();
                if worst.is_some() && found > worst && found >= Some(policy.min_severity) {
                    prop_assert_eq!(&entry.after.acknowledged, &None);
                }
                worst = worst.max(found);
            }
        }
    }

    #[test]
    fn only_an_unacknowledged_critical_fault_is_escalated_and_only_in_time(
        steps in steps(80), policy in policy(),
    ) {
        for log in incidents(&play(&steps, &policy)) {
            for (at, entry) in log.iter().enumerate() {
                if entry.told() != Some(Reason::Escalated) {
                    continue;
                }
                let called = log[..at].iter().rfind(|entry| entry.told().is_some_and(Reason::needs_attention)).unwrap();
                prop_assert!(entry.elapsed - called.elapsed >= policy.escalate_after.unwrap());
                prop_assert_eq!(entry.after.severity, Severity::Critical);
                prop_assert_eq!(&entry.after.acknowledged, &None);
                prop_assert_eq!(entry.after.passes, 0);
            }
        }
    }

    #[test]
    fn a_first_failure_is_told_unless_too_mild(
        steps in steps(60), seconds in 0..100_000_i64, severity in severity(), policy in policy(),
    ) {
        let mut world = play(&steps, &policy);
        if world.open().is_some() {
            world.is_resolved();
        }
        world.turn_clock(seconds);
        world.end_silences();
        world.fails(severity);
        let told = world.log.last().unwrap().told();
        let due = severity >= policy.min_severity;
        prop_assert_eq!(told, due.then_some(Reason::Opened));
    }

    /// For any history, even if the clock is set back at times.
    #[test]
    fn a_continuing_fault_is_never_forgotten(
        steps in steps(60), policy in policy(), every in 1..2_000_i64,
        checks in prop::collection::vec((severity(), prop::bool::weighted(0.05), 0..1_000_000_i64), 60),
    ) {
        let mut world = play(&steps, &policy);
        world.end_silences();
        if world.open().is_some_and(|life| life.acknowledged.is_some()) {
            world.is_resolved();
        }
        let longest = policy.window.max(policy.reminder_max) + chrono::Duration::seconds(every);
        let mut since = world.elapsed();
        for (severity, set_back, seconds) in checks {
            if set_back {
                world.turn_clock(-seconds);
                since = world.elapsed();
            }
            world.turn_clock(every);
            world.fails(severity.max(policy.min_severity));
            if world.log.last().unwrap().is_alert() {
                since = world.elapsed();
            }
            prop_assert!(world.elapsed() - since < longest);
        }
    }
}
