//! Counting with a page's counters.

use chrono::Duration;
use sovani_ops::domain::{Status, Target};

use super::{
    about,
    api::{Api, at, october},
};
use crate::support::{database::TestDatabase, metrics_page::page_of, sli::counted_since};

#[each_database]
async fn the_first_scrape_counts_nothing(database: TestDatabase) {
    let api = Api::beside(database).await;

    let check = api.has_had(5000, 5000, at("09:00:00")).await;

    assert_eq!(check.status, Status::NotMeasured);
    assert_eq!(
        check.message,
        "Too few requests to judge API p95 latency in the last 10 minutes: 0, at least 20 are needed"
    );
    assert_eq!(api.days().await, []);
    assert!(about(api.sli().await.total, 0.0));
}

#[each_database]
async fn what_comes_between_two_scrapes_is_judged_and_kept(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;

    // 95 of 100: 15 of the 20 that took from 1 s to 2.5 s.
    let check = api.has_had(1080, 20, at("09:05:00")).await;

    assert_eq!(check.status, Status::Fail);
    assert_eq!(check.message, "API p95 latency 2125ms exceeds SLO 1200ms");
    assert_eq!(check.extras["requests"], 100);
    assert_eq!(api.days().await, [(2, 100)]);
    let day = &api.database.slo_days(october(2), october(2)).await[0];
    assert_eq!(day.api_latency_p95_ms.map(f64::round), Some(2125.0));
    // 80 fast ones, and of the 20 slow ones the part from 1 s to 1.2 s: 20 * 0.2 / 1.5.
    let sli = api.sli().await;
    assert!(
        about(sli.total, 100.0) && about(sli.good, 80.0 + 20.0 * 0.2 / 1.5),
        "{sli:?}"
    );

    // Ten minutes later those are of the past.
    let check = api.has_had(1180, 20, at("09:15:01")).await;
    assert_eq!(check.message, "API p95 latency 97.5ms, SLO 1200ms");
    assert_eq!(check.status, Status::Pass);
    assert_eq!(api.days().await, [(2, 200)]);
}

#[each_database]
async fn a_days_p95_is_that_of_its_counts_not_a_mean_of_p95s(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(0, 0, at("09:00:00")).await;
    // Nine hundred fast requests, then a hundred slow ones: 50 of the slow ones lie below the p95.
    api.has_had(900, 0, at("09:05:00")).await;
    api.has_had(900, 100, at("09:10:00")).await;

    let day = &api.database.slo_days(october(2), october(2)).await[0];

    assert_eq!(day.api_latency_p95_ms.map(f64::round), Some(1750.0));
}

#[each_database]
async fn counters_that_restart_count_from_zero(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 50, at("09:00:00")).await;

    api.has_had(30, 0, at("09:05:00")).await;
    // Not a request since the restart.
    api.page
        .shows("# TYPE http_request_duration_seconds histogram\n");
    api.is_checked(at("09:10:00")).await;
    api.has_had(50, 0, at("09:15:00")).await;

    assert_eq!(api.days().await, [(2, 80)]);
}

#[each_database]
async fn a_series_that_appears_counts_from_nothing(database: TestDatabase) {
    let api = Api::beside(database).await;
    let old = ("/orders", [0, 0, 40, 0, 0, 0, 0, 0, 0]);
    api.page.shows(page_of(&[old]));
    api.is_checked(at("09:00:00")).await;

    api.page
        .shows(page_of(&[("/stock", [0, 0, 25, 0, 0, 0, 0, 0, 0]), old]));
    api.is_checked(at("09:05:00")).await;

    assert_eq!(api.days().await, [(2, 25)]);
}

#[each_database]
async fn a_day_ends_at_midnight_of_the_platform(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("20:49:00")).await;
    api.has_had(1100, 0, at("20:54:00")).await;
    api.has_had(1150, 0, at("20:59:00")).await;
    api.has_had(1157, 0, at("21:04:00")).await;
    api.has_had(1160, 0, at("21:09:00")).await;

    assert_eq!(api.days().await, [(2, 150), (3, 10)]);
}

#[each_database]
async fn what_came_while_the_bot_was_away_is_of_its_day_but_not_of_the_present(
    database: TestDatabase,
) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;

    let check = api.has_had(1000, 400, at("13:00:00")).await;

    assert_eq!(
        (check.status, &check.extras["requests"]),
        (Status::NotMeasured, &0.into())
    );
    assert_eq!(api.days().await, [(2, 400)]);
    let db = api.database.db();
    let after = |time: &str| counted_since(db, Target::ApiLatency, at(time));
    assert!(about(after("10:59:00").await.total, 400.0));
    assert!(about(after("11:01:00").await.total, 0.0));
}

#[each_database]
async fn what_may_be_of_either_day_is_of_none(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;
    api.has_had(2000, 0, at("09:00:00") + Duration::days(1))
        .await;
    assert_eq!(api.days().await, []);

    api.has_had(2005, 0, at("09:05:00") + Duration::days(1))
        .await;
    assert_eq!(api.days().await, [(3, 5)]);
}

#[each_database]
async fn ten_thousand_series_are_no_trouble(database: TestDatabase) {
    let api = Api::beside(database).await;
    let names: Vec<String> = (0..10_000)
        .map(|n| format!("/api/v1/shops/{n}/orders"))
        .collect();
    let page = |slow: u64| {
        let series: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), [90, 0, 0, 0, 0, slow, 0, 0, 0]))
            .collect();
        page_of(&series)
    };
    api.page.shows(page(0));
    api.is_checked(at("09:00:00")).await;
    api.page.shows(page(1));

    let check = api.is_checked(at("09:05:00")).await;

    assert_eq!(check.extras["requests"], 10_000, "{check:?}");
    assert_eq!(check.message, "API p95 latency 2425ms exceeds SLO 1200ms");
    let stored = api
        .database
        .number("SELECT MAX(LENGTH(counters)) FROM ops_scrapes")
        .await;
    assert!(stored < 500_000, "{stored}");
}

#[each_database]
async fn the_days_of_a_range_can_be_merged(database: TestDatabase) {
    let api = Api::beside(database).await;
    for day in 0..3 {
        let start = at("09:00:00") + Duration::days(day);
        api.has_had(0, 0, start).await;
        api.has_had(90, 10, start + Duration::minutes(5)).await;
        api.page
            .shows("# TYPE http_request_duration_seconds histogram\n");
        api.is_checked(start + Duration::minutes(10)).await;
    }

    let days = api
        .database
        .db()
        .latency_days(october(3), october(4))
        .await
        .unwrap();

    assert_eq!(
        days.iter().map(|(day, _)| *day).collect::<Vec<_>>(),
        [october(3), october(4)]
    );
    let mut range = days[0].1.clone();
    range.merge(&days[1].1);
    // 190 of 200: 10 of the 20 from 1 s to 2.5 s.
    assert!(
        about(range.quantile(0.95).unwrap().seconds, 1.75),
        "{range:?}"
    );
}
