//! Detectors that fail or never end.

use std::time::Duration as StdDuration;

use sovani_ops::db::{Db, STATEMENT_LIMIT};

use super::*;
use crate::support::{deadline::eventually_within, program::ALERT_CHAT};

const COMMISSIONS: &str = "check_commission_outliers";

/// A view with the columns that the detector reads, which the database cannot answer from.
fn failing_view(database: &TestDatabase, name: &str, columns: &str) -> String {
    if database.is_postgres() {
        format!("CREATE VIEW {name} AS SELECT {columns} WHERE 1 / (random() * 0)::int = 1")
    } else {
        format!("CREATE VIEW {name} AS SELECT {columns} FROM a_table_that_is_not_there")
    }
}

/// A view that is never done: a query that burns on `SQLite`, one that sleeps on `PostgreSQL`.
fn endless_view(database: &TestDatabase) -> &'static str {
    if database.is_postgres() {
        "CREATE VIEW vw_commission_recon AS
         SELECT DATE '2025-10-01' AS d, 0 AS flag_outlier FROM pg_sleep(3600)"
    } else {
        "CREATE VIEW vw_commission_recon AS
         WITH RECURSIVE burning (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM burning)
         SELECT '2025-10-01' AS d, 0 AS flag_outlier FROM burning WHERE n < 0"
    }
}

async fn platform_without(database: &TestDatabase, object: &'static str) {
    let platform = Platform::healthy(TODAY).low_cash(Marketplace::Ozon, LOW);
    platform
        .without(object)
        .create(database.db())
        .await
        .unwrap();
}

/// Tells if every connection of the program can be used at the same time.
async fn whole_pool_works(db: &Db) -> bool {
    async fn all<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> bool {
        let size = pool.options().get_max_connections();
        let every = (0..size).map(|_| pool.acquire());
        futures::future::try_join_all(every).await.is_ok()
    }
    match db {
        Db::Sqlite(pool, ..) => all(pool).await,
        Db::Postgres(pool, ..) => all(pool).await,
    }
}

async fn commissions_cannot_be_read(database: &TestDatabase) {
    platform_without(database, "vw_commission_recon").await;
    let columns = "DATE('2025-10-01') AS d, 0 AS flag_outlier";
    database
        .execute(failing_view(database, "vw_commission_recon", columns))
        .await;
}

#[each_database]
async fn a_crash_is_over_when_the_detector_looks_again_even_if_there_is_nothing_to_see(
    database: TestDatabase,
) {
    commissions_cannot_be_read(&database).await;
    let mut program = setup(&database).start().await;
    program.sweep().await;
    program
        .hears(ALERT_CHAT, "Detector check_commission_outliers crashed")
        .await;

    database.execute("DROP VIEW vw_commission_recon").await;
    program.sweep().await;
    program.sweep().await;

    assert_eq!(
        incidents(&database, COMMISSIONS).await,
        ["1 failed, 1 told, closed"]
    );
    program
        .hears(ALERT_CHAT, "RESOLVED | check_commission_outliers")
        .await;
    program.stop().await;
}

#[each_database]
async fn a_check_that_fails_to_look_is_an_alert_of_its_own_and_the_others_finish(
    database: TestDatabase,
) {
    commissions_cannot_be_read(&database).await;
    let mut program = setup(&database).start().await;

    let stats = program.sweep().await;

    assert_eq!((stats.passed, stats.failed, stats.alerts_sent), (2, 2, 2));
    program
        .hears(
            ALERT_CHAT,
            "❌ ERROR | check_commission_outliers\n\nDetector check_commission_outliers crashed: ",
        )
        .await;
    program
        .hears(ALERT_CHAT, "🚨 CRITICAL | check_cash_balance_threshold")
        .await;
    assert_eq!(
        incidents(&database, COMMISSIONS).await,
        ["1 failed, 1 told, open"]
    );
    program.stop().await;
}

#[each_database]
async fn an_incident_that_could_not_be_looked_at_stays_open(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_RESOLVE_AFTER_PASSES", "1")
        .start()
        .await;
    program.sweep().await;
    database
        .execute("ALTER TABLE cashflow_daily RENAME COLUMN net TO gone")
        .await;
    program.sweep().await;
    assert_eq!(
        incidents(&database, CASH).await,
        ["1 failed, 1 told, open", "1 failed, 1 told, open"]
    );

    database
        .execute("ALTER TABLE cashflow_daily RENAME COLUMN gone TO net")
        .await;
    program.sweep().await;
    assert_eq!(
        incidents(&database, CASH).await,
        ["2 failed, 1 told, open", "1 failed, 1 told, closed"]
    );
    program.stop().await;
}

#[each_database]
async fn a_check_that_never_ends_is_cut_off_and_its_query_is_stopped(database: TestDatabase) {
    platform_without(&database, "vw_commission_recon").await;
    database.execute(endless_view(&database)).await;
    let mut program = setup(&database)
        .with("DETECTOR_TIMEOUT_SEC", "1")
        .start()
        .await;

    let stats = program.sweep().await;

    assert_eq!((stats.passed, stats.failed), (2, 2));
    program
        .hears(
            ALERT_CHAT,
            "Detector check_commission_outliers crashed: no result within 1s",
        )
        .await;
    program.hears(ALERT_CHAT, CASH).await;
    let cx = program.cx();
    let limit = STATEMENT_LIMIT + StdDuration::from_secs(10);
    eventually_within(limit, "every connection at work again", async || {
        whole_pool_works(&cx.db).await
    })
    .await;
    if database.is_postgres() {
        let asleep = "SELECT COUNT(*) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'";
        eventually_within(limit, "a server at rest", async || {
            database.number(asleep).await == 0
        })
        .await;
    }
    program.stop().await;
}
