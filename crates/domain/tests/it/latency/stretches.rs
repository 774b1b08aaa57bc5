use chrono::{Duration, NaiveTime};
use sovani_domain::{Calendar, Stretch, stretches};

use crate::moment;

const WINDOW: Duration = Duration::minutes(10);
const SHORTEST: Duration = Duration::minutes(2);
const LONGEST: Duration = Duration::minutes(15);

fn calendar(zone: chrono_tz::Tz) -> Calendar {
    Calendar {
        zone,
        ingest_due: NaiveTime::MIN,
    }
}

/// `from–to day`, with a mark where it is a long one.
fn written(stretch: &Stretch) -> String {
    let time = |at: sovani_domain::Timestamp| at.naive_utc().format("%d %H:%M:%S").to_string();
    let long = if stretch.long { " long" } else { "" };
    format!(
        "{} – {} of {}{long}",
        time(stretch.from),
        time(stretch.to),
        stretch.day
    )
}

fn cut(zone: chrono_tz::Tz, since: &str, now: &str) -> Vec<String> {
    stretches(
        moment(since),
        moment(now),
        &calendar(zone),
        WINDOW,
        SHORTEST,
    )
    .iter()
    .map(written)
    .collect()
}

#[test]
fn days_and_the_current_window_are_told_apart() {
    let moscow = chrono_tz::Europe::Moscow;
    // Midnight in Moscow is 21:00 in UTC.
    let cases: [(&str, &str, &[&str]); 9] = [
        (
            "2025-10-02 09:00:00",
            "2025-10-02 09:05:00",
            &["02 09:00:00 – 02 09:05:00 of 2025-10-02"],
        ),
        // Over midnight.
        (
            "2025-10-02 20:57:00",
            "2025-10-02 21:02:00",
            &[
                "02 20:57:00 – 02 21:00:00 of 2025-10-02",
                "02 21:00:00 – 02 21:02:00 of 2025-10-03",
            ],
        ),
        // A part that is too short before midnight joins the next day; one that is too short after it waits.
        (
            "2025-10-02 20:59:00",
            "2025-10-02 21:04:00",
            &["02 20:59:00 – 02 21:04:00 of 2025-10-03"],
        ),
        (
            "2025-10-02 20:57:00",
            "2025-10-02 21:01:00",
            &["02 20:57:00 – 02 21:00:00 of 2025-10-02"],
        ),
        // Nothing yet, and a clock set back.
        ("2025-10-02 09:00:00", "2025-10-02 09:01:59", &[]),
        ("2025-10-02 09:00:00", "2025-10-02 08:00:00", &[]),
        // The bot was away: what is long past is not of the present.
        (
            "2025-10-02 05:00:00",
            "2025-10-02 09:00:00",
            &[
                "02 05:00:00 – 02 08:50:00 of 2025-10-02 long",
                "02 08:50:00 – 02 09:00:00 of 2025-10-02",
            ],
        ),
        (
            "2025-10-01 09:00:00",
            "2025-10-02 09:00:00",
            &[
                "01 09:00:00 – 01 21:00:00 of 2025-10-01 long",
                "01 21:00:00 – 02 08:50:00 of 2025-10-02 long",
                "02 08:50:00 – 02 09:00:00 of 2025-10-02",
            ],
        ),
        // Midnight and the beginning of the window are too near to each other: midnight counts.
        (
            "2025-10-02 15:00:00",
            "2025-10-02 21:11:00",
            &[
                "02 15:00:00 – 02 21:00:00 of 2025-10-02 long",
                "02 21:00:00 – 02 21:11:00 of 2025-10-03 long",
            ],
        ),
    ];
    for (since, now, expected) in cases {
        assert_eq!(cut(moscow, since, now), expected, "{since} {now}");
    }
}

#[test]
fn a_day_that_begins_at_one_is_cut_there() {
    // In Santiago the clocks went from 24:00 to 01:00 on 2025-09-06, which is 04:00 in UTC.
    let cuts = cut(
        chrono_tz::America::Santiago,
        "2025-09-07 03:57:00",
        "2025-09-07 04:03:00",
    );
    assert_eq!(
        cuts,
        [
            "07 03:57:00 – 07 04:00:00 of 2025-09-06",
            "07 04:00:00 – 07 04:03:00 of 2025-09-07",
        ]
    );
}

fn between(from: &str, to: &str) -> Option<String> {
    let calendar = calendar(chrono_tz::Europe::Moscow);
    Stretch::between(moment(from), moment(to), &calendar, LONGEST)
        .as_ref()
        .map(written)
}

#[test]
fn between_two_looks_the_day_is_that_of_the_later_unless_nobody_knows() {
    let cases = [
        (
            "2025-10-02 09:00:00",
            "2025-10-02 09:05:00",
            Some("02 09:00:00 – 02 09:05:00 of 2025-10-02"),
        ),
        (
            "2025-10-02 20:58:00",
            "2025-10-02 21:03:00",
            Some("02 20:58:00 – 02 21:03:00 of 2025-10-03"),
        ),
        (
            "2025-10-02 09:00:00",
            "2025-10-02 18:00:00",
            Some("02 09:00:00 – 02 18:00:00 of 2025-10-02 long"),
        ),
        ("2025-10-02 18:00:00", "2025-10-02 22:00:00", None),
        ("2025-10-01 09:00:00", "2025-10-02 09:00:00", None),
    ];
    for (from, to, expected) in cases {
        assert_eq!(between(from, to).as_deref(), expected, "{from} {to}");
    }
}

#[test]
fn hours_of_requests_are_not_told_to_have_come_just_now() {
    let calendar = calendar(chrono_tz::Europe::Moscow);
    let told = |to: &str| {
        let stretch = Stretch::between(
            moment("2025-10-02 09:00:00"),
            moment(to),
            &calendar,
            LONGEST,
        );
        stretch.unwrap().moment()
    };
    assert_eq!(told("2025-10-02 09:05:00"), moment("2025-10-02 09:05:00"));
    assert_eq!(told("2025-10-02 13:00:00"), moment("2025-10-02 11:00:00"));
}
