//! `/run`: one message, from "running" to the result.

use std::{sync::Arc, time::Duration};

use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
    standin::{Fault, Scope, Times},
};

use tokio::sync::Notify;

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{
    checks::detector_names,
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    metrics_page::{Manner, MetricsPage, fast_and_slow},
};

#[each_database]
async fn all_checks_are_run_and_their_results_edited_into_one_message(database: TestDatabase) {
    let platform = Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .commission_outliers(12);
    let mut program = beside(&database, &platform).await.start().await;
    let running = program.asks(&anna(&program), ANNA, "/run").await;
    let done = program.reads(&running, "passed").await;
    assert!(done.text.contains(" passed, 2 failed, "), "{}", done.text);
    assert!(
        done.text
            .contains("🚨 check_cash_balance_threshold\nCash balance -15000.00 RUB"),
        "{}",
        done.text
    );
    assert!(
        done.text
            .contains("⚠️ check_commission_outliers\n12 commission outliers"),
        "{}",
        done.text
    );
    assert!(done.text.contains("✅ check_db_growth"), "{}", done.text);
    let all = format!("⏳ Running {} checks…", detector_names().len());
    assert_eq!(done.edits[0].text, all);
    program.stop().await;
    assert_eq!(program.said_in(ANNA).len(), 1);
}

#[tokio::test]
async fn one_check_is_run_by_name() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let running = program
            .asks(&anna(&program), ANNA, "/run check_ingest_success_rate")
            .await;
        let done = program.reads(&running, "1 passed, 0 failed").await;
        assert!(
            done.text.contains("40 sales records since 2025-10-01"),
            "{}",
            done.text
        );
        assert_eq!(done.edits[0].text, "⏳ Running 1 check…");
    })
    .await;
}

#[tokio::test]
async fn a_run_by_hand_alerts_nobody() {
    on_sqlite(async |database| {
        let platform = Platform::healthy(TODAY).commission_outliers(12);
        let mut program = beside(&database, &platform).await.start().await;
        let running = program.asks(&anna(&program), ANNA, "/run").await;
        program.reads(&running, "1 failed").await;
        program.stop().await;
        assert_eq!(
            database
                .number("SELECT COUNT(*) FROM ops_alerts_history")
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn a_result_that_cannot_be_edited_in_is_sent() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.telegram().fail(
            Scope::method("editMessageText"),
            Times::Once,
            Fault::Dropped,
        );
        program
            .asks(&anna(&program), ANNA, "/run check_db_growth")
            .await;
        program.hears(ANNA, "1 passed, 0 failed").await;
    })
    .await;
}

#[tokio::test]
async fn a_result_outlives_the_message_that_announced_it() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let telegram = program.telegram();
        telegram.fail(
            Scope::method("editMessageText"),
            Times::Once,
            Fault::TooManyRequests(1),
        );
        let running = program
            .asks(&anna(&program), ANNA, "/run check_db_growth")
            .await;
        let _ = telegram.delete_message(ANNA, running.id);
        program.hears(ANNA, "1 passed, 0 failed").await;
    })
    .await;
}

#[tokio::test]
async fn the_checks_go_on_while_their_progress_cannot_be_told() {
    on_sqlite(async |database| {
        let page = MetricsPage::start("").await;
        let go = Arc::new(Notify::new());
        page.behaves(Manner::Held(Arc::clone(&go), fast_and_slow(10, 0)));
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup.with("API_METRICS_URL", page.url()).start().await;
        let telegram = program.telegram();
        for method in ["sendChatAction", "editMessageText"] {
            let hangs = Fault::Delay(Duration::from_secs(600));
            telegram.fail(Scope::method(method), Times::UntilCleared, hangs);
        }

        program
            .asks(&anna(&program), ANNA, "/run check_api_latency_p95")
            .await;
        eventually("progress to tell", async || {
            !telegram.calls_of("sendChatAction").is_empty()
        })
        .await;
        go.notify_one();

        eventually("a page that was read", async || {
            database.number("SELECT COUNT(*) FROM ops_scrapes").await == 1
        })
        .await;
    })
    .await;
}
