//! A page that cannot be scraped is a failing check that says why.

use sovani_ops::domain::{Check, Fingerprint, Severity, Status};

use super::{NAME, check};
use crate::support::{
    database::TestDatabase,
    metrics_page::{Manner, MetricsPage, fast_and_slow},
    program::moment,
};

const NOW: &str = "2025-10-02 09:00:00";
const LATER: &str = "2025-10-02 09:05:00";

fn blames(check: &Check, key: &str, message: &str) {
    assert_eq!(check.message, message);
    assert_eq!(
        (check.status, check.severity),
        (Status::Fail, Severity::Warning),
        "{message}"
    );
    assert_eq!(check.fingerprint, Fingerprint::of(NAME, key), "{message}");
    // It says nothing of other faults.
    assert_eq!(check.standing, None, "{message}");
}

#[each_database]
async fn an_error_of_the_page_is_reported_and_spoils_nothing(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let page = MetricsPage::start(fast_and_slow(100, 0)).await;
    let url = page.url().replace("http://", "http://bot:hunter2@");
    let settings = [
        ("API_METRICS_URL", url.as_str()),
        ("DETECTOR_TIMEOUT_SEC", "2"),
    ];
    check(&database, &settings, moment(NOW)).await;

    let html = "<!doctype html>\n<title>Sovani</title>\n".to_owned();
    let cases = [
        (
            Manner::Silence,
            "unreachable",
            "metrics page: no answer within 1.5s",
        ),
        (
            Manner::Error(500, "Traceback".to_owned()),
            "unreachable",
            "metrics page: HTTP 500",
        ),
        (
            Manner::Error(302, String::new()),
            "unreachable",
            "metrics page: HTTP 302",
        ),
        (
            Manner::HangUp(fast_and_slow(200, 0)),
            "unreachable",
            "metrics page: the answer broke off",
        ),
        (
            Manner::CutShort(fast_and_slow(200, 0)),
            "unreachable",
            "the page is cut short",
        ),
        (
            Manner::Page(html),
            "unreachable",
            "the page is not one of metrics",
        ),
        (
            Manner::Page("up 1\n".to_owned()),
            "no_histogram",
            "the page has no histogram http_request_duration_seconds",
        ),
        (
            Manner::Page("http_request_duration_seconds_bucket{le=\"+Inf\"} 9\n".to_owned()),
            "no_histogram",
            "the histogram http_request_duration_seconds has no bucket but +Inf",
        ),
    ];
    for (manner, key, cause) in cases {
        page.behaves(manner);
        let check = check(&database, &settings, moment(LATER)).await;
        blames(
            &check,
            key,
            &format!("API latency cannot be measured: {cause}"),
        );
    }

    page.shows(fast_and_slow(125, 0));
    let healed = check(&database, &settings, moment(LATER)).await;
    assert_eq!(
        (healed.status, &healed.extras["requests"]),
        (Status::Pass, &25.into())
    );
}

#[tokio::test]
async fn a_page_that_is_gone_is_told_without_its_address() {
    crate::support::database::on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let page = MetricsPage::start("").await;
        let url = page.url().replace("http://", "http://bot:hunter2@");
        drop(page);

        let check = check(&database, &[("API_METRICS_URL", url)], moment(NOW)).await;

        blames(
            &check,
            "unreachable",
            "API latency cannot be measured: metrics page: no connection",
        );
        assert!(!format!("{check:?}").contains("hunter2"));
    })
    .await;
}

#[tokio::test]
async fn a_page_without_an_end_is_not_read_on_and_on() {
    crate::support::database::on_sqlite(async |database: TestDatabase| {
        database.db().migrate().await.unwrap();
        let page = MetricsPage::start("x".repeat(33 * 1024 * 1024)).await;

        let check = check(&database, &[("API_METRICS_URL", page.url())], moment(NOW)).await;

        let cause = "metrics page: the answer is larger than 33554432 bytes";
        blames(
            &check,
            "unreachable",
            &format!("API latency cannot be measured: {cause}"),
        );
    })
    .await;
}
