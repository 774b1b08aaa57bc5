use chrono::{Duration, NaiveDate};
use futures::future::join_all;
use sovani_ops::domain::{Counted, Status, Target, Timestamp};

use super::{about, check};
use crate::support::{
    database::TestDatabase,
    metrics_page::{Manner, MetricsPage, fast_and_slow, page_of},
    program::moment,
};

/// 09:00 UTC is noon in Moscow, where a day begins at 21:00 UTC.
fn at(time: &str) -> Timestamp {
    moment(&format!("2025-10-02 {time}"))
}

fn october(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
}

struct Api {
    database: TestDatabase,
    page: MetricsPage,
}

impl Api {
    async fn beside(database: TestDatabase) -> Self {
        database.db().migrate().await.unwrap();
        let page = MetricsPage::start(fast_and_slow(1000, 0)).await;
        Self { database, page }
    }

    /// What the check says at this moment, when the page has counted so many requests.
    async fn has_had(&self, fast: u64, slow: u64, now: Timestamp) -> sovani_ops::domain::Check {
        self.page.shows(fast_and_slow(fast, slow));
        self.is_checked(now).await
    }

    async fn is_checked(&self, now: Timestamp) -> sovani_ops::domain::Check {
        check(&self.database, &[("API_METRICS_URL", self.page.url())], now).await
    }

    /// The requests of each day that has any.
    async fn days(&self) -> Vec<(u32, i64)> {
        let days = self
            .database
            .db()
            .latency_days(october(1), october(31))
            .await
            .unwrap();
        days.iter()
            .map(|(day, counted)| {
                #[expect(clippy::cast_possible_truncation, reason = "a whole number")]
                let total = counted.total() as i64;
                (chrono::Datelike::day(day), total)
            })
            .collect()
    }

    async fn sli(&self) -> Counted {
        let long_ago = at("00:00:00") - Duration::days(30);
        self.database
            .db()
            .counted_since(Target::ApiLatency, long_ago)
            .await
            .unwrap()
    }
}

on_each_database! {
    async fn the_first_scrape_counts_nothing(database: TestDatabase) {
        let api = Api::beside(database).await;

        let check = api.has_had(5000, 5000, at("09:00:00")).await;

        assert_eq!(check.status, Status::NotMeasured);
        assert_eq!(check.message, "Too few requests to judge API p95 latency in the last 10 minutes: 0, at least 20 are needed");
        assert_eq!(api.days().await, []);
        assert!(about(api.sli().await.total, 0.0));
    }

    async fn what_comes_between_two_scrapes_is_judged_and_kept(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("09:00:00")).await;

        // 95 of 100: 15 of the 20 that took from 1 s to 2.5 s.
        let check = api.has_had(1080, 20, at("09:05:00")).await;

        assert_eq!(check.status, Status::Fail);
        assert_eq!(check.message, "API p95 latency 2125ms exceeds SLO 1200ms");
        assert_eq!(check.extras["requests"], 100);
        assert_eq!(api.days().await, [(2, 100)]);
        let day = &api.database.db().slo_days(october(2), october(2)).await.unwrap()[0];
        assert_eq!(day.api_latency_p95_ms.map(f64::round), Some(2125.0));
        // 80 fast ones, and of the 20 slow ones the part from 1 s to 1.2 s: 20 * 0.2 / 1.5.
        let sli = api.sli().await;
        assert!(about(sli.total, 100.0) && about(sli.good, 80.0 + 20.0 * 0.2 / 1.5), "{sli:?}");

        // Ten minutes later those are of the past.
        let check = api.has_had(1180, 20, at("09:15:01")).await;
        assert_eq!(check.message, "API p95 latency 97.5ms, SLO 1200ms");
        assert_eq!(check.status, Status::Pass);
        assert_eq!(api.days().await, [(2, 200)]);
    }

    async fn a_days_p95_is_that_of_its_counts_not_a_mean_of_p95s(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(0, 0, at("09:00:00")).await;
        // Nine hundred fast requests, then a hundred slow ones: 50 of the slow ones lie below the p95.
        api.has_had(900, 0, at("09:05:00")).await;
        api.has_had(900, 100, at("09:10:00")).await;

        let day = &api.database.db().slo_days(october(2), october(2)).await.unwrap()[0];

        assert_eq!(day.api_latency_p95_ms.map(f64::round), Some(1750.0));
    }

    async fn counters_that_begin_anew_count_from_nothing(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 50, at("09:00:00")).await;

        api.has_had(30, 0, at("09:05:00")).await;
        // Not a request since the restart.
        api.page.shows("# TYPE http_request_duration_seconds histogram\n");
        api.is_checked(at("09:10:00")).await;
        api.has_had(50, 0, at("09:15:00")).await;

        assert_eq!(api.days().await, [(2, 80)]);
    }

    async fn a_series_that_appears_counts_from_nothing(database: TestDatabase) {
        let api = Api::beside(database).await;
        let old = ("/orders", [0, 0, 40, 0, 0, 0, 0, 0, 0]);
        api.page.shows(page_of(&[old]));
        api.is_checked(at("09:00:00")).await;

        api.page.shows(page_of(&[("/stock", [0, 0, 25, 0, 0, 0, 0, 0, 0]), old]));
        api.is_checked(at("09:05:00")).await;

        assert_eq!(api.days().await, [(2, 25)]);
    }

    async fn a_day_ends_at_midnight_of_the_platform(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("20:49:00")).await;
        api.has_had(1100, 0, at("20:54:00")).await;
        api.has_had(1150, 0, at("20:59:00")).await;
        api.has_had(1157, 0, at("21:04:00")).await;
        api.has_had(1160, 0, at("21:09:00")).await;

        assert_eq!(api.days().await, [(2, 150), (3, 10)]);
    }

    async fn what_came_while_the_bot_was_away_is_of_its_day_but_not_of_the_present(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("09:00:00")).await;

        let check = api.has_had(1000, 400, at("13:00:00")).await;

        assert_eq!((check.status, &check.extras["requests"]), (Status::NotMeasured, &0.into()));
        assert_eq!(api.days().await, [(2, 400)]);
        let db = api.database.db();
        let after = |time: &str| db.counted_since(Target::ApiLatency, at(time));
        assert!(about(after("10:59:00").await.unwrap().total, 400.0));
        assert!(about(after("11:01:00").await.unwrap().total, 0.0));
    }

    async fn what_may_be_of_either_day_is_of_none(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("09:00:00")).await;
        api.has_had(2000, 0, at("09:00:00") + Duration::days(1)).await;
        assert_eq!(api.days().await, []);

        api.has_had(2005, 0, at("09:05:00") + Duration::days(1)).await;
        assert_eq!(api.days().await, [(3, 5)]);
    }

    async fn a_scrape_that_comes_late_is_dropped(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("09:00:00")).await;
        api.has_had(1100, 0, at("09:05:00")).await;

        // It was asked for before the other had come, so nobody knows which counters are the newer ones.
        api.has_had(1050, 0, at("09:04:59")).await;
        api.has_had(1130, 0, at("09:10:00")).await;

        assert_eq!(api.days().await, [(2, 130)]);
    }

    async fn a_clock_that_was_set_back_begins_anew(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("09:00:00") + Duration::days(9)).await;

        api.has_had(1100, 0, at("09:00:00")).await;
        api.has_had(1120, 0, at("09:05:00")).await;

        assert_eq!(api.days().await, [(2, 20)]);
    }

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

    async fn a_password_makes_no_other_page_and_is_not_stored(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.has_had(1000, 0, at("09:00:00")).await;
        api.page.shows(fast_and_slow(1040, 0));
        let url = api.page.url().replace("http://", "http://bot:hunter2@");

        check(&api.database, &[("API_METRICS_URL", url)], at("09:05:00")).await;

        assert_eq!(api.days().await, [(2, 40)]);
        assert!(api.page.asked().last().unwrap().to_lowercase().contains("authorization: basic"));
        let stored = api.database.texts("SELECT source || counters FROM ops_scrapes").await.concat();
        assert!(!stored.contains("hunter2") && !stored.contains("127.0.0.1"), "{stored}");
    }

    /// Each request is answered with a page that has counted 10 more.
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
        let samples = api.database.number("SELECT COUNT(*) FROM ops_latency_samples").await;
        assert_eq!(samples, 5);
    }

    async fn ten_thousand_series_are_no_trouble(database: TestDatabase) {
        let api = Api::beside(database).await;
        let names: Vec<String> = (0..10_000).map(|n| format!("/api/v1/shops/{n}/orders")).collect();
        let page = |slow: u64| {
            let series: Vec<_> = names.iter().map(|name| (name.as_str(), [90, 0, 0, 0, 0, slow, 0, 0, 0])).collect();
            page_of(&series)
        };
        api.page.shows(page(0));
        api.is_checked(at("09:00:00")).await;
        api.page.shows(page(1));

        let check = api.is_checked(at("09:05:00")).await;

        assert_eq!(check.extras["requests"], 10_000, "{check:?}");
        assert_eq!(check.message, "API p95 latency 2425ms exceeds SLO 1200ms");
        let stored = api.database.number("SELECT MAX(LENGTH(counters)) FROM ops_scrapes").await;
        assert!(stored < 500_000, "{stored}");
    }

    async fn sources_that_were_given_up_are_forgotten(database: TestDatabase) {
        let api = Api::beside(database).await;
        api.is_checked(at("09:00:00")).await;
        let left = "SELECT COUNT(*) FROM ops_scrapes";
        api.database.db().forget_signals(at("09:00:00") + Duration::hours(47)).await.unwrap();
        assert_eq!(api.database.number(left).await, 1);

        api.database.db().forget_signals(at("09:00:00") + Duration::hours(49)).await.unwrap();

        assert_eq!(api.database.number(left).await, 0);
    }

    async fn the_days_of_a_range_can_be_merged(database: TestDatabase) {
        let api = Api::beside(database).await;
        for day in 0..3 {
            let start = at("09:00:00") + Duration::days(day);
            api.has_had(0, 0, start).await;
            api.has_had(90, 10, start + Duration::minutes(5)).await;
            api.page.shows("# TYPE http_request_duration_seconds histogram\n");
            api.is_checked(start + Duration::minutes(10)).await;
        }

        let days = api.database.db().latency_days(october(3), october(4)).await.unwrap();

        assert_eq!(days.iter().map(|(day, _)| *day).collect::<Vec<_>>(), [october(3), october(4)]);
        let mut range = days[0].1.clone();
        range.merge(&days[1].1);
        // 190 of 200: 10 of the 20 from 1 s to 2.5 s.
        assert!(about(range.quantile(0.95).unwrap().seconds, 1.75), "{range:?}");
    }
}
