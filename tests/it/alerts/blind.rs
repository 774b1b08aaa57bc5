//! A database without the platform's tables must not look healthy.

use super::*;
use crate::support::program::ALERT_CHAT;

const ADMIN: i64 = 7;

/// The checks that `/readyz` names as not measured.
async fn unmeasured(program: &TestProgram) -> Vec<String> {
    let ready = program.get("/readyz").await.ok();
    let names = ready["not_measured"].as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

async fn asks(program: &TestProgram, command: &str) -> String {
    let anna = program.person(ADMIN, "Anna");
    program.asks(&anna, ALERT_CHAT, command).await.text
}

fn told(program: &TestProgram) -> usize {
    let said = program.said_in(ALERT_CHAT).into_iter();
    said.filter(|message| message.text.starts_with("⚠️ The database"))
        .count()
}

#[each_database]
async fn missing_tables_are_told_and_shown_wherever_people_look(database: TestDatabase) {
    let mut program = setup(&database)
        .with("ADMIN_USER_IDS", ADMIN.to_string())
        .start()
        .await;
    program.sweep().await;
    let word = program
        .hears(
            ALERT_CHAT,
            "has no cashflow_daily, daily_sales, vw_commission_recon.",
        )
        .await;
    assert!(
        !word.silent && word.text.contains("correct DATABASE_URL"),
        "{word:?}"
    );
    program.sweep().await;
    everything_is_delivered(&database).await;
    assert_eq!(told(&program), 1, "once, until something else is missing");

    let health = asks(&program, "/health").await;
    assert!(
        health.starts_with("➖ Operational health")
            && health.contains("check_ingest_success_rate (no daily_sales)"),
        "{health}"
    );
    let status = asks(&program, "/status").await;
    assert!(
        status.contains("➖ Not measured: check_api_latency_p95, "),
        "{status}"
    );
    assert!(
        unmeasured(&program)
            .await
            .contains(&"check_cash_balance_threshold".to_owned())
    );

    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    program.sweep().await;
    let health = asks(&program, "/health").await;
    assert!(health.starts_with("✅ Operational health"), "{health}");
    assert_eq!(
        unmeasured(&program).await,
        ["check_api_latency_p95", "check_scheduler_on_time"],
        "nothing is configured for these"
    );

    database.execute("DROP VIEW vw_commission_recon").await;
    program.sweep().await;
    program
        .hears(ALERT_CHAT, "has no vw_commission_recon.")
        .await;
    assert!(asks(&program, "/health").await.starts_with('➖'));
    program.stop().await;
}
