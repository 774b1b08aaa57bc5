//! Error budgets where they are shown: over REST, in the chat, among the metrics, by day.

use serde_json::{Value, json};
use sovani_ops::{
    domain::Target,
    ops::{slo::days, sweep::ops_health_check},
};

use super::*;

#[each_database]
async fn the_budgets_stand_in_the_answer_of_slo(database: TestDatabase) {
    let (program, clock) = at_noon(&database).await;
    let now = clock.now();
    let runs = async |ago, total, bad| {
        count(&program, Target::SchedulerOnTime, now - ago, total, bad).await;
    };
    // Out of the period by a moment, and within it by one.
    runs(Duration::days(30), 1000.0, 1000.0).await;
    runs(Duration::days(30) - Duration::milliseconds(1), 388.0, 2.0).await;
    runs(Duration::minutes(20), 44.0, 0.0).await;

    let body = program.get("/api/v1/ops/slo").await.ok();

    // 2 % of 432 = 8.64 may fail; (8.64 - 2) / 8.64 = 76.85 %.
    assert_eq!(
        body["scheduler"]["error_budget"],
        json!({"period_days": 30, "objective_pct": 98.0, "events": 432.0, "bad_events": 2.0, "left_pct": 76.85, "lasts_hours": null})
    );
    let state = |burn: &Value| burn["state"].as_str().unwrap().to_owned();
    let burns = body["scheduler"]["burn_rate"].as_array().unwrap();
    assert_eq!(
        burns[0],
        json!({"factor": 14.4, "severity": "error", "long_hours": 1.0, "short_minutes": 5.0, "events": 44.0,
               "long_rate": 0.0, "short_rate": null, "firing": false, "state": "long_below"})
    );
    assert_eq!(
        burns.iter().map(state).collect::<Vec<_>>(),
        ["long_below"; 4]
    );
    assert_eq!(body["api_latency"]["error_budget"], Value::Null);
    assert_eq!(body["api_latency"]["burn_rate"], Value::Null);

    // 6 of 50 in the last six hours: 12 % / 2 % = 6, not over 6; over 3 and over 1.
    runs(Duration::minutes(10), 6.0, 6.0).await;
    let body = program.get("/api/v1/ops/slo/summary?days=1").await.ok();
    // 2 % of 438 = 8.76; (8.76 - 8) / 8.76 = 8.68 %, * 720 h / 6 = 10.41 h.
    let budget = &body["scheduler"]["error_budget"];
    assert_eq!(
        (&budget["left_pct"], &budget["lasts_hours"]),
        (&json!(8.68), &json!(10.41))
    );
    let burns = body["scheduler"]["burn_rate"].as_array().unwrap();
    assert_eq!(
        burns.iter().map(state).collect::<Vec<_>>(),
        ["long_below", "long_below", "firing", "firing"]
    );
}

#[each_database]
async fn the_chat_is_told_the_remaining_budget_and_how_long_it_lasts(database: TestDatabase) {
    let (program, clock) = at_noon(&database).await;
    let now = clock.now();
    count(
        &program,
        Target::SchedulerOnTime,
        now - Duration::days(9),
        388.0,
        2.0,
    )
    .await;
    count(
        &program,
        Target::SchedulerOnTime,
        now - Duration::minutes(20),
        44.0,
        1.0,
    )
    .await;
    count(
        &program,
        Target::ApiLatency,
        now - Duration::days(9),
        100.0,
        8.0,
    )
    .await;

    let said = program
        .asks(&program.person(7, "Anna"), 7, "/slo")
        .await
        .text;

    // 8.64 may fail and 3 did: 65.3 %; 1/44 / 2 % = 1.136, 0.6528 * 720 h / 1.136 = 413.6 h.
    assert!(
        said.contains("\nbudget left 65.3%, lasts 17 d 5 h at this rate"),
        "{said}"
    );
    assert!(said.contains("\nbudget used up (-60.0%)"), "{said}");
    assert_eq!(said.matches("budget").count(), 2, "{said}");
    assert!(said.encode_utf16().count() <= 1024, "{said}");
}

#[each_database]
async fn a_sweep_shows_the_budgets_among_the_metrics_once_they_are_measured(
    database: TestDatabase,
) {
    let (program, clock) = at_noon(&database).await;
    let now = clock.now();
    program.sweep().await;
    let page = program.get("/metrics").await.text;
    assert!(!page.contains("ops_slo_error_budget_left_ratio{"), "{page}");

    count(
        &program,
        Target::SchedulerOnTime,
        now - Duration::minutes(40),
        100.0,
        1.0,
    )
    .await;
    program.sweep().await;

    let page = program.get("/metrics").await.text;
    for line in [
        // 1 of 2.
        r#"ops_slo_error_budget_left_ratio{target="scheduler_on_time"} 0.5"#,
        r#"ops_slo_burn_rate{target="scheduler_on_time",window="1h"} 0.5"#,
        r#"ops_slo_burn_rate{target="scheduler_on_time",window="3d"} 0.5"#,
        r#"ops_slo_burning{severity="error",target="scheduler_on_time"} 0"#,
        r#"ops_slo_burning{severity="warning",target="scheduler_on_time"} 0"#,
    ] {
        assert!(page.lines().any(|shown| shown == line), "{line}: {page}");
    }
    assert!(
        !page.contains(r#"window="5m""#),
        "nothing is known of these minutes: {page}"
    );

    clock.advance(Duration::days(31));
    program.sweep().await;
    let page = program.get("/metrics").await.text;
    assert!(!page.contains("ops_slo_error_budget_left_ratio{"), "{page}");
}

#[each_database]
async fn an_instance_that_does_not_sweep_any_more_shows_no_budgets(database: TestDatabase) {
    let (program, clock) = at_noon(&database).await;
    count(
        &program,
        Target::SchedulerOnTime,
        clock.now() - Duration::minutes(2),
        100.0,
        50.0,
    )
    .await;
    program.sweep().await;
    let page = program.get("/metrics").await.text;
    let burning = r#"ops_slo_burning{severity="error",target="scheduler_on_time"} 1"#;
    assert!(page.lines().any(|line| line == burning), "{page}");

    database
        .execute("UPDATE ops_leases SET holder = 'another' WHERE name = 'sweep'")
        .await;
    assert!(ops_health_check(program.cx()).await.is_none());

    let page = program.get("/metrics").await.text;
    for gone in [
        "ops_slo_burning{",
        "ops_slo_burn_rate{",
        "ops_slo_error_budget_left_ratio{",
    ] {
        assert!(!page.contains(gone), "{page}");
    }
}

#[each_database]
async fn each_day_of_a_range_has_its_figures_and_its_remaining_budget(database: TestDatabase) {
    Platform::healthy(TODAY)
        .missing_day(days_ago(2))
        .create(database.db())
        .await
        .unwrap();
    let (program, _) = at_noon(&database).await;
    count(
        &program,
        Target::SchedulerOnTime,
        moment("2025-09-29 09:00:00"),
        100.0,
        1.0,
    )
    .await;
    count(
        &program,
        Target::SchedulerOnTime,
        moment("2025-10-01 09:00:00"),
        100.0,
        0.0,
    )
    .await;
    let cx = program.cx();

    let compliance = calculate_slo_compliance(cx, days_ago(4), TODAY)
        .await
        .unwrap();
    let shown = days(cx, &compliance).await.unwrap();

    let days: Vec<_> = compliance
        .days
        .iter()
        .map(|day| {
            (
                day.d,
                day.ingest_success_rate_pct,
                day.scheduler_on_time_pct,
            )
        })
        .collect();
    assert_eq!(
        days,
        [
            (days_ago(4), Some(100.0), None),
            (days_ago(3), Some(100.0), Some(99.0)),
            (days_ago(2), Some(0.0), None),
            (days_ago(1), Some(100.0), Some(100.0)),
            (TODAY, None, None),
        ]
    );
    assert_eq!(
        shown.ingest.figures,
        [Some(100.0), Some(100.0), Some(0.0), Some(100.0), None]
    );
    assert_eq!(
        shown.scheduler.budget_left,
        [None, Some(0.5), Some(0.5), Some(0.75), Some(0.75)]
    );
}
