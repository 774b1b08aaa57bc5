//! Failing checks, with nothing else going on.

use chrono::Duration;
use sovani_ops::domain::{
    Decision, Event, Life, Notice, Policy, ReminderBackoff, Severity, Suppression, Timestamp,
    decide,
};

use super::{
    BELOW_MINIMUM, OPENED, RESOLVED, noon, reminder, repeated,
    world::{POLICY, World},
    worsened,
};
use Severity::{Critical, Error, Info, Warning};

const PLAIN: Policy = Policy {
    backoff: ReminderBackoff::None,
    ..POLICY
};

/// An incident that was notified at noon.
fn told(severity: Severity, policy: Policy) -> World {
    let mut fault = World::new(policy);
    assert_eq!(fault.fails(severity), OPENED);
    fault
}

/// An incident that was notified at noon, after this many reminders.
fn reminded(reminders: u32) -> Life {
    let notice = Notice {
        at: noon(),
        severity: Error,
    };
    Life {
        notifications: reminders.saturating_add(1),
        reminders,
        called_at: Some(noon()),
        last_notice: Some(notice),
        ..Life::new(Error, 0, noon())
    }
}

fn failing(life: &Life, seconds: i64, policy: &Policy) -> Decision {
    let now = noon() + Duration::seconds(seconds);
    decide(life, &Event::Failed(Error), now, None, policy).1
}

#[test]
fn a_first_failure_is_told_at_once() {
    for severity in [Warning, Error, Critical] {
        assert_eq!(World::new(POLICY).fails(severity), OPENED);
    }
}

#[test]
fn below_the_least_severity_nothing_is_ever_told() {
    assert_eq!(World::new(POLICY).fails(Info), BELOW_MINIMUM);
    assert_eq!(
        told(Critical, POLICY).at(9_999_999).fails(Info),
        BELOW_MINIMUM
    );
    let errors_only = Policy {
        min_severity: Error,
        ..POLICY
    };
    assert_eq!(World::new(errors_only).fails(Warning), BELOW_MINIMUM);
    assert_eq!(World::new(errors_only).fails(Error), OPENED);
}

#[test]
fn an_incident_below_the_minimum_opens_once_it_is_severe_enough() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.at(10).fails(Warning), OPENED);
    assert_eq!(fault.at(20).fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.at(30).fails(Warning), repeated(310));
    assert_eq!(fault.life().occurrences, 4);
}

#[test]
fn a_repeat_inside_the_window_is_not_told() {
    for policy in [POLICY, PLAIN] {
        for seconds in [0, 1, 299] {
            let mut fault = told(Error, policy);
            assert_eq!(fault.at(seconds).fails(Error), repeated(300));
        }
    }
}

#[test]
fn reminders_come_at_twice_the_wait_each_time_up_to_the_longest() {
    let mut fault = told(Error, POLICY);
    let mut last = 0;
    for (number, wait) in [(1, 300), (2, 600), (3, 1200), (4, 1200), (5, 1200)] {
        let due = last + wait;
        assert_eq!(fault.at(due - 1).fails(Error), repeated(due));
        assert_eq!(fault.at(due).fails(Error), reminder(number));
        last = due;
    }
}

#[test]
fn the_wait_doubles_for_as_long_as_it_may() {
    let policy = Policy {
        window: Duration::seconds(1),
        reminder_max: Duration::days(90),
        ..POLICY
    };
    for reminders in 0..22 {
        let wait = 1 << reminders;
        assert_eq!(
            failing(&reminded(reminders), wait - 1, &policy),
            repeated(wait)
        );
        assert_eq!(
            failing(&reminded(reminders), wait, &policy),
            reminder(reminders + 1)
        );
    }
}

#[test]
fn a_count_that_cannot_grow_stays_where_it_is() {
    let life = reminded(u32::MAX);
    assert_eq!(failing(&life, 1199, &POLICY), repeated(1200));
    assert_eq!(failing(&life, 1200, &POLICY), reminder(u32::MAX));
}

#[test]
fn without_backoff_every_reminder_comes_after_the_plain_window() {
    for reminders in [0, 1, 6, u32::MAX - 1] {
        let life = reminded(reminders);
        assert_eq!(failing(&life, 299, &PLAIN), repeated(300));
        assert_eq!(failing(&life, 300, &PLAIN), reminder(reminders + 1));
    }
}

#[test]
fn the_longest_wait_never_undercuts_the_window() {
    let policy = Policy {
        reminder_max: Duration::seconds(1),
        ..POLICY
    };
    assert_eq!(failing(&reminded(3), 299, &policy), repeated(300));
    assert_eq!(failing(&reminded(3), 300, &policy), reminder(4));
}

#[test]
fn without_a_window_every_failure_is_told() {
    for backoff in [ReminderBackoff::Double, ReminderBackoff::None] {
        let policy = Policy {
            window: Duration::zero(),
            backoff,
            ..POLICY
        };
        let mut fault = told(Error, policy);
        assert_eq!(fault.fails(Error), reminder(1));
        assert_eq!(fault.fails(Error), reminder(2));
    }
}

#[test]
fn a_rise_in_severity_is_told_at_once_and_a_fall_is_a_repeat() {
    assert_eq!(told(Warning, POLICY).at(1).fails(Error), worsened(Warning));
    assert_eq!(
        told(Warning, POLICY).at(1).fails(Critical),
        worsened(Warning)
    );
    assert_eq!(told(Critical, POLICY).at(1).fails(Error), repeated(300));
}

#[test]
fn what_rises_to_where_the_chats_were_told_it_stood_is_a_repeat() {
    let mut fault = told(Error, POLICY);
    assert_eq!(fault.at(10).fails(Warning), repeated(300));
    assert_eq!(fault.at(20).fails(Error), repeated(300));
    assert_eq!(fault.at(30).fails(Critical), worsened(Error));
}

#[test]
fn reminders_restart_after_an_alert() {
    let mut fault = told(Warning, POLICY);
    assert_eq!(fault.at(300).fails(Warning), reminder(1));
    assert_eq!(fault.at(900).fails(Warning), reminder(2));
    assert_eq!(fault.at(1000).fails(Error), worsened(Warning));
    assert_eq!(fault.at(1299).fails(Error), repeated(1300));
    assert_eq!(fault.at(1300).fails(Error), reminder(1));
    assert_eq!(fault.at(1899).fails(Error), repeated(1900));
    assert_eq!(fault.at(1900).fails(Error), reminder(2));
}

/// An incident that was notified at noon and ended ten seconds later.
fn ended(severity: Severity) -> World {
    let mut fault = told(severity, POLICY);
    fault.at(10).passes();
    assert_eq!(fault.passes(), RESOLVED);
    fault
}

#[test]
fn a_fault_that_comes_back_is_told_at_once() {
    for severity in [Warning, Error, Critical] {
        let mut fault = ended(Error);
        assert_eq!(fault.at(20).fails(severity), OPENED);
        assert_eq!(fault.at(319).fails(severity), repeated(320));
        assert_eq!(fault.at(320).fails(severity), reminder(1));
        assert_eq!(fault.incidents(), 2);
    }
}

/// How many passing checks in a row end the incident.
fn passes_until_the_end(fault: &mut World) -> u32 {
    let mut passes = 1;
    while fault.passes() != RESOLVED {
        passes += 1;
    }
    passes
}

#[test]
fn the_more_often_a_fault_comes_back_the_more_checks_must_pass() {
    let mut fault = World::new(POLICY);
    let passes: Vec<u32> = (0..7)
        .map(|number| {
            assert_eq!(fault.at(number * 60).fails(Error), OPENED);
            passes_until_the_end(&mut fault)
        })
        .collect();
    assert_eq!(passes, [2, 2, 4, 8, 12, 12, 12]);

    fault.at(7 * 3600).fails(Error);
    assert_eq!(passes_until_the_end(&mut fault), 2, "after a calm day");
}

#[test]
fn a_person_who_closes_it_makes_no_fault_that_comes_and_goes() {
    let mut fault = World::new(POLICY);
    for number in 0..5 {
        assert_eq!(fault.at(number * 60).fails(Error), OPENED);
        fault.is_resolved();
    }
    fault.fails(Error);
    assert_eq!(passes_until_the_end(&mut fault), 2);
}

#[test]
fn a_clock_set_back_reads_as_no_time_passed() {
    for back in [-1, -86_400, -3_000_000_000] {
        let mut fault = told(Error, POLICY);
        assert_eq!(fault.at(back).fails(Error), repeated(back + 300));
        assert_eq!(fault.at(back + 299).fails(Error), repeated(back + 300));
        assert_eq!(fault.at(back + 300).fails(Error), reminder(1));
        let mut fault = told(Warning, POLICY);
        assert_eq!(fault.at(back).fails(Error), worsened(Warning));
    }
}

#[test]
fn a_clock_set_back_does_not_keep_the_next_incident_from_opening() {
    assert_eq!(ended(Error).at(-86_400).fails(Error), OPENED);
}

#[test]
fn at_the_end_of_time_a_repeat_waits_for_the_end_of_time() {
    let end = Timestamp::from_naive_utc(chrono::NaiveDateTime::MAX);
    let notice = Notice {
        at: end,
        severity: Error,
    };
    let life = Life {
        notifications: 1,
        last_notice: Some(notice),
        ..Life::new(Error, 0, end)
    };
    let failed = Event::Failed(Error);
    assert_eq!(
        decide(&life, &failed, end, None, &POLICY).1,
        Decision::Suppress(Suppression::Repeated { until: end })
    );
}
