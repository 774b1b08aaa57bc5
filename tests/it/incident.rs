//! When the chats are told of a failing check, as a table of cases and as properties.

mod forms;
mod properties;

use chrono::Duration;
use sovani_ops::domain::{
    Decision, Notice, NoticePolicy, Reason, ReminderBackoff, Severity, Suppression, Timestamp,
    Track, decide,
};

use crate::support::program::moment;
use Severity::{Critical, Error, Info, Warning};

const POLICY: NoticePolicy = NoticePolicy {
    window: Duration::seconds(300),
    backoff: ReminderBackoff::Double,
    reminder_max: Duration::seconds(1200),
    min_severity: Warning,
};
const PLAIN: NoticePolicy = NoticePolicy {
    backoff: ReminderBackoff::None,
    ..POLICY
};

fn noon() -> Timestamp {
    moment("2025-10-02 09:00:00")
}

fn told(severity: Severity, notifications: u32) -> Track {
    Track {
        last_notice: Some(Notice {
            at: noon(),
            severity,
        }),
        notifications,
    }
}

/// The decision `seconds` after the notification in the track.
fn after(seconds: i64, track: &Track, severity: Severity, policy: &NoticePolicy) -> Decision {
    decide(track, severity, noon() + Duration::seconds(seconds), policy)
}

fn repeated(seconds: i64) -> Decision {
    Decision::Suppress(Suppression::Repeated {
        until: noon() + Duration::seconds(seconds),
    })
}

fn reminder(number: u32) -> Decision {
    Decision::Notify(Reason::Reminder { number })
}

const OPENED: Decision = Decision::Notify(Reason::Opened);
const BELOW: Decision = Decision::Suppress(Suppression::BelowMinimum);

#[test]
fn a_first_failure_is_told_at_once() {
    for severity in [Warning, Error, Critical] {
        assert_eq!(after(0, &Track::default(), severity, &POLICY), OPENED);
    }
}

#[test]
fn below_the_least_severity_nothing_is_ever_told() {
    assert_eq!(after(0, &Track::default(), Info, &POLICY), BELOW);
    assert_eq!(after(9_999_999, &told(Critical, 3), Info, &POLICY), BELOW);
    let errors_only = NoticePolicy {
        min_severity: Error,
        ..POLICY
    };
    assert_eq!(after(0, &told(Info, 1), Warning, &errors_only), BELOW);
    assert_eq!(after(0, &Track::default(), Error, &errors_only), OPENED);
}

#[test]
fn a_repeat_inside_the_window_is_not_told() {
    for seconds in [0, 1, 299] {
        assert_eq!(
            after(seconds, &told(Error, 1), Error, &POLICY),
            repeated(300)
        );
        assert_eq!(
            after(seconds, &told(Error, 1), Error, &PLAIN),
            repeated(300)
        );
    }
}

#[test]
fn reminders_come_at_twice_the_wait_each_time_up_to_the_longest() {
    let waits = [
        (1, 300),
        (2, 600),
        (3, 1200),
        (4, 1200),
        (5, 1200),
        (u32::MAX, 1200),
    ];
    for (notifications, wait) in waits {
        let track = told(Error, notifications);
        assert_eq!(after(wait - 1, &track, Error, &POLICY), repeated(wait));
        assert_eq!(after(wait, &track, Error, &POLICY), reminder(notifications));
    }
}

#[test]
fn without_backoff_every_reminder_comes_after_the_plain_window() {
    for notifications in [1, 2, 7, u32::MAX] {
        let track = told(Error, notifications);
        assert_eq!(after(299, &track, Error, &PLAIN), repeated(300));
        assert_eq!(after(300, &track, Error, &PLAIN), reminder(notifications));
    }
}

#[test]
fn the_longest_wait_never_undercuts_the_window() {
    let policy = NoticePolicy {
        reminder_max: Duration::seconds(1),
        ..POLICY
    };
    assert_eq!(after(299, &told(Error, 4), Error, &policy), repeated(300));
    assert_eq!(after(300, &told(Error, 4), Error, &policy), reminder(4));
}

#[test]
fn without_a_window_every_failure_is_told() {
    for backoff in [ReminderBackoff::Double, ReminderBackoff::None] {
        let policy = NoticePolicy {
            window: Duration::zero(),
            backoff,
            ..POLICY
        };
        assert_eq!(after(0, &told(Error, 9), Error, &policy), reminder(9));
        assert_eq!(after(0, &told(Error, 0), Error, &policy), OPENED);
    }
}

#[test]
fn a_rise_in_severity_is_told_at_once_and_a_fall_is_a_repeat() {
    let worsened = Decision::Notify(Reason::Worsened { from: Warning });
    assert_eq!(after(1, &told(Warning, 1), Error, &POLICY), worsened);
    assert_eq!(after(1, &told(Warning, 8), Critical, &POLICY), worsened);
    assert_eq!(after(1, &told(Critical, 1), Error, &POLICY), repeated(300));
}

#[test]
fn a_fault_that_reopens_inside_the_window_waits_for_its_end_and_opens_then() {
    let reopened = told(Error, 0);
    assert_eq!(after(10, &reopened, Error, &POLICY), repeated(300));
    assert_eq!(after(300, &reopened, Error, &POLICY), OPENED);
}

#[test]
fn a_clock_set_back_reads_as_no_time_passed() {
    assert_eq!(
        after(-86_400, &told(Error, 1), Error, &POLICY),
        repeated(300)
    );
    assert_eq!(
        after(-86_400, &told(Warning, 1), Error, &POLICY),
        Decision::Notify(Reason::Worsened { from: Warning })
    );
}
