//! Scrapes that meet, that come late, and those of different pages: nothing is counted twice.

use chrono::Duration;
use futures::future::join_all;
use sovani_ops::{
    db::{LatencyPolicy, Scrape},
    detectors::api_latency::{DEFAULT_NAME, read_page},
    domain::Status,
    settings::{Settings, Source},
};

use super::{
    api::{Api, at},
    check,
};
use crate::support::{
    database::TestDatabase,
    history::forget_what_is_old,
    metrics_page::{Manner, MetricsPage, fast_and_slow},
};

#[each_database]
async fn a_scrape_that_comes_late_is_dropped(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;
    api.has_had(1100, 0, at("09:05:00")).await;

    // It was asked for before the other had come, so nobody knows which counters are the newer ones.
    api.has_had(1050, 0, at("09:04:59")).await;
    api.has_had(1130, 0, at("09:10:00")).await;

    assert_eq!(api.days().await, [(2, 130)]);
}

#[each_database]
async fn a_clock_that_was_set_back_restarts_the_count(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00") + Duration::days(9))
        .await;

    api.has_had(1100, 0, at("09:00:00")).await;
    api.has_had(1120, 0, at("09:05:00")).await;

    assert_eq!(api.days().await, [(2, 20)]);
}

/// The order of two scrapes does not follow from their times, because a page takes time to arrive.
#[each_database]
async fn a_scrape_that_was_overtaken_is_dropped(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;
    let db = api.database.db();
    let source = api
        .database
        .texts("SELECT source FROM ops_scrapes")
        .await
        .remove(0);
    let since = db.scraped_at(&source).await.unwrap();
    let settings = Settings::load(&Source::fixed([]), &sovani_ops::actions::known()).unwrap();
    let policy = LatencyPolicy {
        calendar: settings.calendar(),
        target_seconds: 1.2,
        longest: Duration::minutes(15),
    };
    for (time, page) in [
        ("09:05:00", fast_and_slow(1100, 0)),
        ("09:05:01", fast_and_slow(1050, 0)),
    ] {
        let scrape = Scrape {
            source: &source,
            since,
            asked: at(time),
            at: at(time),
            counters: read_page(&page, DEFAULT_NAME).unwrap(),
        };
        db.count_scrape(scrape, &policy).await.unwrap();
    }

    assert_eq!(api.days().await, [(2, 100)]);
}

#[each_database]
async fn going_back_to_an_address_restarts_the_count(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;
    let other = MetricsPage::start(fast_and_slow(1000, 0)).await;
    let settings = [("API_METRICS_URL", other.url())];
    check(&api.database, &settings, at("09:05:00")).await;
    other.shows(fast_and_slow(1050, 0));
    check(&api.database, &settings, at("09:10:00")).await;

    api.has_had(1070, 0, at("09:15:00")).await;
    api.has_had(1090, 0, at("09:20:00")).await;

    assert_eq!(api.days().await, [(2, 70)]);
}

#[each_database]
async fn another_address_is_not_compared_with_the_one_before(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;
    let other = MetricsPage::start(fast_and_slow(9000, 9000)).await;

    let settings = [("API_METRICS_URL", other.url())];
    let scrape = |now| check(&api.database, &settings, now);
    scrape(at("09:05:00")).await;
    other.shows(fast_and_slow(9030, 9000));
    let check = scrape(at("09:10:00")).await;

    assert_eq!(check.status, Status::Pass);
    assert_eq!(api.days().await, [(2, 30)]);
}

#[each_database]
async fn a_password_makes_no_other_page_and_is_not_stored(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.has_had(1000, 0, at("09:00:00")).await;
    api.page.shows(fast_and_slow(1040, 0));
    let url = api.page.url().replace("http://", "http://bot:hunter2@");

    check(&api.database, &[("API_METRICS_URL", url)], at("09:05:00")).await;

    assert_eq!(api.days().await, [(2, 40)]);
    assert!(
        api.page
            .asked()
            .last()
            .unwrap()
            .to_lowercase()
            .contains("authorization: basic")
    );
    let stored = api
        .database
        .texts("SELECT source || counters FROM ops_scrapes")
        .await
        .concat();
    assert!(
        !stored.contains("hunter2") && !stored.contains("127.0.0.1"),
        "{stored}"
    );
}

/// Each request is answered with a page that has counted 10 more.
#[each_database]
async fn of_several_scrapers_at_once_none_counts_anything_twice(database: TestDatabase) {
    let api = Api::beside(database).await;
    let settings = [("API_METRICS_URL", api.page.url())];
    api.page.behaves(Manner::Growing(10));
    let mut now = at("09:00:00");
    check(&api.database, &settings, now).await;

    for _ in 0..4 {
        now = now + Duration::minutes(5);
        join_all((0..6).map(|_| check(&api.database, &settings, now))).await;
    }
    check(&api.database, &settings, now + Duration::minutes(5)).await;

    let requests = i64::try_from(api.page.asked().len()).unwrap();
    assert_eq!(api.days().await, [(2, (requests - 1) * 10)]);
    let samples = api
        .database
        .number("SELECT COUNT(*) FROM ops_latency_samples")
        .await;
    assert_eq!(samples, 5);
}

#[each_database]
async fn sources_that_were_given_up_are_forgotten(database: TestDatabase) {
    let api = Api::beside(database).await;
    api.is_checked(at("09:00:00")).await;
    let left = "SELECT COUNT(*) FROM ops_scrapes";
    forget_what_is_old(api.database.db(), at("09:00:00") + Duration::hours(47)).await;
    assert_eq!(api.database.number(left).await, 1);

    forget_what_is_old(api.database.db(), at("09:00:00") + Duration::hours(49)).await;

    assert_eq!(api.database.number(left).await, 0);
}
