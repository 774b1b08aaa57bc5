//! What the program does about a fault by itself.

use super::*;
use crate::support::program::{ALERT_CHAT, MANAGER};

async fn remediations(database: &TestDatabase) -> Vec<String> {
    database
        .texts(
            "SELECT action_name || ' ' || status || ' ' || COALESCE(verified, '-') || ' for ' || source || ' by '
                || triggered_by || ' alert ' || COALESCE(CAST(alert_id AS TEXT), '-')
             FROM ops_remediation_history ORDER BY id",
        )
        .await
}

async fn finished(database: &TestDatabase, count: i64) {
    let done = "SELECT COUNT(*) FROM ops_remediation_history WHERE duration_ms IS NOT NULL";
    eventually("a finished remediation", async || {
        database.number(done).await == count
    })
    .await;
}

on_each_database! {
    async fn the_mapped_action_runs_for_an_alert_and_is_recorded_with_it(database: TestDatabase) {
        overdrawn(&database).await;
        let mut program = Setup::beside(&database).start().await;

        assert_eq!(program.sweep().await.remediations_triggered, 1);

        finished(&database, 1).await;
        assert_eq!(
            remediations(&database).await,
            [format!("remediate_notify_admin success still_failing for {CASH} by scheduler alert 1")],
        );
        program.hears(MANAGER, "Escalation\n🚨 CRITICAL | check_cash_balance_threshold").await;
        let outcome = program.hears(ALERT_CHAT, "remediate_notify_admin done").await;
        assert!(outcome.silent && outcome.text.contains("The check still fails."), "{outcome:?}");
        program.stop().await;
    }

    async fn a_repeat_that_is_not_told_triggers_no_action(database: TestDatabase) {
        overdrawn(&database).await;
        let mut program = Setup::beside(&database).start().await;
        program.sweep().await;
        finished(&database, 1).await;

        assert_eq!(program.sweep().await.remediations_triggered, 0);
        assert_eq!(remediations(&database).await.len(), 1);
        program.stop().await;
    }

    async fn a_fault_too_slight_for_the_chats_is_remedied_all_the_same(database: TestDatabase) {
        Platform::healthy(TODAY).create(database.db()).await.unwrap();
        let mut program = Setup::beside(&database)
            .with("ALERT_MIN_SEVERITY", "critical")
            .with("DB_SIZE_THRESHOLD_MB", "1")
            .start()
            .await;
        let mb = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4";
        database.execute(format!("CREATE TABLE ballast AS SELECT a.* FROM daily_sales a CROSS JOIN ({mb}) b")).await;

        let first = program.sweep().await;
        assert_eq!((first.failed, first.alerts_sent, first.remediations_triggered), (1, 0, 1));
        finished(&database, 1).await;
        assert_eq!(program.sweep().await.remediations_triggered, 0, "once a fault");
        program.stop().await;
    }

    async fn a_check_that_could_not_look_triggers_no_action(database: TestDatabase) {
        overdrawn(&database).await;
        database.execute("ALTER TABLE cashflow_daily RENAME COLUMN net TO gone").await;
        let mut program = Setup::beside(&database).start().await;

        let stats = program.sweep().await;

        assert_eq!((stats.alerts_sent, stats.remediations_triggered), (1, 0));
        assert_eq!(remediations(&database).await.len(), 0);
        program.stop().await;
    }

    async fn an_action_that_fails_for_good_is_recorded_as_failed(database: TestDatabase) {
        overdrawn(&database).await;
        let mut program = Setup::beside(&database).with("MANAGER_CHAT_ID", "").start().await;

        program.sweep().await;

        finished(&database, 1).await;
        assert_eq!(
            remediations(&database).await,
            [format!("remediate_notify_admin failed - for {CASH} by scheduler alert 1")],
        );
        program.hears(ALERT_CHAT, "MANAGER_CHAT_ID is not set").await;
        program.stop().await;
    }
}
