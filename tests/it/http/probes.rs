//! `/metrics`, `/healthz` and `/readyz`.

use std::time::Duration;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use sovani_ops::{
    actions::ACTIONS,
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::Money,
    standin::{Fault, Scope, Times},
};

use super::{TODAY, beside, healthy};
use crate::support::{
    checks::detector_names,
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, Answer, Setup, moment},
};

/// Every series whose labels are known beforehand, with 0.
fn known_series() -> Vec<String> {
    let mut series = Vec::new();
    for detector in detector_names() {
        for severity in ["info", "warning", "error", "critical"] {
            series.push(format!(
                "alerts_total{{severity=\"{severity}\",source=\"{detector}\"}} 0"
            ));
        }
        series.push(format!(
            "alerts_deduplicated_total{{source=\"{detector}\"}} 0"
        ));
        for result in ["pass", "fail"] {
            series.push(format!(
                "detector_checks_total{{detector=\"{detector}\",result=\"{result}\"}} 0"
            ));
        }
        series.push(format!(
            "detector_check_duration_seconds_count{{detector=\"{detector}\"}} 0"
        ));
        series.push(format!(
            "detector_check_duration_seconds_sum{{detector=\"{detector}\"}} 0"
        ));
    }
    for outcome in ["ok", "failed"] {
        series.push(format!(
            "ops_deadman_pings_total{{outcome=\"{outcome}\"}} 0"
        ));
    }
    for result in ["no_action", "disabled"] {
        series.push(format!(
            "auto_remediation_total{{action=\"none\",result=\"{result}\"}} 0"
        ));
    }
    for action in ACTIONS.iter().map(|action| action.name) {
        for result in [
            "success", "failure", "disabled", "off", "asked", "breaker", "cooldown",
        ] {
            series.push(format!(
                "auto_remediation_total{{action=\"{action}\",result=\"{result}\"}} 0"
            ));
        }
        series.push(format!(
            "auto_remediation_duration_seconds_count{{action=\"{action}\"}} 0"
        ));
    }
    for target in ["api_latency", "ingest_success_rate", "scheduler_on_time"] {
        series.push(format!("slo_violation_total{{target=\"{target}\"}} 0"));
    }
    series
}

#[each_database]
async fn the_metrics_follow_what_happens(database: TestDatabase) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    let setup = beside(&database, &platform).await;
    let program = setup
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .start()
        .await;
    program.sweep().await;
    program.hears(ALERT_CHAT, "below alert threshold").await;
    program.sweep().await;
    let page = program.get("/metrics").await.text;
    for line in [
        "alerts_total{severity=\"critical\",source=\"check_cash_balance_threshold\"} 1",
        "alerts_deduplicated_total{source=\"check_cash_balance_threshold\"} 1",
        "detector_checks_total{detector=\"check_cash_balance_threshold\",result=\"fail\"} 2",
        "detector_check_duration_seconds_count{detector=\"check_db_growth\"} 2",
        "telegram_up 1",
    ] {
        assert!(
            page.lines().any(|found| found == line),
            "{line} is missing from\n{page}"
        );
    }
}

#[each_database]
async fn the_outbox_is_measured_when_the_page_is_asked_for(database: TestDatabase) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = beside(&database, &platform)
        .await
        .with("AUTO_REMEDIATION_ENABLED", "false");
    let program = setup.at(&clock).start().await;
    program.telegram().fail(
        Scope::Chat(ALERT_CHAT),
        Times::UntilCleared,
        Fault::TooManyRequests(300),
    );
    program.sweep().await;
    clock.advance(TimeDelta::seconds(90));
    let page = program.get("/metrics").await.text;
    assert!(page.contains("\nops_outbox_messages 1\n"), "{page}");
    assert!(
        page.contains("\nops_outbox_oldest_age_seconds 90\n"),
        "{page}"
    );
}

#[each_database]
async fn readiness_names_the_reasons(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = Setup::beside(&database).at(&clock);
    let setup = setup
        .with("OPS_CHECK_START_DELAY_SEC", "86400")
        .with("OPS_CHECK_INTERVAL_SEC", "300");
    let program = setup.start().await;
    program.cx().telegram.me().await.unwrap();
    assert_eq!(
        program.get("/readyz").await.ok(),
        json!({"status": "ready", "last_sweep_age_seconds": null, "not_measured": []})
    );

    clock.advance(TimeDelta::seconds(86_400 + 600 + 60));
    program.get("/readyz").await.ok();
    clock.advance(TimeDelta::seconds(1));
    let overdue = program.get("/readyz").await.problem(503);
    assert_eq!(
        overdue,
        "the last sweep of the detectors is overdue, 87061s old"
    );
    program.sweep().await;
    clock.advance(TimeDelta::seconds(90));
    assert_eq!(
        program.get("/readyz").await.ok()["last_sweep_age_seconds"],
        90
    );
    let page = program.get("/metrics").await.text;
    assert!(page.contains("\nops_sweep_age_seconds 90\n"), "{page}");

    program.telegram().go_down().await;
    program.cx().telegram.me().await.unwrap_err();
    let unreachable = program.get("/readyz").await.problem(503);
    assert!(
        unreachable.contains("Telegram") && !unreachable.contains("sweep"),
        "{unreachable}"
    );

    program.cx().db.close().await;
    let both = program.get("/readyz").await.problem(503);
    assert!(
        both.contains("database") && both.contains("Telegram"),
        "{both}"
    );
    program.get("/healthz").await.ok();
}

#[tokio::test]
async fn every_known_series_is_there_from_the_start() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let answer = program.get("/metrics").await;
        assert_eq!(
            answer.header("content-type"),
            "text/plain; version=0.0.4; charset=utf-8"
        );
        let lines: Vec<_> = answer.text.lines().collect();
        for series in known_series() {
            assert!(
                lines.contains(&series.as_str()),
                "{series} is missing from\n{}",
                answer.text
            );
        }
        for typed in [
            "# TYPE alerts_total counter",
            "# TYPE auto_remediation_duration_seconds summary",
            "# TYPE detector_check_duration_seconds summary",
        ] {
            assert!(lines.contains(&typed), "{typed} is missing");
        }
    })
    .await;
}

#[tokio::test]
async fn requests_are_measured_by_their_endpoint_and_never_by_what_a_client_made_up() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.get("/api/v1/ops/alerts?limit=7").await;
        program.get("/api/v1/ops/alerts?limit=0").await;
        program.get("/made/up").await;
        Answer::of(program.request(Method::from_bytes(b"BREW").unwrap(), "/healthz")).await;
        let page = program.get("/metrics").await.text;
        for labels in [
            "endpoint=\"/api/v1/ops/alerts\",method=\"GET\",status=\"200\"",
            "endpoint=\"/api/v1/ops/alerts\",method=\"GET\",status=\"422\"",
            "endpoint=\"other\",method=\"GET\",status=\"404\"",
            "endpoint=\"/healthz\",method=\"other\",status=\"405\"",
        ] {
            let line = format!("ops_http_request_duration_seconds_count{{{labels}}} 1");
            assert!(page.contains(&line), "{line} is missing from\n{page}");
        }
        assert!(!page.contains("made/up") && !page.contains("BREW"));
    })
    .await;
}

#[tokio::test]
async fn the_probes_answer_quickly_while_the_database_is_locked_up() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let mut held = Vec::new();
        let sovani_ops::db::Db::Sqlite(pool, ..) = &program.cx().db else {
            unreachable!("this is SQLite");
        };
        for _ in 0..pool.options().get_max_connections() {
            held.push(pool.acquire().await.unwrap());
        }
        let within = Duration::from_secs(4);
        let ready = tokio::time::timeout(within, program.get("/readyz"))
            .await
            .unwrap();
        assert!(ready.problem(503).contains("the database does not answer"));
        let metrics = tokio::time::timeout(within, program.get("/metrics"))
            .await
            .unwrap();
        assert_eq!(metrics.status, 200);
    })
    .await;
}
