use std::fs;

use chrono::NaiveDate;
use sovani_ops::{
    db::DatabaseUrl,
    demo::{Marketplace, Platform},
    domain::{Actor, Aftermath, Money},
};

use super::{counted, failed, history, ran, succeeded};
use crate::support::{
    database::TestDatabase,
    program::{MANAGER, Setup, moment},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

/// Fills some megabytes and empties them again.
async fn grow_and_empty(database: &TestDatabase) {
    database
        .execute("CREATE TABLE ballast (filling TEXT)")
        .await;
    let filling = "x".repeat(4_000);
    let rows = vec![format!("('{filling}')"); 100].join(",");
    for _ in 0..20 {
        database
            .execute(format!("INSERT INTO ballast VALUES {rows}"))
            .await;
    }
    // PostgreSQL compresses what is so alike; rows of their own kind are what grows it.
    if database.is_postgres() {
        database.execute("INSERT INTO ballast SELECT md5(i::text) || md5((i + 1)::text) FROM generate_series(1, 60000) i").await;
    }
    database.execute("DELETE FROM ballast").await;
}

fn size_on_disk(database: &TestDatabase) -> Option<u64> {
    match database.url().parse().unwrap() {
        DatabaseUrl::Sqlite(path) => Some(fs::metadata(path).unwrap().len()),
        DatabaseUrl::Postgres(_) => None,
    }
}

fn megabytes(details: &str) -> Vec<f64> {
    details
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect()
}

#[each_database]
async fn a_vacuum_gives_the_space_of_deleted_rows_back_and_says_how_much(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    grow_and_empty(&database).await;
    let before = size_on_disk(&database);

    let details = succeeded(&program, "check_db_growth").await;

    assert!(
        details.starts_with("Database vacuumed successfully: "),
        "{details}"
    );
    let sizes = megabytes(&details);
    assert!(sizes[0] > sizes[1] + 3.0, "{details}");
    if let Some(before) = before {
        assert!(
            size_on_disk(&database).unwrap() + 3_000_000 < before,
            "{before}"
        );
    }
    assert_eq!(
        history(&database).await,
        ["check_db_growth remediate_vacuum_db success user:42 retries=0 verified=fixed"]
    );
}

#[each_database]
async fn a_vacuum_that_does_not_help_enough_is_not_a_fix(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    database
        .execute("CREATE TABLE ballast (filling TEXT)")
        .await;
    let rows = (0..600)
        .map(|row: u64| format!("('{row:05}{}')", "y".repeat(1_500)))
        .collect::<Vec<_>>()
        .join(",");
    database
        .execute(format!("INSERT INTO ballast VALUES {rows}"))
        .await;
    let program = Setup::beside(&database)
        .with("DB_SIZE_THRESHOLD_MB", "1")
        .start()
        .await;

    let report = ran(&program, "check_db_growth").await;

    assert_eq!(report.aftermath, Some(Aftermath::StillFailing));
    assert_eq!(
        history(&database).await,
        ["check_db_growth remediate_vacuum_db success user:42 retries=0 verified=still_failing"]
    );
}

#[each_database]
async fn the_manager_gets_the_alert_with_all_its_details(database: TestDatabase) {
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    let program = Setup::beside(&database).start().await;

    let details = succeeded(&program, "check_cash_balance_threshold").await;

    assert_eq!(details, format!("Manager chat {MANAGER} notified"));
    let message = program.hears(MANAGER, "For your information").await.text;
    for part in [
        "For your information, sent by Anna",
        "CRITICAL | check_cash_balance_threshold",
        "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)",
        "Balance      -15,000.00 RUB",
        "Threshold    -10,000.00 RUB",
        "As of        30 Sep",
        "Marketplace  OZON",
        "  WB         250,000.00 RUB",
        "In total     235,000.00 RUB",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[each_database]
async fn without_a_manager_there_is_nobody_to_tell_and_nothing_to_retry(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let program = Setup::beside(&database)
        .with("MANAGER_CHAT_ID", "")
        .start()
        .await;

    let report = failed(&program, "check_cash_balance_threshold").await;

    assert_eq!(
        report.details,
        "MANAGER_CHAT_ID is not set: there is nobody to tell"
    );
    assert_eq!(report.retry_count, 0);
    assert_eq!(counted(&program, "remediate_notify_admin", "failure"), 1);
    assert_eq!(database.number("SELECT COUNT(*) FROM ops_outbox").await, 0);
}

#[each_database]
async fn a_manager_who_never_wrote_to_the_bot_is_named_as_the_cause(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let program = Setup::beside(&database)
        .with("MANAGER_CHAT_ID", "987654")
        .start()
        .await;

    let report = failed(&program, "check_cash_balance_threshold").await;

    assert!(
        report
            .details
            .starts_with("manager chat 987654 cannot be notified: "),
        "{report:?}"
    );
    assert_eq!(report.retry_count, 0);
}

#[each_database]
async fn clearing_the_cache_reloads_the_settings_and_keeps_open_alerts_quiet(
    database: TestDatabase,
) {
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join(".env");
    let program = Setup::beside(&database)
        .with("AUTO_REMEDIATION_MAX_RETRIES", "1")
        .start_on_file(&file)
        .await;
    assert_eq!(program.sweep().await.alerts_sent, 1);
    let text = fs::read_to_string(&file).unwrap();

    fs::write(
        &file,
        format!("{text}\nVIEWER_USER_IDS=5,6\nLOG_FORMAT=json\n"),
    )
    .unwrap();
    let details = succeeded(&program, "check_api_latency_p95").await;

    assert_eq!(
        details,
        "Settings reloaded; alert cache rebuilt with 1 open incidents. Only a restart takes over: LOG_FORMAT"
    );
    assert_eq!(program.cx().settings.get().viewers.len(), 2);
    assert_eq!(program.sweep().await.alerts_sent, 0);

    fs::write(&file, format!("{text}\nLOG_FORMAT=SECRET\n")).unwrap();
    let report = failed(&program, "check_api_latency_p95").await;
    assert!(
        report.details.contains("LOG_FORMAT: expected text or json"),
        "{report:?}"
    );
    assert!(!report.details.contains("SECRET"));
    assert_eq!(
        (
            report.retry_count,
            program.cx().settings.get().viewers.len()
        ),
        (0, 2)
    );
}

#[each_database]
async fn an_action_added_by_a_reload_is_measured_from_then_on(database: TestDatabase) {
    let folder = tempfile::TempDir::new().unwrap();
    let (file, ops) = (folder.path().join(".env"), folder.path().join("ops.toml"));
    fs::write(&ops, "").unwrap();
    let program = Setup::beside(&database)
        .with("OPS_CONFIG", ops.display().to_string())
        .start_on_file(&file)
        .await;
    let page = || program.cx().metrics.page().unwrap();
    assert!(!page().contains("restart_api"));

    let entry = "[[action]]\nname = \"restart_api\"\nkind = \"systemd\"\nunit = \"api.service\"\n";
    fs::write(
        &ops,
        format!("{entry}detectors = [\"check_api_latency_p95\"]\n"),
    )
    .unwrap();
    succeeded(&program, "check_api_latency_p95").await;

    for series in [
        "auto_remediation_total{action=\"restart_api\",result=\"success\"} 0",
        "auto_remediation_total{action=\"restart_api\",result=\"breaker\"} 0",
        "auto_remediation_duration_seconds_count{action=\"restart_api\"} 0",
        "auto_remediation_total{action=\"remediate_clear_cache\",result=\"success\"} 1",
    ] {
        assert!(page().contains(series), "{series}: {}", page());
    }
}

#[each_database]
async fn a_run_that_a_killed_process_left_is_interrupted_at_the_next_start(database: TestDatabase) {
    let clock = sovani_ops::clock::Clock::standing_at(moment("2025-10-02 09:00:00"));
    Setup::beside(&database)
        .at(&clock)
        .start()
        .await
        .stop()
        .await;
    database.execute("INSERT INTO ops_remediation_history (triggered_at, action_name, status, retry_count, source, triggered_by)
        VALUES ('2025-10-02 08:00:00.000000', 'remediate_vacuum_db', 'running', 0, 'check_db_growth', 'rest')").await;
    database.execute("INSERT INTO ops_leases VALUES ('action:remediate_vacuum_db', 'dead/1', '2025-10-02 09:30:00.000000')").await;

    // Another instance may be at it on PostgreSQL, until its lease runs out.
    let program = Setup::beside(&database).at(&clock).start().await;
    let status = database
        .texts("SELECT status FROM ops_remediation_history")
        .await;
    assert_eq!(
        status,
        [if database.is_postgres() {
            "running"
        } else {
            "interrupted"
        }]
    );
    drop(program);

    clock.advance(chrono::Duration::minutes(31));
    let program = Setup::beside(&database).at(&clock).start().await;
    let ended = "SELECT status FROM ops_remediation_history WHERE finished_at IS NOT NULL";
    assert_eq!(database.texts(ended).await, ["interrupted"]);
    succeeded(&program, "check_db_growth").await;
}

#[each_database]
async fn the_scheduler_is_on_record_for_what_an_alert_set_off(database: TestDatabase) {
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    let program = Setup::beside(&database).start().await;

    let stats = program.sweep().await;
    program
        .hears(
            crate::support::program::ALERT_CHAT,
            "remediate_notify_admin done",
        )
        .await;

    assert_eq!((stats.alerts_sent, stats.remediations_triggered), (1, 1));
    assert_eq!(
        history(&database).await,
        [format!(
            "check_cash_balance_threshold remediate_notify_admin success {} retries=0 verified=still_failing",
            Actor::Scheduler
        )]
    );
    let joined = "SELECT COUNT(*) FROM ops_remediation_history r JOIN ops_alerts_history a ON a.id = r.alert_id
        WHERE a.source = r.source AND r.duration_ms >= 0";
    assert_eq!(database.number(joined).await, 1);
}
