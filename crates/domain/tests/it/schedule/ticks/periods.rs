//! Ticks of jobs that run once a period.

use super::*;

#[test]
fn a_period_restarts_with_a_run_after_one_that_never_ended() {
    let runs = [
        running("02:00:00"),
        ended("02:20:00", "02:21:00", true),
        running("03:20:00"),
        ended("04:20:00", "04:21:00", true),
    ];
    assert_eq!(
        judged(&hourly(10), &runs, "00:00:00", "04:30:00"),
        [
            "02:00 failed 02:21:00 interrupted (02:21:00)",
            "02:20 on time (02:21:00)",
            "03:20 failed 04:21:00 interrupted (04:21:00)",
            "04:20 on time (04:21:00)",
        ]
    );
}

#[test]
fn a_period_counts_from_the_last_start() {
    let runs = [
        ended("02:00:00", "02:01:00", true),
        // Within the grace, and the next is due an hour after this.
        ended("03:05:00", "03:06:00", true),
        ended("04:20:00", "04:21:00", true),
    ];
    assert_eq!(
        judged(&hourly(10), &runs, "00:00:00", "05:30:00"),
        [
            "02:00 on time (02:01:00)",
            "03:05 on time (03:06:00)",
            "04:05 late, started 04:20:00 (04:15:00)",
            "05:20 pending (open)",
        ]
        .map(|line| line.replace("03:05 on", "03:00 on"))
    );
}

#[test]
fn a_period_continues_from_the_due_time_when_it_did_not_start() {
    let runs = [
        ended("02:00:00", "02:01:00", true),
        ended("05:03:00", "05:04:00", true),
    ];
    assert_eq!(
        judged(&hourly(10), &runs, "00:00:00", "06:14:00"),
        [
            "02:00 on time (02:01:00)",
            "03:00 missed (03:10:00)",
            "04:00 missed (04:10:00)",
            "05:00 on time (05:04:00)",
            "06:03 late, awaited (06:13:00)",
        ]
    );
}

#[test]
fn a_period_with_a_longer_grace_is_missed_when_it_is_due_again() {
    assert_eq!(
        judged(
            &hourly(90),
            &[ended("02:00:00", "02:01:00", true)],
            "00:00:00",
            "04:30:00"
        ),
        [
            "02:00 on time (02:01:00)",
            "03:00 missed (04:00:00)",
            "04:00 pending (open)"
        ]
    );
}

#[test]
fn a_run_before_its_period_is_over_has_its_tick_then_unless_it_repeats_a_failure() {
    let runs = [
        ended("02:00:00", "02:01:00", true),
        ended("02:20:00", "02:21:00", false),
        ended("02:25:00", "02:26:00", false),
        ended("02:29:00", "02:30:00", true),
        ended("02:40:00", "02:41:00", true),
    ];
    assert_eq!(
        judged(&hourly(10), &runs, "00:00:00", "03:45:00"),
        [
            "02:00 on time (02:01:00)",
            "02:20 on time (02:30:00)",
            "02:40 on time (02:41:00)",
            "03:40 pending (open)",
        ]
    );
}

#[test]
fn a_period_that_has_never_run_has_the_same_ticks_whenever_it_is_asked_about() {
    let all = judged(&hourly(10), &[], "00:30:00", "04:15:00");
    assert_eq!(
        all,
        [
            "01:00 missed (01:10:00)",
            "02:00 missed (02:10:00)",
            "03:00 missed (03:10:00)",
            "04:00 late, awaited (04:10:00)",
        ]
    );
    assert_eq!(judged(&hourly(10), &[], "02:17:00", "04:15:00"), all[2..]);
}
