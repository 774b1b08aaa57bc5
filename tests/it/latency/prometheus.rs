//! The queries to Prometheus, and answers that a real one seldom gives.

use serde_json::{Value, json};
use sovani_ops::domain::{Check, Fingerprint, Status};
use url::Url;

use super::{NAME, check};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    metrics_page::{Manner, MetricsPage},
    program::moment,
};

const NOW: &str = "2025-10-02 09:00:00";

async fn asks(database: &TestDatabase, server: &MetricsPage) -> Check {
    let settings = [("PROMETHEUS_URL", format!("http://{}", server.address()))];
    check(database, &settings, moment(NOW)).await
}

fn vector(series: &[(&str, &str)]) -> String {
    let result: Vec<Value> = series
        .iter()
        .map(|(le, value)| json!({"metric": {"le": le}, "value": [1_759_395_600.781, value]}))
        .collect();
    json!({"status": "success", "data": {"resultType": "vector", "result": result}}).to_string()
}

fn refusal(words: &str) -> String {
    json!({"status": "error", "errorType": "bad_data", "error": words}).to_string()
}

#[tokio::test]
async fn the_question_is_for_the_time_since_the_last_sweep() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let server = MetricsPage::start(vector(&[("0.1", "40"), ("+Inf", "40")])).await;
        let url = format!(
            "http://bot:p%40ss@{}/behind/a/proxy/?tenant=7",
            server.address()
        );

        let found = check(&database, &[("PROMETHEUS_URL", url)], moment(NOW)).await;

        assert_eq!(found.message, "API p95 latency 95ms, SLO 1200ms");
        let asked = server.asked();
        let target = asked[0].split(' ').nth(1).unwrap();
        let url = Url::parse("http://localhost")
            .unwrap()
            .join(target)
            .unwrap();
        assert_eq!(url.path(), "/behind/a/proxy/api/v1/query");
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        let query = "sum by (le) (increase(http_request_duration_seconds_bucket[300s]))";
        let expected = [("tenant", "7"), ("query", query), ("time", "1759395600")];
        assert_eq!(
            pairs,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        // bot:p@ss
        assert!(
            asked[0].to_lowercase().contains("authorization: basic "),
            "{}",
            asked[0]
        );
        assert!(asked[0].contains("Ym90OnBAc3M="), "{}", asked[0]);
    })
    .await;
}

#[tokio::test]
async fn prometheus_is_asked_rather_than_the_page() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let server = MetricsPage::start(vector(&[("0.1", "40"), ("+Inf", "40")])).await;
        let page = MetricsPage::start("").await;
        let settings = [
            ("PROMETHEUS_URL", format!("http://{}", server.address())),
            ("API_METRICS_URL", page.url()),
        ];

        let found = check(&database, &settings, moment(NOW)).await;

        assert_eq!(found.status, Status::Pass);
        assert_eq!(page.asked().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn fractions_are_counted_and_no_numbers_are_not() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let answer = [
            ("0.1", "20.25"),
            ("0.5", "NaN"),
            ("1", "-3"),
            ("2", "25.5"),
            ("+Inf", "25.5"),
        ];
        let server = MetricsPage::start(vector(&answer)).await;

        let found = asks(&database, &server).await;

        assert_eq!(found.extras["requests"], 26);
        let days = database.texts("SELECT buckets FROM ops_latency_days").await;
        assert_eq!(days, ["[[0.1,20.25],[2.0,5.25],[null,0.0]]"]);
    })
    .await;
}

/// Answers, the keys of their faults, and what is said of them.
fn wrong_answers() -> Vec<(Manner, &'static str, &'static str)> {
    let data = |kind: &str, result: Value| {
        let data = json!({"resultType": kind, "result": result});
        Manner::Page(json!({"status": "success", "data": data}).to_string())
    };
    let page = |text: &str| Manner::Page(text.to_owned());
    let point = json!([1_759_395_600.0, "7"]);
    let nameless = json!([{"metric": {}, "value": point}]);
    let native = json!([{"metric": {"le": "1"}, "histogram": [1.0, {"count": "4"}]}]);
    let refuses = |status: u16, words: &str| Manner::Error(status, refusal(words));
    vec![
        (
            data("scalar", point),
            "query",
            "PROMETHEUS_QUERY gives a scalar instead of a vector",
        ),
        (
            data("matrix", json!([])),
            "query",
            "PROMETHEUS_QUERY gives a matrix instead of a vector",
        ),
        (
            data("vector", nameless),
            "query",
            "PROMETHEUS_QUERY gives series without the label le",
        ),
        (
            data("vector", native),
            "query",
            "PROMETHEUS_QUERY gives something else than numbers",
        ),
        (
            page(&vector(&[("1", "4"), ("2", "5")])),
            "query",
            "PROMETHEUS_QUERY gives no bucket +Inf",
        ),
        (
            page(&vector(&[("+Inf", "5")])),
            "query",
            "PROMETHEUS_QUERY gives no bucket but +Inf",
        ),
        (
            refuses(400, "parse\n\u{1b}[31merror"),
            "query",
            "Prometheus refuses: parse  [31merror",
        ),
        (
            refuses(422, "many-to-many"),
            "query",
            "Prometheus refuses: many-to-many",
        ),
        (page(&refusal("odd")), "query", "Prometheus refuses: odd"),
        (
            refuses(503, "query timed out"),
            "unreachable",
            "Prometheus refuses: query timed out",
        ),
        (
            Manner::Error(502, "<html>".to_owned()),
            "unreachable",
            "Prometheus answers HTTP 502",
        ),
        (
            page("<html>"),
            "unreachable",
            "Prometheus gives an answer that is not its own",
        ),
        (
            page("{\"status\": \"success\"}"),
            "unreachable",
            "Prometheus gives an answer without data",
        ),
        (
            page(&vector(&[])),
            "no_histogram",
            "Prometheus has no series for PROMETHEUS_QUERY at the moment",
        ),
    ]
}

#[tokio::test]
async fn an_error_of_the_answer_is_reported() {
    on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let server = MetricsPage::start("").await;
        for (manner, key, cause) in wrong_answers() {
            server.behaves(manner);
            let found = asks(&database, &server).await;
            assert_eq!(
                found.message,
                format!("API latency cannot be measured: {cause}")
            );
            assert_eq!(found.fingerprint, Fingerprint::of(NAME, key), "{cause}");
            assert_eq!(
                (found.status, found.standing),
                (Status::Fail, None),
                "{cause}"
            );
        }

        server.behaves(Manner::Error(400, refusal(&"x".repeat(3000))));
        let long = asks(&database, &server).await.message;
        assert!(long.ends_with('…') && long.chars().count() < 300, "{long}");
        assert_eq!(database.number("SELECT COUNT(*) FROM ops_scrapes").await, 0);
    })
    .await;
}
