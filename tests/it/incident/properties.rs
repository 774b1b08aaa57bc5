use chrono::Duration;
use proptest::prelude::*;
use sovani_ops::domain::{
    Decision, Notice, NoticePolicy, Reason, ReminderBackoff, Severity, Suppression, Timestamp,
    Track, backoff, decide,
};

use super::noon;

pub fn severity() -> impl Strategy<Value = Severity> {
    prop::sample::select(Severity::ALL.to_vec())
}

fn policy() -> impl Strategy<Value = NoticePolicy> {
    let doubles = any::<bool>();
    (0..2_000_i64, doubles, 1..20_000_i64, severity()).prop_map(
        |(window, doubles, longest, min_severity)| NoticePolicy {
            window: Duration::seconds(window),
            backoff: if doubles {
                ReminderBackoff::Double
            } else {
                ReminderBackoff::None
            },
            reminder_max: Duration::seconds(longest),
            min_severity,
        },
    )
}

fn track() -> impl Strategy<Value = Track> {
    let notice = prop::option::of((-50_000..50_000_i64, severity()));
    (notice, 0..40_u32).prop_map(|(notice, notifications)| Track {
        last_notice: notice.map(|(seconds, severity)| Notice {
            at: noon() + Duration::seconds(seconds),
            severity,
        }),
        notifications,
    })
}

/// What happens to one fingerprint: seconds since the last event, and a failure's severity or a recovery.
fn events() -> impl Strategy<Value = Vec<(i64, Option<Severity>)>> {
    let failure = severity().prop_map(Some);
    let event = prop_oneof![6 => failure, 1 => Just(None)];
    prop::collection::vec((0..700_i64, event), 1..80)
}

/// A notification, as one who reads the chat would note it.
struct Told {
    at: Timestamp,
    severity: Severity,
    reason: Reason,
}

/// Plays the events through `decide`, keeping the track as the database keeps it.
fn play(events: &[(i64, Option<Severity>)], policy: &NoticePolicy) -> Vec<Told> {
    let mut track = Track::default();
    let mut now = noon();
    let mut told = Vec::new();
    for (seconds, event) in events {
        now = now + Duration::seconds(*seconds);
        let Some(severity) = *event else {
            track.notifications = 0;
            continue;
        };
        if let Decision::Notify(reason) = decide(&track, severity, now, policy) {
            track.last_notice = Some(Notice { at: now, severity });
            track.notifications += 1;
            told.push(Told {
                at: now,
                severity,
                reason,
            });
        }
    }
    told
}

proptest! {
    #[test]
    fn two_notifications_are_a_window_apart_unless_the_severity_rose(
        events in events(), policy in policy(),
    ) {
        for pair in play(&events, &policy).windows(2) {
            let apart = pair[1].at.since(pair[0].at) >= policy.window;
            let rose = pair[1].severity > pair[0].severity;
            prop_assert!(apart || rose);
            let says_so = matches!(pair[1].reason, Reason::Worsened { .. });
            prop_assert_eq!(rose, says_so);
        }
    }

    #[test]
    fn a_first_failure_is_told_unless_too_mild_or_soon_after_an_earlier_incident(
        track in track(), severity in severity(), seconds in 0..100_000_i64, policy in policy(),
    ) {
        let track = Track { notifications: 0, ..track };
        let now = noon() + Duration::seconds(seconds);
        let soon = track.last_notice.is_some_and(|last| {
            now.since(last.at) < policy.window && severity <= last.severity
        });
        let told = matches!(decide(&track, severity, now, &policy), Decision::Notify(_));
        prop_assert_eq!(told, severity >= policy.min_severity && !soon);
    }

    #[test]
    fn what_is_told_at_one_moment_would_be_told_at_any_later_one(
        track in track(), severity in severity(), seconds in 0..100_000_i64, later in 0..100_000_i64,
        policy in policy(),
    ) {
        let now = noon() + Duration::seconds(seconds);
        let then = now + Duration::seconds(later);
        let (first, second) = (decide(&track, severity, now, &policy), decide(&track, severity, then, &policy));
        if matches!(first, Decision::Notify(_)) {
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn a_repeat_is_told_from_the_moment_that_its_suppression_names(
        track in track(), severity in severity(), seconds in 0..100_000_i64, policy in policy(),
    ) {
        let now = noon() + Duration::seconds(seconds);
        if let Decision::Suppress(Suppression::Repeated { until }) = decide(&track, severity, now, &policy) {
            let told = |at| matches!(decide(&track, severity, at, &policy), Decision::Notify(_));
            prop_assert!(now < until);
            prop_assert!(told(until));
            prop_assert!(!told(until - Duration::microseconds(1)));
        }
    }

    #[test]
    fn no_wait_is_longer_than_the_longest_or_the_window(
        track in track(), severity in severity(), policy in policy(),
    ) {
        let Some(last) = track.last_notice else { return Ok(()) };
        let ends = last.at + policy.window.max(policy.reminder_max);
        let told = matches!(decide(&track, severity, ends, &policy), Decision::Notify(_));
        prop_assert_eq!(told, severity >= policy.min_severity);
    }

    #[test]
    fn a_retry_waits_between_half_and_all_of_the_doubled_time(
        attempt in 0..=u32::MAX, base in 1..10_000_u64, cap in 1..1_000_000_u64, jitter in 0.0..1.0_f64,
    ) {
        let millis = std::time::Duration::from_millis;
        let wait = backoff(attempt, millis(base), millis(cap), jitter);
        let doublings = attempt.saturating_sub(1).min(40);
        let full = millis(base.saturating_mul(1 << doublings).min(cap));
        prop_assert!(wait <= full);
        prop_assert!(wait >= full / 2);
    }

    #[test]
    fn jitter_out_of_range_breaks_no_bound(attempt in 0..100_u32, jitter in -1e9..1e9_f64) {
        let second = std::time::Duration::from_secs(1);
        let wait = backoff(attempt, second, second * 300, jitter);
        prop_assert!(wait >= second / 2 && wait <= second * 300);
    }
}
