//! Behind a real `PgBouncer`.

use futures::future::join_all;
use sovani_ops::{
    db::{self, Db},
    domain::Severity,
};
use tempfile::TempDir;

use super::{all_look, open, platform, refused, text};
use crate::support::{
    checks::failing,
    database::{TestDatabase, on_postgres},
    pgbouncer::PgBouncer,
    program::Setup,
};

const LIMIT: &str = "SELECT current_setting('statement_timeout')";

/// Its own settings, and those that people give it for the sake of other drivers.
const MODES: [&str; 4] = [
    "pool_mode = transaction",
    // PgBouncer's default: each of our sessions keeps one.
    "pool_mode = session\ndefault_pool_size = 20",
    // Fewer than this program's own pool has.
    "pool_mode = session\ndefault_pool_size = 2\nquery_wait_timeout = 20",
    "pool_mode = transaction\nignore_startup_parameters = extra_float_digits, options",
];

async fn in_each_mode(test: impl AsyncFn(&TestDatabase, &PgBouncer)) {
    for mode in MODES {
        on_postgres(async |database: TestDatabase| {
            let pooler = PgBouncer::before(database.url(), mode).await;
            test(&database, &pooler).await;
        })
        .await;
    }
}

#[tokio::test]
async fn the_program_works() {
    in_each_mode(async |database, pooler| {
        platform(database).await;
        let program = Setup::beside(database)
            .with("DATABASE_URL", pooler.url())
            .start()
            .await;

        // More statements at once than there are connections to the server, again and again.
        for _ in 0..3 {
            let looks = join_all((0..4).map(|_| all_look(program.cx()))).await;
            assert!(
                looks
                    .concat()
                    .iter()
                    .any(|check| check.source == "check_db_growth")
            );
        }
        sovani_ops::ops::alerts::take(
            program.cx(),
            &[failing("check_cash_balance_threshold", Severity::Critical)],
        )
        .await;
        program
            .hears(crate::support::program::ALERT_CHAT, "CRITICAL")
            .await;
        assert_eq!(
            database
                .number("SELECT COUNT(*) FROM ops_alerts_history")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn two_programs_make_the_tables_at_once() {
    in_each_mode(async |_, pooler| {
        let (one, two) = (open(pooler.url()).await, open(pooler.url()).await);
        let (first, second) = tokio::join!(one.migrate(), two.migrate());
        first.unwrap();
        second.unwrap();
        assert_eq!(one.migrations().await.unwrap().pending, 0);
    })
    .await;
}

#[tokio::test]
async fn every_statement_has_its_limit_and_nobody_else_has() {
    in_each_mode(async |_, pooler| {
        let db = open(pooler.url()).await;
        assert!(db.is_pooled().await.unwrap());
        assert_eq!(text(&db, LIMIT).await, "30s");

        let sqlx_url: String = format!("{}?sslmode=disable", pooler.url());
        let mut other = <sqlx::PgConnection as sqlx::Connection>::connect(&sqlx_url).await;
        // The driver by itself is refused where nothing is ignored: that is what people meet.
        if let Ok(other) = &mut other {
            let row = sqlx::raw_sql(LIMIT).fetch_one(other).await.unwrap();
            assert_eq!(sqlx::Row::get::<String, _>(&row, 0), "0");
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_by_itself_is_no_pooler() {
    on_postgres(async |database: TestDatabase| {
        assert!(!database.db().is_pooled().await.unwrap());
        assert_eq!(text(database.db(), LIMIT).await, "30s");
    })
    .await;
}

#[tokio::test]
async fn pooling_by_statement_is_refused_with_the_setting_to_change() {
    on_postgres(async |database: TestDatabase| {
        let pooler = PgBouncer::before(database.url(), "pool_mode = statement").await;
        let said = refused(pooler.url()).await;
        assert!(
            said.contains("PgBouncer") && said.contains("pool_mode"),
            "{said}"
        );
    })
    .await;
}

#[tokio::test]
async fn sessions_that_others_keep_are_told_with_the_settings_to_change() {
    for waits in [1, 120] {
        on_postgres(async |database: TestDatabase| {
            let pooler = PgBouncer::before(
                database.url(),
                &format!(
                    "pool_mode = session\ndefault_pool_size = 1\nquery_wait_timeout = {waits}"
                ),
            )
            .await;
            let other = open(pooler.url()).await;
            let Db::Postgres(pool, ..) = &other else {
                unreachable!()
            };
            let held = pool.begin().await.unwrap();

            let said = refused(pooler.url()).await;

            for named in [
                "PgBouncer",
                "default_pool_size",
                "DATABASE_POOL_SIZE",
                "pool_mode",
            ] {
                assert!(said.contains(named), "{named}: {said}");
            }
            held.rollback().await.unwrap();
        })
        .await;
    }
}

#[tokio::test]
async fn connections_that_nobody_uses_make_room_for_one_that_is_needed() {
    on_postgres(async |database: TestDatabase| {
        let pooler = PgBouncer::before(
            database.url(),
            "pool_mode = session\ndefault_pool_size = 2\nquery_wait_timeout = 20",
        )
        .await;
        let db = open(pooler.url()).await;
        let Db::Postgres(pool, ..) = &db else {
            unreachable!()
        };
        // Three at once, of which the third has no session. The others do nothing from then on.
        let (one, two, three) =
            tokio::try_join!(pool.acquire(), pool.acquire(), pool.acquire()).unwrap();
        let mut waiting = Vec::new();
        for mut connection in [one, two, three] {
            waiting.push(async move { sqlx::query("SELECT 1").execute(&mut *connection).await });
        }

        for answered in join_all(waiting).await {
            answered.unwrap();
        }
        db.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn options_of_a_session_are_refused_rather_than_dropped() {
    on_postgres(async |database: TestDatabase| {
        let pooler = PgBouncer::before(database.url(), "pool_mode = transaction").await;
        let said = refused(&format!(
            "{}?options=-c%20search_path=elsewhere",
            pooler.url()
        ))
        .await;
        assert!(
            said.contains("PgBouncer") && said.contains("options"),
            "{said}"
        );
    })
    .await;
}

#[tokio::test]
async fn errors_of_the_pooler_are_reported_as_its_own() {
    on_postgres(async |database: TestDatabase| {
        let pooler = PgBouncer::before(
            database.url(),
            "pool_mode = transaction\nmax_client_conn = 0",
        )
        .await;
        let said = refused(pooler.url()).await;
        assert!(
            said.contains("PgBouncer") && said.contains("max_client_conn"),
            "{said}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_backup_is_made_of_the_server_itself() {
    on_postgres(async |database: TestDatabase| {
        let pooler = PgBouncer::before(database.url(), "pool_mode = transaction").await;
        let url = pooler.url().parse().unwrap();
        let db = db::open(&url).await.unwrap();
        let folder = TempDir::new().unwrap();
        let made = sovani_ops::backup::write(&db, &url, &folder.path().join("copy"), None).await;
        let said = made.unwrap_err().to_string();
        assert!(said.contains("PgBouncer"), "{said}");
    })
    .await;
}
