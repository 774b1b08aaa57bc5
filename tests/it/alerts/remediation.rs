//! Automatic remediation.

use sovani_ops::ops::{checks, sweep};

use super::*;
use crate::support::{
    jobs::JobList,
    program::{ALERT_CHAT, MANAGER},
};

/// A sweep that is cut off before it starts the actions that it calls for. How many there were.
async fn cut_off(program: &TestProgram) -> usize {
    let registry = program.cx().settings.registry();
    let checks = checks::run(program.cx(), &registry.runnable()).await;
    let (_, called) = sweep::act_on(program.cx(), &registry, &checks).await;
    called.len()
}

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

#[each_database]
async fn the_mapped_action_runs_for_an_alert_and_is_recorded_with_it(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database).start().await;

    assert_eq!(program.sweep().await.remediations_triggered, 1);

    finished(&database, 1).await;
    assert_eq!(
        remediations(&database).await,
        [format!(
            "remediate_notify_admin success still_failing for {CASH} by scheduler alert 1"
        )],
    );
    program
        .hears(
            MANAGER,
            "ℹ️ For your information\n🚨 CRITICAL | check_cash_balance_threshold",
        )
        .await;
    let outcome = program
        .hears(ALERT_CHAT, "remediate_notify_admin done")
        .await;
    assert!(
        outcome.silent && outcome.text.contains("The check still fails."),
        "{outcome:?}"
    );
    program.stop().await;
}

#[each_database]
async fn a_repeat_that_is_not_told_triggers_no_action(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database).start().await;
    program.sweep().await;
    finished(&database, 1).await;

    assert_eq!(program.sweep().await.remediations_triggered, 0);
    assert_eq!(remediations(&database).await.len(), 1);
    program.stop().await;
}

#[each_database]
async fn a_fault_too_slight_for_the_chats_is_remedied_all_the_same(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let mut program = Setup::beside(&database)
        .with("ALERT_MIN_SEVERITY", "critical")
        .with("DB_SIZE_THRESHOLD_MB", "1")
        .start()
        .await;
    let mb = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4";
    database
        .execute(format!(
            "CREATE TABLE ballast AS SELECT a.* FROM daily_sales a CROSS JOIN ({mb}) b"
        ))
        .await;

    let first = program.sweep().await;
    assert_eq!(
        (
            first.failed,
            first.alerts_sent,
            first.remediations_triggered
        ),
        (1, 0, 1)
    );
    finished(&database, 1).await;
    assert_eq!(
        program.sweep().await.remediations_triggered,
        0,
        "once a fault"
    );
    program.stop().await;
}

#[each_database]
async fn a_check_that_could_not_look_triggers_no_action(database: TestDatabase) {
    overdrawn(&database).await;
    database
        .execute("ALTER TABLE cashflow_daily RENAME COLUMN net TO gone")
        .await;
    let mut program = Setup::beside(&database).start().await;

    let stats = program.sweep().await;

    assert_eq!((stats.alerts_sent, stats.remediations_triggered), (1, 0));
    assert_eq!(remediations(&database).await.len(), 0);
    program.stop().await;
}

#[each_database]
async fn an_action_that_fails_for_good_is_recorded_as_failed(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database)
        .with("MANAGER_CHAT_ID", "987654")
        .start()
        .await;

    program.sweep().await;

    finished(&database, 1).await;
    assert_eq!(
        remediations(&database).await,
        [format!(
            "remediate_notify_admin failed - for {CASH} by scheduler alert 1"
        )],
    );
    program
        .hears(ALERT_CHAT, "manager chat 987654 cannot be notified")
        .await;
    program.stop().await;
}

#[each_database]
async fn an_action_that_lacks_a_setting_is_left_out_quietly(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database)
        .with("MANAGER_CHAT_ID", "")
        .start()
        .await;

    assert_eq!(program.sweep().await.remediations_triggered, 0);

    everything_is_delivered(&database).await;
    let [card] = &program.said_in(ALERT_CHAT)[..] else {
        panic!("the alert alone")
    };
    assert!(card.button("🔧 Remediate").is_none(), "{card:?}");
    assert_eq!(remediations(&database).await.len(), 0);
    program.stop().await;
}

#[each_database]
async fn an_action_that_was_cut_off_before_it_began_is_started_after_the_next_start(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database).start().await;
    assert_eq!(cut_off(&program).await, 1);
    program.restart().await;

    let stats = program.sweep().await;

    assert_eq!((stats.alerts_sent, stats.remediations_triggered), (0, 1));
    finished(&database, 1).await;
    let incident = "SELECT COUNT(*) FROM ops_remediation_history WHERE incident_id = 1 AND triggered_by = 'scheduler'";
    assert_eq!(database.number(incident).await, 1);
    assert_eq!(program.sweep().await.remediations_triggered, 0);
    program.restart().await;
    assert_eq!(
        program.sweep().await.remediations_triggered,
        0,
        "it has been done"
    );
    program.stop().await;
}

#[each_database]
async fn what_people_keep_or_the_next_check_does_not_find_is_not_started_late(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database).start().await;
    cut_off(&program).await;
    database
        .execute("UPDATE ops_incidents SET acknowledged_at = opened_at, acknowledged_by = 'user:7'")
        .await;
    program.restart().await;
    assert_eq!(
        program.sweep().await.remediations_triggered,
        0,
        "acknowledged"
    );

    database
        .execute("UPDATE ops_incidents SET acknowledged_at = NULL, acknowledged_by = NULL")
        .await;
    set_balance(&database, Marketplace::Ozon, 1_000_000).await;
    program.restart().await;
    assert_eq!(program.sweep().await.remediations_triggered, 0, "gone");
    program.stop().await;
}

#[each_database]
async fn a_silenced_fault_is_not_remedied_after_a_start(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database).start().await;
    cut_off(&program).await;
    let silenced = program
        .post(&format!("/api/v1/ops/silences?scope={CASH}&duration=1h"))
        .await;
    assert_eq!(silenced.status, 201);
    program.restart().await;
    assert_eq!(program.sweep().await.remediations_triggered, 0);
    program.stop().await;
}

#[each_database]
async fn an_action_proposed_before_the_start_is_not_proposed_again(database: TestDatabase) {
    overdrawn(&database).await;
    let list = JobList::of("[[action]]\nname = \"remediate_notify_admin\"\nmode = \"approve\"");
    let clock = noon();
    let setup = Setup::beside(&database)
        .with("OPS_CONFIG", list.setting())
        .at(&clock);
    let mut program = setup.start().await;
    program.sweep().await;
    let proposals = "SELECT COUNT(*) FROM ops_proposals";
    assert_eq!(database.number(proposals).await, 1);

    // The question has run out meanwhile.
    time_passes(&database, &clock, Duration::hours(2)).await;
    program.restart().await;
    program.sweep().await;

    assert_eq!(database.number(proposals).await, 1);
    program.stop().await;
}

#[each_database]
async fn what_a_standing_question_covered_is_not_asked_about_after_it_was_answered(
    database: TestDatabase,
) {
    let list = JobList::of("[[action]]\nname = \"remediate_notify_admin\"\nmode = \"approve\"");
    let clock = noon();
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let setup = Setup::beside(&database)
        .with("OPS_CONFIG", list.setting())
        .at(&clock);
    let mut program = setup.start().await;
    for marketplace in [Marketplace::Wb, Marketplace::Ozon] {
        set_balance(&database, marketplace, -15_000).await;
        program.sweep().await;
        time_passes(&database, &clock, Duration::minutes(5)).await;
    }
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_incidents").await,
        2
    );
    let cancelled = format!(
        "UPDATE ops_proposals SET state = 'cancelled', decided_at = '{}'",
        clock.now()
    );
    database.execute(cancelled).await;

    program.restart().await;
    program.sweep().await;

    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_proposals").await,
        1
    );
    program.stop().await;
}

#[each_database]
async fn an_instance_that_takes_over_starts_the_remediations_that_the_other_could_not(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let mut first = Setup::beside(&database).at(&clock).start().await;
    let telegram = first.telegram().clone();
    let mut second = Setup::beside(&database)
        .at(&clock)
        .start_on(&telegram)
        .await;
    set_balance(&database, Marketplace::Ozon, 1_000_000).await;
    // Each has made a sweep before.
    second.sweep().await;
    time_passes(&database, &clock, Duration::seconds(61)).await;
    first.sweep().await;
    assert!(sweep::ops_health_check(second.cx()).await.is_none());
    set_balance(&database, Marketplace::Ozon, -15_000).await;
    assert_eq!(cut_off(&first).await, 1);
    first.stop().await;
    time_passes(&database, &clock, Duration::seconds(61)).await;

    assert_eq!(second.sweep().await.remediations_triggered, 1);

    finished(&database, 1).await;
    second.stop().await;
}
