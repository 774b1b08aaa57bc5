//! The second record, which `AUDIT_LOG` names.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixDatagram},
    path::Path,
};

use serde_json::Value;
use tempfile::TempDir;

use super::act;
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ALERT_CHAT, Setup, TestProgram},
};

async fn copying_to(database: &TestDatabase, place: impl Into<String>) -> TestProgram {
    Setup::beside(database)
        .with("AUDIT_LOG", place)
        .start()
        .await
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

async fn has(file: &Path, count: usize) {
    let what = format!("{count} lines");
    eventually(&what, async || lines(file).len() == count).await;
}

fn ids(file: &Path) -> Vec<i64> {
    let lines = lines(file);
    lines
        .iter()
        .map(|line| line["id"].as_i64().unwrap())
        .collect()
}

async fn acts(program: &TestProgram, count: usize) {
    for number in 0..count {
        act(program, &format!("incident {number}")).await;
        program.cx().books.written.notify_one();
    }
}

#[each_database]
async fn every_row_is_appended_to_the_file_with_its_digest(database: TestDatabase) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("audit.jsonl");
    let mut program = copying_to(&database, file.to_str().unwrap()).await;
    program
        .post("/api/v1/ops/silences?scope=all&duration=2h")
        .await;
    acts(&program, 2).await;
    has(&file, 3).await;
    let lines = lines(&file);
    assert_eq!(lines[0]["act"], "silence");
    assert_eq!(
        (&lines[0]["actor"], &lines[0]["from"], &lines[0]["outcome"]),
        (&"rest".into(), &"127.0.0.1".into(), &"done".into())
    );
    let digests = database
        .texts("SELECT hash FROM ops_audit ORDER BY id")
        .await;
    let copied: Vec<_> = lines
        .iter()
        .map(|line| line["hash"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(copied, digests);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );

    // Nothing twice after a restart, and nothing is missing of what came in between.
    program.stop().await;
    super::record(database.db(), "by another process", &program).await;
    program.restart().await;
    acts(&program, 1).await;
    has(&file, 5).await;
    assert_eq!(ids(&file), [1, 2, 3, 4, 5]);
}

#[each_database]
async fn a_file_that_was_moved_away_is_created_again(database: TestDatabase) {
    let folder = TempDir::new().unwrap();
    let (file, old) = (
        folder.path().join("audit.jsonl"),
        folder.path().join("audit.jsonl.1"),
    );
    let mut program = copying_to(&database, file.to_str().unwrap()).await;
    acts(&program, 2).await;
    has(&file, 2).await;
    fs::rename(&file, &old).unwrap();
    acts(&program, 1).await;
    has(&file, 1).await;
    fs::rename(&file, &old).unwrap();
    program.restart().await;
    acts(&program, 1).await;
    has(&file, 1).await;
    assert_eq!(ids(&file), [4]);
}

#[tokio::test]
async fn a_copy_that_fails_is_told_stops_nothing_and_is_made_up_for() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("later").join("audit.jsonl");
        let program = copying_to(&database, file.to_str().unwrap()).await;
        acts(&program, 3).await;
        let told = program.hears(ALERT_CHAT, "AUDIT_LOG (").await;
        assert!(
            told.text
                .contains("cannot be written: No such file or directory"),
            "{}",
            told.text
        );
        fs::create_dir(file.parent().unwrap()).unwrap();
        acts(&program, 1).await;
        has(&file, 4).await;
        program
            .hears(ALERT_CHAT, "AUDIT_LOG is written again")
            .await;
        assert_eq!(program.said_in(ALERT_CHAT).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_target_that_is_no_file_is_not_waited_for() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let mut program = copying_to(&database, pipe.to_str().unwrap()).await;
        acts(&program, 1).await;
        program.hears(ALERT_CHAT, "AUDIT_LOG (").await;
        program
            .post("/api/v1/ops/silences?scope=all&duration=2h")
            .await;
        program.stop().await;
        assert_eq!(database.number("SELECT COUNT(*) FROM ops_audit").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_line_that_was_cut_off_spoils_no_other() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("audit.jsonl");
        let mut program = copying_to(&database, file.to_str().unwrap()).await;
        acts(&program, 1).await;
        has(&file, 1).await;
        program.stop().await;
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, format!("{text}{{\"id\": 2, \"act")).unwrap();
        program.restart().await;
        acts(&program, 1).await;
        has(&file, 2).await;
        assert_eq!(ids(&file), [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn syslog_gets_each_row_once() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        let socket = UnixDatagram::bind(&path).unwrap();
        let mut program = copying_to(&database, format!("syslog:{}", path.display())).await;
        acts(&program, 1).await;
        let receive = |socket: UnixDatagram| {
            tokio::task::spawn_blocking(move || {
                let mut bytes = [0; 4096];
                let length = socket.recv(&mut bytes).unwrap();
                (
                    socket,
                    String::from_utf8_lossy(&bytes[..length]).into_owned(),
                )
            })
        };
        let (socket, first) = receive(socket).await.unwrap();
        assert!(first.starts_with("<85>sovani-ops-audit: {"), "{first}");
        program.restart().await;
        acts(&program, 1).await;
        let (_, second) = receive(socket).await.unwrap();
        let row: Value = serde_json::from_str(second.split_once(": ").unwrap().1).unwrap();
        assert_eq!(row["id"], 2);
    })
    .await;
}
