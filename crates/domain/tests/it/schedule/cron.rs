use chrono::Datelike;
use chrono_tz::{America, Australia, Europe, Pacific, Tz};
use sovani_domain::{BadCron, Cron};

use super::{MOSCOW, utc};

/// The ticks on a day of the zone, in UTC, as `HH:MM`, with the date if it is another day.
fn due_between(text: &str, zone: Tz, from: &str, to: &str) -> Vec<String> {
    let cron: Cron = text.parse().unwrap();
    let due = cron.due(zone, utc(from), utc(to));
    let shown = |at: &sovani_domain::Timestamp| at.utc().format("%d %H:%M").to_string();
    due.iter().map(shown).collect()
}

#[test]
fn times_are_those_of_the_zone() {
    let day = |text, zone| due_between(text, zone, "2025-10-02 00:00", "2025-10-02 23:59:59");
    assert_eq!(day("0 2 * * *", MOSCOW), ["02 23:00"]);
    assert_eq!(day("0 2 * * *", Tz::UTC), ["02 02:00"]);
    assert_eq!(
        day("0 3,15 * * *", Europe::Berlin),
        ["02 01:00", "02 13:00"]
    );
    assert_eq!(
        day("*/30 0-1 * * *", Tz::UTC),
        ["02 00:00", "02 00:30", "02 01:00", "02 01:30"]
    );
    // A Thursday.
    assert_eq!(day("0 12 * * thu", Tz::UTC), ["02 12:00"]);
    assert_eq!(day("0 12 * * fri", Tz::UTC), [""; 0]);
    // A day of the month or a day of the week.
    assert_eq!(day("0 12 2 * fri", Tz::UTC), ["02 12:00"]);
}

#[test]
fn both_ends_of_the_time_asked_for_are_in_it() {
    let hours = |from, to| due_between("0 * * * *", Tz::UTC, from, to);
    assert_eq!(
        hours("2025-10-02 02:00", "2025-10-02 04:00"),
        ["02 02:00", "02 03:00", "02 04:00"]
    );
    assert_eq!(
        hours("2025-10-02 02:00:01", "2025-10-02 03:59:59"),
        ["02 03:00"]
    );
    assert_eq!(hours("2025-10-02 03:00", "2025-10-02 02:00"), [""; 0]);
}

/// On 30 March 2025 Berlin's clocks went from 02:00 to 03:00, at 01:00 UTC.
#[test]
fn in_spring_a_fixed_time_that_is_skipped_comes_after_the_gap_and_once() {
    let cases: [(&str, &[&str]); 8] = [
        ("0 2 * * *", &["29 01:00", "30 01:00", "31 00:00"]),
        ("30 2 * * *", &["29 01:30", "30 01:00", "31 00:30"]),
        // Two of a list that are skipped are one; croner takes the list for an interval.
        (
            "0,30 2 * * *",
            &["29 01:00", "29 01:30", "30 01:00", "31 00:00", "31 00:30"],
        ),
        // A tick that was due at three anyway is not a second run.
        (
            "0 2,3 * * *",
            &["29 01:00", "29 02:00", "30 01:00", "31 00:00", "31 01:00"],
        ),
        ("59 1 * * *", &["29 00:59", "30 00:59", "30 23:59"]),
        ("0 3 * * *", &["29 02:00", "30 01:00", "31 01:00"]),
        // Real time goes on.
        (
            "0 */2 30 * *",
            &["29 23:00", "30 02:00", "30 04:00", "30 06:00"],
        ),
        (
            "*/30 2 * * *",
            &["29 01:00", "29 01:30", "31 00:00", "31 00:30"],
        ),
    ];
    for (text, expected) in cases {
        let to = if text.contains("30 *") {
            "2025-03-30 06:59"
        } else {
            "2025-03-31 01:59"
        };
        let due = due_between(text, Europe::Berlin, "2025-03-29 00:00", to);
        assert_eq!(due, expected, "{text}");
    }
}

/// On 26 October 2025 Berlin's clocks went from 03:00 back to 02:00, at 01:00 UTC.
#[test]
fn in_autumn_a_fixed_time_that_comes_twice_counts_once() {
    let cases: [(&str, &[&str]); 6] = [
        ("0 2 * * *", &["26 00:00"]),
        ("30 2 * * *", &["26 00:30"]),
        ("0,30 2 * * *", &["26 00:00", "26 00:30"]),
        ("0 3 * * *", &["26 02:00"]),
        // Real time goes on, through both.
        (
            "*/30 2 * * *",
            &["26 00:00", "26 00:30", "26 01:00", "26 01:30"],
        ),
        (
            "0 * * * *",
            &["25 23:00", "26 00:00", "26 01:00", "26 02:00", "26 03:00"],
        ),
    ];
    for (text, expected) in cases {
        let due = due_between(text, Europe::Berlin, "2025-10-25 22:30", "2025-10-26 03:30");
        assert_eq!(due, expected, "{text}");
    }
}

#[test]
fn a_zone_without_such_changes_has_the_same_times_all_year() {
    for month in 1..=12 {
        let (from, to) = (
            format!("2025-{month:02}-05 00:00"),
            format!("2025-{month:02}-05 23:59"),
        );
        assert_eq!(due_between("30 2 * * *", MOSCOW, &from, &to), ["05 23:30"]);
    }
}

#[test]
fn every_size_of_change_is_followed() {
    // Lord Howe's clocks go on by half an hour, from 02:00 to 02:30 at 15:30 UTC of the day before.
    let howe = Australia::Lord_Howe;
    assert_eq!(
        due_between("15 2 * * *", howe, "2025-10-04 00:00", "2025-10-05 23:59"),
        ["04 15:30", "05 15:15"]
    );
    // Samoa had no 30 December 2011.
    assert_eq!(
        due_between(
            "0 12 * * *",
            Pacific::Apia,
            "2011-12-29 00:00",
            "2012-01-01 00:00"
        ),
        ["29 22:00", "30 10:00", "30 22:00", "31 22:00"]
    );
    // In São Paulo midnight itself was skipped.
    assert_eq!(
        due_between(
            "0 0 * * *",
            America::Sao_Paulo,
            "2018-11-04 00:00",
            "2018-11-05 12:00"
        ),
        ["04 03:00", "05 02:00"]
    );
}

#[test]
fn what_cron_could_never_do_is_refused() {
    let cases = [
        ("", BadCron::Fields),
        ("0 2 * *", BadCron::Fields),
        ("0 0 2 * * *", BadCron::Fields),
        ("@daily", BadCron::Fields),
        ("60 2 * * *", BadCron::Field),
        ("0 24 * * *", BadCron::Field),
        ("0 2 32 * *", BadCron::Field),
        ("x 2 * * *", BadCron::Field),
        ("0, 2 * * *", BadCron::Field),
        (", 2 * * *", BadCron::Field),
        ("*/0 2 * * *", BadCron::Field),
        ("30-10 2 * * *", BadCron::Field),
        ("0 2 30 2 *", BadCron::Never),
        ("0 2 31 4,6,9,11 *", BadCron::Never),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<Cron>().unwrap_err(), expected, "{text}");
    }
    for text in [
        "0 2 29 2 *",
        "0 2 * * 7",
        "*/5 * * * *",
        "0 2 l * *",
        "  0   2 * * MON-FRI ",
    ] {
        assert!(text.parse::<Cron>().is_ok(), "{text}");
    }
}

/// The fields of the days, and the days of October 2025 on which they are due. The 1st was a Wednesday.
#[test]
fn both_fields_of_days_are_to_be_met_where_one_begins_with_a_star() {
    const MONDAYS: &[u32] = &[6, 13, 20, 27];
    let every = |step: usize| (1..=31).step_by(step).collect::<Vec<u32>>();
    let cases: [(&str, Vec<u32>); 17] = [
        // Odd days that are Mondays.
        ("*/2 * 1", vec![13, 27]),
        ("*/2 * mon", vec![13, 27]),
        ("*/1 * 1", MONDAYS.to_vec()),
        ("* * 1", MONDAYS.to_vec()),
        ("? * 1", MONDAYS.to_vec()),
        ("*,15 * 1", MONDAYS.to_vec()),
        ("*/2,14 * 1", vec![13, 27]),
        ("1 * ?", vec![1]),
        ("1-7 * */1", (1..=7).collect()),
        // Sunday, Tuesday, Thursday, Saturday.
        ("1-7 * */2", vec![2, 4, 5, 7]),
        // The first Monday.
        ("1-7 * *,1", (1..=7).collect()),
        ("*/2 * *", every(2)),
        ("*/10 * */7", vec![]),
        // Either, where neither begins with one.
        ("1-31/2 * 1", {
            let mut days = every(2);
            days.extend([6, 20]);
            days.sort_unstable();
            days
        }),
        ("14,*/10 * 1", { vec![1, 6, 11, 13, 14, 20, 21, 27, 31] }),
        ("15 * 7", vec![5, 12, 15, 19, 26]),
        (
            "15 * 5-7",
            vec![3, 4, 5, 10, 11, 12, 15, 17, 18, 19, 24, 25, 26, 31],
        ),
    ];
    for (fields, expected) in cases {
        let cron: Cron = format!("0 2 {fields}").parse().unwrap();
        let due = cron.due(Tz::UTC, utc("2025-10-01 00:00"), utc("2025-10-31 23:59"));
        let days: Vec<u32> = due.iter().map(|at| at.utc().day()).collect();
        assert_eq!(days, expected, "{fields}");
    }
}

/// A list that only holds a `*` further on is of fixed times for cron, too.
#[test]
fn real_time_counts_where_the_field_begins_with_a_star() {
    let due = |text| due_between(text, Europe::Berlin, "2025-10-25 22:30", "2025-10-26 02:30");
    assert_eq!(due("15,*/30 2 * * *"), ["26 00:00", "26 00:15", "26 00:30"]);
    assert_eq!(
        due("*/30,15 2 * * *"),
        [
            "26 00:00", "26 00:15", "26 00:30", "26 01:00", "26 01:15", "26 01:30"
        ]
    );
}
