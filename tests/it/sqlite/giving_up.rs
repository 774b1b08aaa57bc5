//! Connections after errors by which SQLite ends a transaction on its own.

use std::{fs, process::Command};

use sovani_ops::db::{self, Db};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tempfile::TempDir;

/// More than the pool has connections.
const USES: usize = 25;
/// Set in the process in which memory may run out.
const ALONE: &str = "SOVANI_TEST_ALONE";

struct Kept {
    pool: SqlitePool,
    folder: TempDir,
}

impl Kept {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:///{}", folder.path().join("x.db").display());
        let Db::Sqlite(pool, ..) = db::connect(&url.parse().unwrap(), db::POOL_SIZE)
            .await
            .unwrap()
        else {
            unreachable!()
        };
        let kept = Self { pool, folder };
        kept.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text BLOB)")
            .await;
        kept.execute("INSERT INTO t (text) VALUES (zeroblob(100000))")
            .await;
        kept
    }

    async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.unwrap();
    }

    async fn begin(&self) -> Transaction<'static, Sqlite> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.unwrap()
    }

    /// A transaction that has written something which must not stay.
    async fn half_done(&self) -> Transaction<'static, Sqlite> {
        let mut tx = self.begin().await;
        sqlx::query("INSERT INTO t (text) VALUES ('half')")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx
    }

    /// Every use that follows begins, writes and commits; nothing of what was cut off is there.
    async fn serves_on(&self) {
        for _ in 0..USES {
            let mut tx = self.begin().await;
            sqlx::query("INSERT INTO t (text) VALUES ('whole')")
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
        for (text, count) in [("half", 0), ("whole", USES)] {
            let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM t WHERE text = $1")
                .bind(text)
                .fetch_one(&self.pool)
                .await
                .unwrap();
            assert_eq!(usize::try_from(found).unwrap(), count, "{text}");
        }
    }
}

/// The primary code of the error.
async fn fails(connection: &mut SqliteConnection, sql: &'static str) -> i32 {
    let error = sqlx::query(sql).fetch_all(connection).await.unwrap_err();
    let code = error.as_database_error().unwrap().code().unwrap();
    code.parse::<i32>().unwrap() & 0xFF
}

#[tokio::test]
async fn a_full_disk_takes_no_connection_with_it() {
    let kept = Kept::new().await;
    let mut tx = kept.half_done().await;
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&mut *tx)
        .await
        .unwrap();

    assert_eq!(
        fails(&mut tx, "INSERT INTO t (text) VALUES (zeroblob(1000000))").await,
        13
    );

    drop(tx);
    kept.serves_on().await;
}

#[tokio::test]
async fn a_full_disk_under_a_savepoint_takes_no_connection_with_it() {
    let kept = Kept::new().await;
    let mut tx = kept.half_done().await;
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&mut *tx)
        .await
        .unwrap();
    let mut inner = tx.begin().await.unwrap();

    assert_eq!(
        fails(
            &mut inner,
            "INSERT INTO t (text) VALUES (zeroblob(1000000))"
        )
        .await,
        13
    );

    drop(inner);
    drop(tx);
    kept.serves_on().await;
}

#[tokio::test]
async fn an_interrupt_takes_no_connection_with_it() {
    let kept = Kept::new().await;
    let mut tx = kept.half_done().await;
    tx.lock_handle()
        .await
        .unwrap()
        .set_progress_handler(1, || false);

    assert_eq!(fails(&mut tx, "UPDATE t SET text = 'half'").await, 9);

    drop(tx);
    kept.serves_on().await;
}

#[tokio::test]
async fn an_error_of_the_disk_takes_no_connection_with_it() {
    let kept = Kept::new().await;
    kept.execute("PRAGMA wal_autocheckpoint = 0").await;
    kept.execute("INSERT INTO t (text) VALUES (zeroblob(1000000))")
        .await;
    let mut tx = kept.half_done().await;
    let wal = kept.folder.path().join("x.db-wal");
    let whole = fs::read(&wal).unwrap();
    // Pages that are in the journal and not in memory cannot be read any more.
    sqlx::query("PRAGMA shrink_memory")
        .execute(&mut *tx)
        .await
        .unwrap();
    fs::File::options()
        .write(true)
        .open(&wal)
        .unwrap()
        .set_len(32)
        .unwrap();

    let code = fails(&mut tx, "SELECT SUM(LENGTH(hex(text))) FROM t").await;

    assert_eq!(code, 10);
    fs::write(&wal, whole).unwrap();
    drop(tx);
    kept.serves_on().await;
}

#[tokio::test]
async fn a_lock_that_does_not_come_takes_no_connection_with_it() {
    let kept = Kept::new().await;
    let holding = kept.begin().await;

    let refused = kept.pool.begin_with("BEGIN IMMEDIATE").await;

    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("database is locked")
    );
    drop(holding);
    kept.serves_on().await;
}

/// The limit of memory is the whole process's, in which other tests run.
#[test]
fn a_lack_of_memory_takes_no_connection_with_it() {
    let test = "sqlite::giving_up::in_a_process_of_its_own";
    let alone = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    let told = String::from_utf8_lossy(&alone.stderr);
    assert!(
        alone.status.success() && said.contains("1 passed"),
        "{said}{told}"
    );
}

#[tokio::test]
#[ignore = "run by the test above, in a process of its own"]
async fn in_a_process_of_its_own() {
    if std::env::var_os(ALONE).is_none() {
        return;
    }
    let kept = Kept::new().await;
    let mut tx = kept.half_done().await;
    let limit = async |connection: &mut SqliteConnection, sql| {
        sqlx::query(sql).fetch_all(connection).await.unwrap();
    };
    limit(&mut tx, "PRAGMA hard_heap_limit = 2000000").await;

    let code = fails(
        &mut tx,
        "INSERT INTO t (text) VALUES (zeroblob(50000000) || 'half')",
    )
    .await;

    assert_eq!(code, 7);
    drop(tx);
    kept.serves_on().await;
}
