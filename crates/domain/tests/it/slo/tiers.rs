//! When a burning error budget raises the alarm.

use std::collections::HashMap;

use chrono::Duration;
use sovani_domain::{Alarm, BurnPolicy, Counted, Judgement, Severity, TIERS, Tier};

use super::{assert_close, counted, percent};

#[test]
fn the_windows_use_the_workbooks_shares_of_the_budget() {
    use Severity::{Error, Warning};
    // Factor * window / period: 14.4 * 1/720 = 2 %, 6 * 6/720 = 5 %, 3 * 24/720 = 10 %, 1 * 72/720 = 10 %.
    for (tier, share) in TIERS.iter().zip([0.02, 0.05, 0.10, 0.10]) {
        let hours = tier.long.as_seconds_f64() / 3600.0;
        assert_close(tier.factor * hours / 720.0, share, "share of the budget");
        assert_eq!(tier.long, tier.short * 12);
    }
    let severities = TIERS.map(|tier| tier.severity);
    assert_eq!(severities, [Error, Error, Warning, Warning]);
}

#[test]
fn the_windows_are_scaled_to_the_period_and_hold_at_least_one_look() {
    // Days, minutes between looks; the windows in minutes, long and short.
    let cases = [
        (30, 5, [(60, 5), (360, 30), (1440, 120), (4320, 360)]),
        // * 60/30.
        (60, 5, [(120, 10), (720, 60), (2880, 240), (8640, 720)]),
        // * 7/30: 60 -> 14, 5 -> 1.17 but no less than a look apart, 30 -> 7.
        (7, 5, [(14, 5), (84, 7), (336, 28), (1008, 84)]),
        (30, 120, [(120, 120), (360, 120), (1440, 120), (4320, 360)]),
    ];
    for (days, apart, windows) in cases {
        let found = TIERS.map(|tier| {
            let tier = tier.for_period(days, Duration::minutes(apart));
            (tier.long.num_minutes(), tier.short.num_minutes())
        });
        assert_eq!(found, windows, "{days} days, {apart} min apart");
    }
}

#[test]
fn a_tier_fires_when_both_windows_exceed_it_and_else_says_why_not() {
    use Judgement::{Firing, LongBelow, NothingRecent, ShortBelow, TooFewEvents};
    let tier = TIERS[0];
    // At 99 %: events and bad events of the long window and of the short one.
    let cases = [
        // 150/1000 / 1 % = 15, 15/100 / 1 % = 15: both over 14.4.
        ((1000.0, 150.0), (100.0, 15.0), Firing),
        // 144/1000 / 1 % = 14.4 is not over 14.4.
        ((1000.0, 144.0), (100.0, 15.0), LongBelow),
        ((1000.0, 150.0), (100.0, 14.0), ShortBelow),
        ((1000.0, 150.0), (100.0, 0.0), ShortBelow),
        ((1000.0, 150.0), (0.0, 0.0), NothingRecent),
        ((1000.0, 10.0), (0.0, 0.0), LongBelow),
        // Nine events are too few, ten are enough.
        ((9.0, 9.0), (9.0, 9.0), TooFewEvents),
        ((10.0, 2.0), (1.0, 1.0), Firing),
        ((0.0, 0.0), (0.0, 0.0), TooFewEvents),
    ];
    for ((long, long_bad), (short, short_bad), expected) in cases {
        let (long, short) = (counted(long, long_bad), counted(short, short_bad));
        let burn = tier.judge(long, short, percent(99.0), 10.0);
        assert_eq!(burn.judgement, expected, "{long:?}, {short:?}");
    }
    let perfect = tier.judge(
        counted(500.0, 1.0),
        counted(50.0, 1.0),
        percent(100.0),
        10.0,
    );
    assert_eq!(perfect.judgement, Firing);
    assert_eq!(perfect.long_rate, Some(f64::INFINITY));
}

#[test]
fn a_tier_can_fire_when_all_events_being_bad_would_exceed_it() {
    // 14.4 * 6.9 % = 0.9936 < 1, 14.4 * 7 % = 1.008; 1 * 100 % = 1 can be reached and not exceeded.
    let cases = [
        (0, 93.1, true),
        (0, 93.0, false),
        (0, 95.0, true),
        (1, 83.4, true),
        (1, 83.3, false),
        (2, 66.7, true),
        (2, 66.6, false),
        (3, 0.1, true),
        (3, 0.0, false),
        (0, 100.0, true),
    ];
    for (tier, objective, can) in cases {
        let tier: Tier = TIERS[tier];
        assert_eq!(
            tier.can_fire(percent(objective)),
            can,
            "{} at {objective} %",
            tier.factor
        );
    }
}

fn policy(objective: f64) -> BurnPolicy {
    BurnPolicy {
        objective: percent(objective),
        period_days: 30,
        tiers: TIERS.to_vec(),
        least_events: 10.0,
    }
}

/// Events and bad events within the last hours.
fn within(windows: &[(i64, f64, f64)]) -> HashMap<Duration, Counted> {
    windows
        .iter()
        .map(|(minutes, events, bad)| (Duration::minutes(*minutes), counted(*events, *bad)))
        .collect()
}

#[test]
fn a_policy_needs_the_events_of_its_period_and_of_every_window_once() {
    let hours: Vec<_> = policy(99.0)
        .windows()
        .iter()
        .map(Duration::num_minutes)
        .collect();
    assert_eq!(hours, [5, 30, 60, 120, 360, 1440, 4320, 43_200]);
}

#[test]
fn the_fastest_tier_that_fires_gives_the_alarm() {
    // At 99 %, one event a minute. In minutes: events, bad ones.
    let quiet = within(&[(43_200, 43_200.0, 43.2), (4320, 4320.0, 0.0)]);
    let spending = policy(99.0).judge(&quiet).unwrap();
    assert_eq!(spending.alarm(), Alarm::Off);
    // 1 % of 43 200 = 432 allowed; (432 - 43.2) / 432 = 0.9. Nothing bad in the last three days.
    assert_close(spending.budget.left().unwrap(), 0.9, "left");
    assert_eq!(spending.lasts, None);

    // A day at 4 %: 57.6 of 1440 bad, in the last two hours 4.8 of 120.
    let slow = within(&[
        (43_200, 43_200.0, 57.6),
        (4320, 4320.0, 57.6),
        (1440, 1440.0, 57.6),
        (360, 360.0, 14.4),
        (120, 120.0, 4.8),
        (60, 60.0, 2.4),
        (30, 30.0, 1.2),
        (5, 5.0, 0.2),
    ]);
    let spending = policy(99.0).judge(&slow).unwrap();
    let Alarm::Raised(burn) = spending.alarm() else {
        panic!("{spending:?}");
    };
    assert_eq!(
        (burn.tier.factor, burn.tier.severity),
        (3.0, Severity::Warning)
    );
    assert_close(burn.long_rate.unwrap(), 4.0, "rate of the day");
    // (432 - 57.6) / 432 = 0.866 667; * 720 h / 4 = 156 h.
    assert_eq!(spending.lasts_at(burn), Some(Duration::hours(156)));
    // The last three days: 57.6/4320 / 1 % = 1.333…; 0.866 667 * 720 h / 1.333… = 468 h.
    assert_eq!(spending.lasts, Some(Duration::hours(468)));
}

#[test]
fn without_recent_events_it_is_not_known_whether_a_burn_is_over() {
    let fell_silent = within(&[(43_200, 900.0, 30.0), (4320, 60.0, 30.0), (60, 60.0, 30.0)]);
    let spending = policy(99.0).judge(&fell_silent).unwrap();
    assert_eq!(spending.alarm(), Alarm::Unknown);
}

#[test]
fn a_service_level_without_events_has_no_budget() {
    assert_eq!(policy(99.0).judge(&HashMap::new()), None);
    let long_ago = within(&[(43_200, 0.0, 0.0)]);
    assert_eq!(policy(99.0).judge(&long_ago), None);
}
