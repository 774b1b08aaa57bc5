//! Several processes behind one address, each with counters of its own.

use sovani_ops::{
    detectors::api_latency::{DEFAULT_NAME, Looked, read_page},
    doctor::{self, judge_latency},
    domain::{Processes, Status, Timestamp, processes},
};

use super::{
    api::{Api, at},
    check,
};
use crate::support::{
    database::TestDatabase,
    metrics_page::{Manner, fast_and_slow},
};

/// A page of a process that started this many seconds after nine o'clock.
fn page_of(fast: u64, began: i64) -> String {
    let started = at("09:00:00").utc().timestamp() + began;
    format!(
        "{}process_start_time_seconds {started}.25\n",
        fast_and_slow(fast, 0)
    )
}

fn told(found: &sovani_ops::domain::Check) -> bool {
    found.status == Status::NotMeasured
        && found.message.contains("several processes answer in turn")
}

#[each_database]
async fn several_processes_are_never_a_p95(database: TestDatabase) {
    let api = Api::beside(database).await;
    let of_each = |round: u64| {
        vec![
            fast_and_slow(1000 + round * 40, 0),
            fast_and_slow(300 + round * 30, 9),
            fast_and_slow(600, 500 + round),
        ]
    };
    let mut told_at_all = 0;
    for round in 0..8 {
        api.page.behaves(Manner::InTurn(of_each(round)));

        let found = api.is_checked(at(&format!("09:{:02}:00", round * 5))).await;

        assert!(!found.extras.contains_key("current_p95_ms"), "{found:?}");
        told_at_all += usize::from(told(&found));
    }
    assert!(told_at_all >= 7, "{told_at_all}");
    assert_eq!(api.days().await, []);
    // One process again: from a first look on it is measured.
    for (fast, time) in [(2000, "10:00:00"), (2100, "10:05:00")] {
        api.has_had(fast, 0, at(time)).await;
    }
    let found = api.has_had(2200, 0, at("10:10:00")).await;
    assert_eq!(
        (found.status, &found.extras["requests"]),
        (Status::Pass, &200.into()),
        "{found:?}"
    );
}

#[each_database]
async fn processes_that_tell_when_they_began_are_told_apart_at_once(database: TestDatabase) {
    let api = Api::beside(database).await;
    // The second one has counted more, and began later: its counters have not fallen.
    api.page.shows(page_of(300, -90_000));
    api.is_checked(at("09:00:00")).await;
    api.page.shows(page_of(9000, -80_000));

    let found = api.is_checked(at("09:05:00")).await;

    assert!(told(&found), "{found:?}");
    assert_eq!(api.days().await, []);
}

#[each_database]
async fn a_restart_is_not_taken_for_several_processes(database: TestDatabase) {
    let api = Api::beside(database).await;
    for (fast, began, time) in [
        (1000, -90_000, "09:00:00"),
        (40, 240, "09:05:00"),
        (90, 240, "09:10:00"),
        (30, 900, "09:16:00"),
    ] {
        api.page.shows(page_of(fast, began));
        let found = api.is_checked(at(time)).await;
        assert!(!told(&found), "{found:?}");
    }
    assert_eq!(api.days().await, [(2, 120)]);
}

#[each_database]
async fn another_histogram_of_the_page_can_be_read(database: TestDatabase) {
    let api = Api::beside(database).await;
    let finer =
        |fast| fast_and_slow(fast, 0).replace(DEFAULT_NAME, "http_request_duration_highr_seconds");
    let settings = [
        ("API_METRICS_URL", api.page.url()),
        (
            "API_METRICS_NAME",
            "http_request_duration_highr_seconds".to_owned(),
        ),
    ];
    api.page.shows(finer(1000) + &fast_and_slow(5000, 0));
    check(&api.database, &settings, at("09:00:00")).await;
    api.page.shows(finer(1040) + &fast_and_slow(9000, 0));

    let found = check(&api.database, &settings, at("09:05:00")).await;

    assert_eq!(found.extras["requests"], 40, "{found:?}");
    api.page.shows(finer(1040));
    let other = api.is_checked(at("09:10:00")).await;
    assert!(other.message.ends_with("the page has no histogram http_request_duration_seconds; those that it has, for API_METRICS_NAME: http_request_duration_highr_seconds"), "{other:?}");
    let undeclared: String = finer(1040)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    api.page.shows(undeclared);
    let named = api.is_checked(at("09:15:00")).await;
    assert!(
        named
            .message
            .ends_with("for API_METRICS_NAME: http_request_duration_highr_seconds"),
        "{named:?}"
    );
}

#[test]
fn two_pages_are_of_one_process_or_of_several() {
    let hour_ago: Timestamp = at("08:00:00");
    let read = |page: String| read_page(&page, DEFAULT_NAME).unwrap();
    let created = |fast: u64, began: i64| {
        let moment = at("09:00:00").utc().timestamp() + began;
        fast_and_slow(fast, 0)
            + &format!("{DEFAULT_NAME}_created{{endpoint=\"/orders\"}} {moment}\n")
    };
    let cases = [
        (page_of(10, -9000), page_of(20, -9000), Processes::One),
        // Began between the looks, and has counted less or, by chance, more.
        (page_of(10, -90_000), page_of(5, -600), Processes::One),
        (page_of(10, -90_000), page_of(50, -600), Processes::One),
        // Had begun long before the first look, or before the other one.
        (
            page_of(10, -90_000),
            page_of(5, -80_000),
            Processes::Several,
        ),
        (
            page_of(10, -90_000),
            page_of(50, -80_000),
            Processes::Several,
        ),
        (page_of(10, -600), page_of(50, -90_000), Processes::Several),
        (page_of(10, -600), page_of(5, -601), Processes::Several),
        // The earliest series of a process may be removed.
        (created(10, -90_000), created(20, -80_000), Processes::One),
        (
            created(10, -90_000),
            created(5, -80_000),
            Processes::Several,
        ),
        (created(10, -90_000), created(5, -600), Processes::Suspected),
        (
            fast_and_slow(10, 0),
            fast_and_slow(5, 0),
            Processes::Suspected,
        ),
        (fast_and_slow(10, 0), fast_and_slow(50, 0), Processes::One),
    ];
    for (before, now, expected) in cases {
        assert_eq!(
            processes(&read(now.clone()), &read(before.clone()), hour_ago),
            expected,
            "{before}\n{now}"
        );
    }
}

#[test]
fn the_doctor_tells_of_buckets_that_end_below_the_target() {
    let looked = Looked {
        has_counted: true,
        highest_bound: Some(1.0),
        several: false,
    };
    let cases = [
        (
            looked,
            1200.0,
            doctor::Status::Warning,
            "ends at 1000 ms, below SLO_API_LATENCY_P95_MS (1200)",
        ),
        (looked, 1000.0, doctor::Status::Ok, "has counted requests"),
        (
            Looked {
                several: true,
                ..looked
            },
            1000.0,
            doctor::Status::Error,
            "several processes",
        ),
        (
            Looked {
                has_counted: false,
                ..looked
            },
            1000.0,
            doctor::Status::Warning,
            "no requests of late",
        ),
    ];
    for (looked, target, status, part) in cases {
        let finding = judge_latency(looked, target);
        assert_eq!(finding.status, status, "{finding:?}");
        assert!(finding.message.contains(part), "{finding:?}");
    }
}
