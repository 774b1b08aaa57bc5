//! A database file that somebody removes, replaces or damages while the program uses it.

use std::{fs, os::unix::fs::FileExt, path::PathBuf};

use sovani_ops::{
    db::{Db, Present},
    demo::{Marketplace, Platform},
    domain::{Disturbance, Money},
};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions};

use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, Setup, TestProgram},
};

const TODAY: &str = "2025-10-02";

/// A program beside a platform, and the file that both use.
struct Used {
    program: TestProgram,
    file: PathBuf,
}

impl Used {
    async fn of(database: &TestDatabase) -> Self {
        let low = Money::from_roubles(-15_000);
        let platform = Platform::healthy(TODAY.parse().unwrap()).low_cash(Marketplace::Ozon, low);
        platform.create(database.db()).await.unwrap();
        let setup = Setup::beside(database).with("AUTO_REMEDIATION_ENABLED", "false");
        let program = setup.start().await;
        program.cx().telegram.me().await.unwrap();
        let file = database.url().strip_prefix("sqlite:///").unwrap().into();
        let used = Self { program, file };
        used.program.sweep().await;
        used.program
            .hears(ALERT_CHAT, "below alert threshold")
            .await;
        used.program.get("/readyz").await.ok();
        used
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(suffix);
        name.into()
    }

    /// With all that is beside it.
    fn rename(&self, from: &str, to: &str) {
        for suffix in ["", "-wal", "-shm"] {
            let (from, to) = (format!("{from}{suffix}"), format!("{to}{suffix}"));
            if self.beside(&from).exists() {
                fs::rename(self.beside(&from), self.beside(&to)).unwrap();
            }
        }
    }

    fn pool(&self) -> &SqlitePool {
        match &self.program.cx().db {
            Db::Sqlite(pool, ..) => pool,
            Db::Postgres(..) => unreachable!(),
        }
    }

    /// As another program sees it, which opens the file only now.
    async fn seen(&self, query: &'static str) -> String {
        let mut stranger = self.stranger().await;
        sqlx::query_scalar(query)
            .fetch_one(&mut stranger)
            .await
            .unwrap()
    }

    async fn stranger(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(&self.file);
        options.connect().await.unwrap()
    }

    async fn is_not_ready(&self, because: &str) {
        let said = self.program.get("/readyz").await.problem(503);
        assert!(said.contains(because), "{said}");
    }

    async fn is_whole_again(&self) {
        self.program.sweep().await;
        self.program.get("/readyz").await.ok();
        assert_eq!(self.seen("PRAGMA integrity_check").await, "ok");
        let runs = "SELECT CAST(COUNT(*) AS TEXT) FROM job_runs WHERE job_name = 'ops_health_check' AND finished_at IS NOT NULL";
        let before: u32 = self.seen(runs).await.parse().unwrap();
        self.program.sweep().await;
        let after: u32 = self.seen(runs).await.parse().unwrap();
        assert_eq!(after, before + 1, "a sweep that others see");
    }
}

#[tokio::test]
async fn a_file_that_is_deleted_is_told_and_nothing_takes_its_place() {
    on_sqlite(async |database| {
        let mut used = Used::of(&database).await;
        used.rename("", ".away");

        used.is_not_ready("deleted or moved away while it was in use")
            .await;
        used.program.sweep().await;

        used.program
            .hears(ALERT_CHAT, "deleted or moved away")
            .await;
        assert!(
            !used.file.exists(),
            "an empty one would look like the platform's"
        );
        used.rename(".away", "");
        used.is_whole_again().await;
        used.program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_replaced_is_reported_and_reopened() {
    on_sqlite(async |database| {
        let mut used = Used::of(&database).await;
        let copy = used.beside(".copy");
        sqlx::query("VACUUM INTO $1")
            .bind(copy.to_str().unwrap())
            .execute(used.pool())
            .await
            .unwrap();
        used.rename("", ".away");
        fs::rename(&copy, &used.file).unwrap();

        used.is_not_ready("replaced while it was in use").await;
        used.program.sweep().await;

        used.program
            .hears(ALERT_CHAT, "replaced while it was in use")
            .await;
        used.is_whole_again().await;
        used.program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_file_without_anything_of_ours_gets_its_tables() {
    on_sqlite(async |database| {
        let mut used = Used::of(&database).await;
        used.rename("", ".away");
        let mut empty = SqliteConnectOptions::new()
            .filename(&used.file)
            .create_if_missing(true)
            .connect()
            .await
            .unwrap();
        sqlx::query("CREATE TABLE of_the_platform (id INTEGER)")
            .execute(&mut empty)
            .await
            .unwrap();

        used.program.sweep().await;

        used.is_whole_again().await;
        used.program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_journal_that_is_removed_is_told_and_what_it_held_is_saved() {
    for suffixes in [&["-wal"][..], &["-wal", "-shm"]] {
        on_sqlite(async |database| {
            let mut used = Used::of(&database).await;
            let cash = "SELECT CAST(COUNT(*) AS TEXT) FROM ops_alerts_history WHERE source = 'check_cash_balance_threshold'";
            let alerts = used.seen(cash).await;
            assert_ne!(alerts, "0");
            // The test's own pool keeps the lost journal open too.
            database.db().close().await;
            for suffix in suffixes {
                fs::remove_file(used.beside(suffix)).unwrap();
            }

            used.is_not_ready("journal of the database was removed").await;
            used.program.sweep().await;

            used.program.hears(ALERT_CHAT, "journal of the database was removed").await;
            used.is_whole_again().await;
            assert_eq!(used.seen(cash).await, alerts);
            used.program.stop().await;
        })
        .await;
    }
}

/// The page with the balances is overwritten, as a failing disk or a careless copy does.
#[tokio::test]
async fn a_damaged_file_is_told_until_it_is_mended() {
    on_sqlite(async |database| {
        let mut used = Used::of(&database).await;
        let page: i64 = database
            .number("SELECT rootpage FROM sqlite_master WHERE name = 'cashflow_daily'")
            .await;
        let size: i64 = database
            .number("SELECT page_size FROM pragma_page_size()")
            .await;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(used.pool())
            .await
            .unwrap();
        let at = u64::try_from((page - 1) * size).unwrap();
        let mut whole = [0; 64];
        fs::File::open(&used.file)
            .unwrap()
            .read_exact_at(&mut whole, at)
            .unwrap();
        write_over(&used, &[0xA7; 64], at).await;

        used.program.sweep().await;
        used.is_not_ready("The database file is damaged").await;
        used.program.sweep().await;
        used.program
            .hears(ALERT_CHAT, "The database file is damaged")
            .await;

        write_over(&used, &whole, at).await;
        used.program.sweep().await;
        used.program.get("/readyz").await.ok();
        used.program.stop().await;
    })
    .await;
}

/// A part of the file, of which no connection in the pool remembers anything.
async fn write_over(used: &Used, bytes: &[u8], at: u64) {
    let file = fs::File::options().write(true).open(&used.file).unwrap();
    file.write_all_at(bytes, at).unwrap();
    let mut held = Vec::new();
    while let Some(connection) = used.pool().try_acquire() {
        held.push(connection);
    }
    for connection in held {
        connection.close().await.unwrap();
    }
}

#[test]
fn what_happened_to_a_file_is_seen_by_its_numbers() {
    let here = |file, wal, shm| Present {
        file,
        journal: [wal, shm],
    };
    let one = Some((1, 10));
    let (wal, shm) = (Some((1, 11)), Some((1, 12)));
    let then = here(one, wal, shm);
    for (now, disturbance) in [
        (then, None),
        (here(None, None, None), Some(Disturbance::Gone)),
        (here(None, wal, shm), Some(Disturbance::Gone)),
        (here(Some((1, 99)), wal, shm), Some(Disturbance::Replaced)),
        (here(Some((2, 10)), wal, shm), Some(Disturbance::Replaced)),
        (here(one, None, shm), Some(Disturbance::JournalLost)),
        (here(one, wal, None), Some(Disturbance::JournalLost)),
        (
            here(one, Some((1, 13)), shm),
            Some(Disturbance::JournalLost),
        ),
    ] {
        assert_eq!(now.since(then), disturbance, "{now:?}");
    }
    let unjournalled = here(one, None, None);
    assert_eq!(then.since(unjournalled), None);
}
