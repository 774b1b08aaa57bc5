//! Compares the results with a real Prometheus, and covers its errors.

use std::fmt::Write as _;

use chrono::{Datelike, Duration, NaiveDate};
use futures::future::join_all;
use sovani_ops::domain::{Fingerprint, Status, Target, Timestamp};

use super::{NAME, about, check};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    metrics_page::{BOUNDS, Manner, MetricsPage, page_of},
    program::moment,
    prometheus::Prometheus,
    sli::counted_since,
};

fn at(time: &str) -> Timestamp {
    moment(&format!("2025-10-02 {time}"))
}

/// Prometheus' p95, in milliseconds with one decimal.
async fn p95_of(prometheus: &Prometheus, window: &str, now: Timestamp) -> f64 {
    let query = format!(
        "histogram_quantile(0.95, sum by (le) (increase(http_request_duration_seconds_bucket[{window}])))"
    );
    let (_, seconds) = prometheus.ask(&query, now).await.remove(0);
    (seconds * 10_000.0).round() / 10.0
}

/// Every fifteen seconds from 20:30 to 21:30 four requests of up to 0.1 s and one of up to 2.5 s. 21:00 is midnight in
/// Moscow.
fn an_hour() -> String {
    let mut text = "# TYPE http_request_duration_seconds histogram\n".to_owned();
    // The samples of a series stand together.
    for bound in BOUNDS {
        for step in 0..=240 {
            let time = at("20:30:00").utc().timestamp() + step * 15;
            let seconds = bound.parse::<f64>().unwrap();
            let per_step = if seconds < 0.1 {
                0
            } else if seconds < 2.5 {
                4
            } else {
                5
            };
            let count = 1000 + per_step * step;
            let labels = format!("method=\"GET\",endpoint=\"/orders\",le=\"{bound}\"");
            writeln!(
                text,
                "http_request_duration_seconds_bucket{{{labels}}} {count} {time}"
            )
            .unwrap();
        }
    }
    text + "# EOF\n"
}

async fn days(database: &TestDatabase) -> Vec<(u32, f64)> {
    let day = |day| NaiveDate::from_ymd_opt(2025, 10, day).unwrap();
    let days = database.db().latency_days(day(1), day(31)).await.unwrap();
    days.iter()
        .map(|(day, counted)| (day.day(), counted.total().round()))
        .collect()
}

#[tokio::test]
async fn what_a_live_prometheus_scrapes_is_judged_as_it_would() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let page =
            |orders: [u64; 9], stock: [u64; 9]| page_of(&[("/orders", orders), ("/stock", stock)]);
        let server = MetricsPage::start(page([7; 9], [9; 9])).await;
        let Some(prometheus) = Prometheus::scraping(server.address()).await else {
            return;
        };
        let settings = [("PROMETHEUS_URL", prometheus.url().to_string())];
        scraped(&prometheus, 9 * 7 + 9 * 9).await;
        server.shows(page(
            [107, 7, 7, 7, 20, 7, 7, 7, 7],
            [9, 9, 79, 9, 9, 9, 9, 9, 9],
        ));
        let now = scraped(&prometheus, 9 * 7 + 9 * 9 + 183).await;

        let first = check(&database, &settings, now).await;

        let theirs = p95_of(&prometheus, "300s", now).await;
        let ours = first.extras["current_p95_ms"].as_f64().unwrap();
        assert!((ours - theirs).abs() < 0.2, "{theirs} {first:?}");
        assert!(
            first.extras["requests"].as_i64().unwrap() >= 183,
            "{first:?}"
        );
        assert_eq!(first.status, Status::Pass);

        // The program behind the page restarts, and is slow. For an increase from then on, Prometheus needs an earlier
        // sample of the page.
        let later = now + Duration::seconds(120);
        let reaches = async |query: &str, enough: f64| {
            eventually(query, async || {
                let seen = prometheus.ask(query, later).await;
                seen.first().is_some_and(|(_, figure)| *figure >= enough)
            })
            .await;
        };
        reaches(
            "min(count_over_time(http_request_duration_seconds_count[120s]))",
            1.0,
        )
        .await;
        let slow = [0, 0, 0, 0, 0, 30, 5, 0, 0];
        server.shows(page(slow, [0, 0, 10, 0, 0, 0, 0, 0, 0]));
        reaches(
            "sum(increase(http_request_duration_seconds_count[120s]))",
            45.0,
        )
        .await;
        // No more samples come while both are asked.
        server.behaves(Manner::Error(500, String::new()));
        reaches("count(up == 0)", 1.0).await;
        let second = check(&database, &settings, later).await;

        let counted = database.db().latency_since(now).await.unwrap();
        let p95 = counted.quantile(0.95).unwrap().seconds;
        let theirs = p95_of(&prometheus, "120s", later).await;
        assert!((p95 * 1000.0 - theirs).abs() < 0.2, "{p95} {theirs}");
        assert_eq!(second.status, Status::Fail, "{second:?}");
    })
    .await;
}

/// Waits until Prometheus has scraped a page with these requests, and returns a moment at which it had.
async fn scraped(prometheus: &Prometheus, requests: u32) -> Timestamp {
    // The detector asks for whole seconds.
    let this_second = || moment(&chrono::Utc::now().format("%F %T").to_string());
    let mut now = this_second();
    eventually("the page is scraped", async || {
        now = this_second();
        let seen = prometheus
            .ask("sum(http_request_duration_seconds_count)", now)
            .await;
        seen.first()
            .is_some_and(|(_, count)| about(*count, f64::from(requests)))
    })
    .await;
    // Once Prometheus has a later sample, no more can come from before that moment.
    eventually("that moment is over", async || {
        let seen = prometheus
            .ask("min(count_over_time(up[10s]))", now + Duration::seconds(10))
            .await;
        seen.first().is_some_and(|(_, samples)| *samples >= 2.0)
    })
    .await;
    now
}

#[each_database]
async fn each_stretch_is_counted_once_and_on_its_day(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let Some(prometheus) = Prometheus::knowing(&an_hour()).await else {
        return;
    };
    let settings = [("PROMETHEUS_URL", prometheus.url().to_string())];

    // 20 requests a minute, of five minutes.
    let first = check(&database, &settings, at("20:57:00")).await;
    assert_eq!(first.extras["requests"], 100);
    assert_eq!(days(&database).await, [(2, 100.0)]);

    // Three minutes of the day that ended, two of the new one. Whoever asks at the same time adds nothing.
    let at_once = join_all((0..5).map(|_| check(&database, &settings, at("21:02:00")))).await;
    assert!(
        at_once.iter().all(|check| check.extras["requests"] == 200),
        "{at_once:?}"
    );
    assert_eq!(days(&database).await, [(2, 160.0), (3, 40.0)]);
    assert_eq!(
        at_once[0].extras["current_p95_ms"],
        p95_of(&prometheus, "10m", at("21:02:00")).await
    );
    assert_eq!(
        at_once[0].message,
        "API p95 latency 2125ms exceeds SLO 1200ms"
    );

    // Too soon for another question.
    check(&database, &settings, at("21:03:00")).await;
    assert_eq!(days(&database).await, [(2, 160.0), (3, 40.0)]);

    // The bot was away for 27 minutes, the last ten of which are the present.
    let back = check(&database, &settings, at("21:29:00")).await;
    assert_eq!(back.extras["requests"], 200);
    assert_eq!(days(&database).await, [(2, 160.0), (3, 580.0)]);
    let sli = counted_since(database.db(), Target::ApiLatency, at("00:00:00")).await;
    assert!((sli.total - 740.0).abs() < 0.5, "{sli:?}");
    let p95 = database.texts("SELECT CAST(ROUND(api_latency_p95_ms) AS VARCHAR) FROM vw_slo_daily WHERE api_latency_p95_ms IS NOT NULL").await;
    assert!(
        p95.iter().all(|p95| p95.starts_with("2125")) && p95.len() == 2,
        "{p95:?}"
    );

    // Nothing has come since: the platform is not scraped any more.
    let blind = check(&database, &settings, at("21:45:00")).await;
    assert_eq!(
        blind.fingerprint,
        Fingerprint::of(NAME, "no_histogram"),
        "{blind:?}"
    );
}

#[each_database]
async fn the_password_may_come_in_a_header(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let Some(prometheus) = Prometheus::knowing(&an_hour()).await else {
        return;
    };
    let (url, header) = prometheus.url_and_header();
    for (headers, is_let_in) in [
        (None, false),
        (Some("Authorization: Bearer of-another"), false),
        (Some(header.as_str()), true),
    ] {
        let mut settings = vec![("PROMETHEUS_URL", url.as_str())];
        settings.extend(headers.map(|headers| ("PROMETHEUS_HEADERS", headers)));

        let found = check(&database, &settings, at("20:57:00")).await;

        assert_eq!(
            found.extras.contains_key("requests"),
            is_let_in,
            "{found:?}"
        );
        if !is_let_in {
            assert!(
                found.message.contains("401") && !found.message.contains("of-another"),
                "{found:?}"
            );
        }
    }
}

#[each_database]
async fn another_query_goes_on_where_the_one_before_ended(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let Some(prometheus) = Prometheus::knowing(&an_hour()).await else {
        return;
    };
    let url = prometheus.url().to_string();
    check(
        &database,
        &[("PROMETHEUS_URL", url.as_str())],
        at("20:45:00"),
    )
    .await;
    let query =
        "sum by (le) (increase(http_request_duration_seconds_bucket{method=\"GET\"}[$window]))";
    let settings = [
        ("PROMETHEUS_URL", url.as_str()),
        ("PROMETHEUS_QUERY", query),
    ];

    check(&database, &settings, at("20:48:00")).await;
    check(&database, &settings, at("20:51:00")).await;

    // Five minutes, and twice three.
    assert_eq!(days(&database).await, [(2, 220.0)]);
}

#[tokio::test]
async fn a_wrong_query_is_told_in_prometheus_own_words() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let Some(prometheus) = Prometheus::knowing(&an_hour()).await else {
            return;
        };
        let url = prometheus.url().to_string();
        let metric = "http_request_duration_seconds_bucket[$window]";
        let cases = [
            (
                format!("sum by (le) (increase({metric})"),
                "Prometheus refuses: invalid parameter \"query\": 1:",
            ),
            (
                format!("sum(increase({metric}))"),
                "PROMETHEUS_QUERY gives series without the label le",
            ),
            (
                format!("scalar(sum(increase({metric})))"),
                "PROMETHEUS_QUERY gives a scalar instead of a vector",
            ),
            (
                metric.to_owned(),
                "PROMETHEUS_QUERY gives a matrix instead of a vector",
            ),
        ];
        for (query, cause) in cases {
            let settings = [("PROMETHEUS_URL", url.clone()), ("PROMETHEUS_QUERY", query)];
            let found = check(&database, &settings, at("20:57:00")).await;
            assert_eq!(
                found.fingerprint,
                Fingerprint::of(NAME, "query"),
                "{found:?}"
            );
            let expected = format!("API latency cannot be measured: {cause}");
            assert!(found.message.starts_with(&expected), "{}", found.message);
        }

        let mut stranger = prometheus.url().clone();
        stranger.set_password(Some("hunter2")).unwrap();
        let found = check(
            &database,
            &[("PROMETHEUS_URL", stranger.to_string())],
            at("20:57:00"),
        )
        .await;
        assert_eq!(
            found.message,
            "API latency cannot be measured: Prometheus answers HTTP 401"
        );

        drop(prometheus);
        let gone = async || {
            check(
                &database,
                &[("PROMETHEUS_URL", url.clone())],
                at("20:57:00"),
            )
            .await
        };
        eventually("Prometheus has ended", async || {
            gone().await.message == "API latency cannot be measured: Prometheus: no connection"
        })
        .await;
        assert_eq!(
            gone().await.fingerprint,
            Fingerprint::of(NAME, "unreachable")
        );
    })
    .await;
}
