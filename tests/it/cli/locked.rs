//! The first start on a file that others use in the mode that SQLite has by default.

use std::{fs, process, time::Instant};

use sovani_ops::db::BUSY_TIMEOUT;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{BOUND, Said, Shell};
use crate::support::deadline::eventually;

/// The platform, with a file that has never been in WAL, beside a shell whose `DATABASE_URL` leads there.
async fn platform() -> (Shell, SqliteConnection) {
    let shell = Shell::new().with("DATABASE_URL", "sqlite:///x.db");
    let mut platform = SqliteConnectOptions::new()
        .filename(shell.folder.path().join("x.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Delete)
        .busy_timeout(BUSY_TIMEOUT)
        .connect()
        .await
        .unwrap();
    does(&mut platform, "CREATE TABLE t (id INTEGER PRIMARY KEY)").await;
    (shell, platform)
}

async fn does(platform: &mut SqliteConnection, sql: &'static str) {
    sqlx::query(sql).execute(platform).await.unwrap();
}

async fn text(platform: &mut SqliteConnection, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(platform).await.unwrap()
}

/// It waits as long as any writer does, changes nothing, and says who is in the way.
async fn is_refused(shell: &Shell) {
    let holder = fs::read_to_string("/proc/self/comm").unwrap();
    let holder = format!("locked by {} (process {})", holder.trim(), process::id());
    let begun = Instant::now();
    let said = shell.runs(&["migrate"]).await;
    assert!(begun.elapsed() >= BUSY_TIMEOUT);
    let told = said.fails_with(2);
    for part in [
        "sqlite:x.db cannot be opened",
        &holder,
        "database is locked",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("permissions"), "{told}");
}

#[tokio::test]
async fn somebody_who_writes_is_waited_for_and_named() {
    let (shell, mut platform) = platform().await;
    does(&mut platform, "BEGIN IMMEDIATE").await;
    does(&mut platform, "INSERT INTO t DEFAULT VALUES").await;

    is_refused(&shell).await;

    does(&mut platform, "COMMIT").await;
    assert_eq!(text(&mut platform, "PRAGMA journal_mode").await, "delete");
    shell.runs(&["migrate"]).await.succeeds();
}

#[tokio::test]
async fn somebody_who_reads_is_waited_for_and_named() {
    let (shell, mut platform) = platform().await;
    does(&mut platform, "INSERT INTO t DEFAULT VALUES").await;
    let mut reading = platform.begin().await.unwrap();
    sqlx::query("SELECT * FROM t")
        .fetch_all(&mut *reading)
        .await
        .unwrap();

    is_refused(&shell).await;

    reading.rollback().await.unwrap();
    shell.runs(&["migrate"]).await.succeeds();
}

#[tokio::test]
async fn a_start_continues_as_soon_as_the_writer_has_finished() {
    for begin in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        goes_on_after(begin).await;
    }
}

async fn goes_on_after(begin: &'static str) {
    let (shell, mut platform) = platform().await;
    does(&mut platform, begin).await;
    does(&mut platform, "INSERT INTO t DEFAULT VALUES").await;
    let mut starting = shell.command(&["migrate"]);
    let starting = starting
        .stdout(process::Stdio::piped())
        .stderr(process::Stdio::piped())
        .spawn()
        .unwrap();
    let open = format!("/proc/{}/fd", starting.id().unwrap());
    eventually("it has the file open", async || {
        let open = fs::read_dir(&open).into_iter().flatten().flatten();
        let mut open = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        open.any(|target| target.ends_with("x.db"))
    })
    .await;

    does(&mut platform, "COMMIT").await;

    let ended = tokio::time::timeout(BOUND, starting.wait_with_output()).await;
    Said::from(ended.unwrap().unwrap()).succeeds();
}

/// The platform's open connections continue and lose nothing.
#[tokio::test]
async fn a_platform_that_writes_all_the_time_survives_the_switch() {
    let (shell, mut platform) = platform().await;
    let starting = shell.runs(&["migrate"]);
    tokio::pin!(starting);
    let mut written = 0;
    let said = loop {
        tokio::select! {
            biased;
            said = &mut starting => break said,
            () = does(&mut platform, "INSERT INTO t DEFAULT VALUES") => written += 1,
        }
    };
    said.succeeds();
    for _ in 0..10 {
        does(&mut platform, "INSERT INTO t DEFAULT VALUES").await;
        written += 1;
    }
    assert_eq!(text(&mut platform, "PRAGMA journal_mode").await, "wal");
    assert_eq!(text(&mut platform, "PRAGMA integrity_check").await, "ok");
    let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM t")
        .fetch_one(&mut platform)
        .await
        .unwrap();
    // The one that was under way when the program ended may be there or not.
    assert!(
        (written..=written + 1).contains(&rows),
        "{rows} of {written}"
    );
    shell.runs(&["check"]).await;
    assert_eq!(text(&mut platform, "PRAGMA integrity_check").await, "ok");
}
