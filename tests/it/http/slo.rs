//! `/slo` and `/slo/summary`.

use chrono::{Duration, NaiveDate};
use serde_json::{Value, json};
use sovani_ops::demo::Platform;

use super::{TODAY, beside, healthy};
use crate::support::database::{TestDatabase, on_sqlite};

fn days_ago(days: i64) -> NaiveDate {
    TODAY - Duration::days(days)
}

fn range(body: &Value) -> (&str, &str) {
    (
        body["d_from"].as_str().unwrap(),
        body["d_to"].as_str().unwrap(),
    )
}

/// A target in the form from before error budgets, which it has no events for.
fn without_budget(target: &Value) -> Value {
    let mut target = target.clone();
    let figures = target.as_object_mut().unwrap();
    for added in ["error_budget", "burn_rate"] {
        assert_eq!(figures.remove(added), Some(Value::Null), "{added}");
    }
    target
}

#[each_database]
async fn a_day_without_sales_counts_as_nothing_and_today_is_pending(database: TestDatabase) {
    let platform = Platform::healthy(TODAY).missing_day(days_ago(3));
    let program = beside(&database, &platform).await.start().await;
    let body = program.get("/api/v1/ops/slo").await.ok();
    assert_eq!(body["status"], "ok");
    assert_eq!(range(&body), ("2025-09-26", "2025-10-02"));
    assert_eq!(
        (&body["days_analyzed"], &body["days_pending"]),
        (&json!(6), &json!(1))
    );
    assert_eq!(
        without_budget(&body["ingest"]),
        json!({"pass": false, "actual_pct": 83.33, "target_pct": 99.0, "status": "ok"})
    );
    assert_eq!(body["overall_pass"], false);
}

#[each_database]
async fn every_target_is_met_by_a_healthy_platform(database: TestDatabase) {
    let program = healthy(&database).await;
    let body = program.get("/api/v1/ops/slo/summary?days=30").await.ok();
    assert_eq!(range(&body), ("2025-09-03", "2025-10-02"));
    assert_eq!(
        (&body["days_analyzed"], &body["days_pending"]),
        (&json!(29), &json!(1))
    );
    assert_eq!(
        without_budget(&body["ingest"]),
        json!({"pass": true, "actual_pct": 100.0, "target_pct": 99.0, "status": "ok"})
    );
    assert_eq!(body["overall_pass"], true);
}

#[each_database]
async fn a_database_without_any_sales_has_no_data_and_does_not_pass(database: TestDatabase) {
    let platform = Platform::healthy(TODAY).without("daily_sales");
    let program = beside(&database, &platform).await.start().await;
    let body = program
        .get("/api/v1/ops/slo?date_from=2025-10-02&date_to=2025-10-02")
        .await
        .ok();
    assert_eq!(body["status"], "no_data");
    assert_eq!(body["days_analyzed"], 0);
    assert_eq!(body["counted_from"], json!(null));
    assert_eq!(
        without_budget(&body["ingest"]),
        json!({"pass": null, "actual_pct": null, "target_pct": 99.0, "status": "not_measured"}),
        "today is not due"
    );

    let body = program
        .get("/api/v1/ops/slo?date_from=2025-10-01&date_to=2025-10-02")
        .await
        .ok();
    assert_eq!(
        without_budget(&body["ingest"]),
        json!({"pass": false, "actual_pct": null, "target_pct": 99.0, "status": "no_data"})
    );
    assert_eq!(body["overall_pass"], false);
}

#[each_database]
async fn what_nothing_measures_is_neither_passed_nor_failed(database: TestDatabase) {
    let platform = Platform::healthy(TODAY).job_runs(Vec::new());
    let program = beside(&database, &platform).await.start().await;
    let body = program.get("/api/v1/ops/slo").await.ok();
    assert_eq!(
        without_budget(&body["api_latency"]),
        json!({"pass": null, "actual_p95_ms": null, "target_p95_ms": 1200, "status": "not_measured"})
    );
    assert_eq!(
        without_budget(&body["scheduler"]),
        json!({"pass": null, "actual_pct": null, "target_pct": 98.0, "status": "not_measured"})
    );
    assert_eq!(body["overall_pass"], true);
}

#[tokio::test]
async fn a_range_is_completed_and_checked() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let range_of = async |query: &str| {
            let body = program.get(&format!("/api/v1/ops/slo?{query}")).await.ok();
            let (from, to) = range(&body);
            format!("{from}..{to}")
        };
        assert_eq!(
            range_of("date_from=2025-09-24&date_to=2025-10-01").await,
            "2025-09-24..2025-10-01"
        );
        assert_eq!(
            range_of("date_from=2025-09-30").await,
            "2025-09-30..2025-10-02"
        );
        assert_eq!(
            range_of("date_to=2025-09-10").await,
            "2025-09-04..2025-09-10"
        );
        assert_eq!(
            range_of("date_from=2024-10-02&date_to=2025-10-02").await,
            "2024-10-02..2025-10-02"
        );

        let reversed = program
            .get("/api/v1/ops/slo?date_from=2025-10-02&date_to=2025-10-01")
            .await;
        assert!(reversed.problem(400).contains("date_from"));
        let future = program.get("/api/v1/ops/slo?date_from=2025-10-03").await;
        assert!(future.problem(400).contains("date_from"));
        let long = program
            .get("/api/v1/ops/slo?date_from=2024-10-01&date_to=2025-10-02")
            .await
            .detail(422);
        assert_eq!(long[0]["loc"], json!(["query", "date_from"]));
        assert!(long[0]["msg"].as_str().unwrap().contains("366"), "{long}");
        for extreme in [
            "date_from=0001-01-01",
            "date_from=0001-01-01&date_to=9999-12-31",
        ] {
            program
                .get(&format!("/api/v1/ops/slo?{extreme}"))
                .await
                .detail(422);
        }
        assert_eq!(
            range_of("date_to=0001-01-01").await,
            "0000-12-26..0001-01-01"
        );
    })
    .await;
}

#[tokio::test]
async fn the_summary_covers_seven_days_by_default() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let body = program.get("/api/v1/ops/slo/summary").await.ok();
        assert_eq!(range(&body), ("2025-09-26", "2025-10-02"));
        let one_day = program.get("/api/v1/ops/slo/summary?days=1").await.ok();
        assert_eq!(range(&one_day), ("2025-10-02", "2025-10-02"));
    })
    .await;
}
