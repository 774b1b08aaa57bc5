//! Parsing of planned starts.

use chrono::Duration;
use chrono_tz::{Europe::Berlin, Europe::Moscow, Tz};
use proptest::prelude::*;
use sovani_ops::domain::{Timestamp, starting};

use super::noon;
use crate::support::program::moment;

fn read(text: &str, now: &str, zone: Tz) -> Option<Timestamp> {
    starting(text, moment(now), zone)
}

#[test]
fn a_start_is_so_far_from_now_or_at_a_time_of_the_local_clock() {
    for (text, zone, expected) in [
        ("+3h", Moscow, "2025-10-02 12:00:00"),
        ("+1m", Moscow, "2025-10-02 09:01:00"),
        ("+1d12h", Moscow, "2025-10-03 21:00:00"),
        ("+90d", Moscow, "2025-12-31 09:00:00"),
        ("22:00", Moscow, "2025-10-02 19:00:00"),
        ("12:01", Moscow, "2025-10-02 09:01:00"),
        // The clock shows noon, so the next time that it shows that, or less, is tomorrow.
        ("12:00", Moscow, "2025-10-03 09:00:00"),
        ("09:30", Moscow, "2025-10-03 06:30:00"),
        ("9:30", Moscow, "2025-10-03 06:30:00"),
        ("00:00", Moscow, "2025-10-02 21:00:00"),
        ("22:00", Berlin, "2025-10-02 20:00:00"),
        ("2025-10-02T12:01", Moscow, "2025-10-02 09:01:00"),
        ("2025-11-30T22:00", Moscow, "2025-11-30 19:00:00"),
        ("2025-11-30T22:00", Berlin, "2025-11-30 21:00:00"),
    ] {
        assert_eq!(
            starting(text, noon(), zone),
            Some(moment(expected)),
            "{text} in {zone}"
        );
    }
}

#[test]
fn tomorrow_is_tomorrow_where_the_clock_hangs() {
    let late = "2025-10-02 22:30:00";
    assert_eq!(
        read("01:00", late, Moscow),
        Some(moment("2025-10-03 22:00:00"))
    );
    assert_eq!(
        read("02:00", late, Moscow),
        Some(moment("2025-10-02 23:00:00"))
    );
    assert_eq!(
        read("01:00", late, Berlin),
        Some(moment("2025-10-02 23:00:00"))
    );
}

#[test]
fn a_past_or_distant_start_is_refused() {
    for text in [
        "2025-10-02T12:00",
        "2025-10-02T11:59",
        "2024-10-03T12:00",
        "0000-01-01T00:00",
        "2025-12-31T12:01",
        "2026-10-02T12:01",
        "9999-12-31T23:59",
        "+91d",
        "+90d1s",
    ] {
        assert_eq!(starting(text, noon(), Moscow), None, "{text}");
    }
    let furthest = starting("2025-12-31T12:00", noon(), Moscow);
    assert_eq!(furthest, Some(noon() + Duration::days(90)));
}

#[test]
fn what_cannot_be_read_is_refused() {
    for text in [
        "",
        "+",
        "++3h",
        "+-3h",
        "-3h",
        "3h",
        "+0m",
        "+3",
        "24:00",
        "12:60",
        "22",
        "22:00:00",
        "-1:00",
        "10pm",
        "tomorrow",
        "2025-10-03",
        "2025-10-03 22:00",
        "2025-10-03T22:00:00",
        "2025-10-03T22:00Z",
        "2025-02-30T12:00",
        "2025-13-01T12:00",
        "+262142-12-31T23:59",
        "-262143-01-01T00:00",
        "99999999999-01-01T00:00",
        "+99999999999999999999d",
    ] {
        assert_eq!(starting(text, noon(), Moscow), None, "{text}");
    }
}

#[test]
fn a_time_that_the_clocks_skip_is_taken_an_hour_later() {
    let before = "2026-03-28 12:00:00";
    let after_the_gap = Some(moment("2026-03-29 01:30:00"));
    assert_eq!(read("02:30", before, Berlin), after_the_gap);
    assert_eq!(read("2026-03-29T02:30", before, Berlin), after_the_gap);
    assert_eq!(read("03:30", before, Berlin), after_the_gap);
    assert_eq!(
        read("01:59", before, Berlin),
        Some(moment("2026-03-29 00:59:00"))
    );
}

#[test]
fn a_time_that_the_clocks_show_twice_is_taken_the_first_time_while_that_is_to_come() {
    let before = "2026-10-24 12:00:00";
    let (first, second) = (moment("2026-10-25 00:30:00"), moment("2026-10-25 01:30:00"));
    for text in ["02:30", "2026-10-25T02:30"] {
        assert_eq!(read(text, before, Berlin), Some(first));
        assert_eq!(read(text, "2026-10-25 00:29:00", Berlin), Some(first));
        assert_eq!(read(text, "2026-10-25 00:30:00", Berlin), Some(second));
        assert_eq!(read(text, "2026-10-25 01:29:00", Berlin), Some(second));
    }
    let next_day = Some(moment("2026-10-26 01:30:00"));
    assert_eq!(read("02:30", "2026-10-25 01:30:00", Berlin), next_day);
    assert_eq!(
        read("2026-10-25T02:30", "2026-10-25 01:30:00", Berlin),
        None
    );
}

#[test]
fn a_day_is_a_day_of_the_local_clock_when_the_clocks_change() {
    let evening = read("22:00", "2026-10-24 20:30:00", Berlin);
    assert_eq!(evening, Some(moment("2026-10-25 21:00:00")));
    let evening = read("22:00", "2026-03-28 21:30:00", Berlin);
    assert_eq!(evening, Some(moment("2026-03-29 20:00:00")));
}

proptest! {
    #[test]
    fn what_begins_begins_later_and_within_ninety_days(
        text in "\\PC{0,20}|[+0-9dhmsT:-]{0,20}|\\+[0-9]{1,4}[dhms]|[0-9]{1,2}:[0-9]{2}|202[56]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}",
        seconds in 0..40_000_000_i64,
        zone in prop::sample::select(vec![Moscow, Berlin, Tz::UTC, Tz::Australia__Lord_Howe, Tz::America__St_Johns]),
    ) {
        let now = noon() + Duration::seconds(seconds);
        if let Some(at) = starting(&text, now, zone) {
            prop_assert!(at > now && at <= now + Duration::days(90));
        }
    }

    #[test]
    fn every_time_of_day_comes_within_a_day_or_two(hour in 0..24_u32, minute in 0..60_u32, seconds in 0..40_000_000_i64) {
        let now = noon() + Duration::seconds(seconds);
        let text = format!("{hour:02}:{minute:02}");
        let at = starting(&text, now, Berlin).unwrap();
        prop_assert!(at > now && at <= now + Duration::hours(25));
    }
}
