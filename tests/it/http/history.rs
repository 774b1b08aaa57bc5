//! `/health` and `/alerts`.

use chrono::{Duration, Utc};
use serde_json::json;
use sovani_ops::{
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::{Money, Timestamp},
};

use super::{TODAY, beside, healthy};
use crate::support::{
    alembic,
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, Setup},
};

const LOW_CASH: &str = "below alert threshold";

async fn insert_alerts(database: &TestDatabase, rows: impl Iterator<Item = (i64, &str)>) {
    let rows: Vec<_> = rows
        .map(|(hours_ago, severity)| {
            let at = Timestamp::new(Utc::now()) - Duration::minutes(hours_ago * 60 + 5);
            format!("('{at}', 'check_db_growth', '{severity}', 'm', 'f')")
        })
        .collect();
    let insert = "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint) VALUES";
    database
        .execute(format!("{insert} {}", rows.join(", ")))
        .await;
}

#[each_database]
async fn health_counts_the_last_hour_and_the_last_day(database: TestDatabase) {
    let program = Setup::beside(&database).at(&Clock::default()).start().await;
    let nothing = json!({"alerts_last_hour": 0, "critical_last_24h": 0, "remediations_last_hour": 0,
        "remediation_failures_24h": 0});
    assert_eq!(program.get("/api/v1/ops/health").await.ok(), nothing);

    let alerts = [
        (0, "warning"),
        (0, "critical"),
        (3, "critical"),
        (25, "critical"),
    ];
    insert_alerts(&database, alerts.into_iter()).await;
    program
        .post("/api/v1/ops/remediate?alert_source=check_scheduler_on_time")
        .await
        .ok();

    let expected = json!({"alerts_last_hour": 2, "critical_last_24h": 2, "remediations_last_hour": 1,
        "remediation_failures_24h": 1});
    assert_eq!(program.get("/api/v1/ops/health").await.ok(), expected);
}

#[each_database]
async fn alerts_of_the_first_implementation_are_listed_as_they_stand(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    alembic::install(&database).await;
    let program = Setup::beside(&database).start().await;

    let expected = json!([
        {"id": 3, "created_at": "2025-10-02T10:25:00.123456", "source": "unknown", "severity": "error",
         "message": "No sales data ingested since 2025-10-01", "fingerprint": "a3f5e2", "extras_json": "{}",
         "sent_to_chat_ids": null},
        {"id": 2, "created_at": "2025-10-02T10:20:00", "source": "unknown", "severity": "warning",
         "message": "12 commission outliers detected in last 7 days", "fingerprint": "c0ffee",
         "extras_json": null, "sent_to_chat_ids": ""},
        {"id": 1, "created_at": "2025-10-02T10:15:00", "source": "check_cash_balance_threshold",
         "severity": "critical", "message": "Cash balance -15000.00 RUB below alert threshold -10000.00",
         "fingerprint": "b4c3d2", "extras_json": "{\"balance\": -15000.0}", "sent_to_chat_ids": "123456789"},
    ]);
    assert_eq!(program.get("/api/v1/ops/alerts").await.ok(), expected);
    let critical = program
        .get("/api/v1/ops/alerts?severity=critical&limit=10")
        .await
        .ok();
    assert_eq!(critical, json!([expected[2]]));
    let newest = program.get("/api/v1/ops/alerts?limit=1").await.ok();
    assert_eq!(newest, json!([expected[0]]));
}

#[each_database]
async fn an_alert_of_a_sweep_is_listed_with_the_chats_it_reached(database: TestDatabase) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    let setup = beside(&database, &platform).await;
    let program = setup
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .start()
        .await;
    assert_eq!(program.sweep().await.failed, 1);
    program.hears(ALERT_CHAT, LOW_CASH).await;

    let reached = async || {
        loop {
            let alerts = program.get("/api/v1/ops/alerts").await.ok();
            // The row is there at once; that the message has arrived is written a moment after it has.
            if alerts[0]["sent_to_chat_ids"] != json!("") {
                return alerts;
            }
            tokio::task::yield_now().await;
        }
    };
    let alerts = tokio::time::timeout(std::time::Duration::from_secs(20), reached())
        .await
        .unwrap();
    let alert = &alerts[0];
    assert_eq!(alerts.as_array().unwrap().len(), 1);
    assert_eq!(alert["created_at"], "2025-10-02T09:00:00");
    assert_eq!(alert["source"], "check_cash_balance_threshold");
    assert_eq!(alert["severity"], "critical");
    assert_eq!(alert["sent_to_chat_ids"], ALERT_CHAT.to_string());
    let extras: serde_json::Value =
        serde_json::from_str(alert["extras_json"].as_str().unwrap()).unwrap();
    assert_eq!(
        (extras["balance"].as_f64(), extras["threshold"].as_f64()),
        (Some(-15000.0), Some(-10000.0))
    );
}

#[each_database]
async fn fifty_alerts_are_listed_unless_more_are_asked_for(database: TestDatabase) {
    let program = healthy(&database).await;
    insert_alerts(&database, (0..60).map(|_| (0, "info"))).await;
    let count = async |path: &str| program.get(path).await.ok().as_array().unwrap().len();
    assert_eq!(count("/api/v1/ops/alerts").await, 50);
    assert_eq!(count("/api/v1/ops/alerts?limit=500").await, 60);
    assert_eq!(count("/api/v1/ops/alerts?severity=error").await, 0);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_internal_error_that_tells_nothing() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let insert = "INSERT INTO ops_silences (created_at, scope, reason, created_by, created_name, starts_at, ends_at)
            VALUES ('2025-10-01 09:00:00', 'all', 'r', 'rest', 'REST', 'the day before yesterday', '2999-01-01 00:00:00')";
        database.execute(insert).await;
        let answer = program.get("/api/v1/ops/silences").await;
        assert_eq!(answer.problem(500), "internal error");
    })
    .await;
}
