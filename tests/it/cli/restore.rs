//! A backup that was made under load, restored by the steps of `docs/operations.md`.

use std::path::Path;

use chrono::{Duration, Utc};
use sovani_ops::{
    demo::{Marketplace, faults},
    domain::Money,
    standin::BotApi,
};
use tempfile::TempDir;
use tokio::process::Command;

use super::Shell;
use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    deadline::{eventually, eventually_within},
    process::{Process, overdrawn, telegram},
    program::ADMIN_TOKEN,
};

/// Every failing check is an alert.
const BURST: [(&str, &str); 3] = [
    ("ALERT_DEDUP_WINDOW_SEC", "0"),
    ("ALERT_REMINDER_BACKOFF", "none"),
    ("AUTO_REMEDIATION_ENABLED", "false"),
];
/// A private chat takes one message a second, and what waited in the backup has to go out.
const CALM: std::time::Duration = std::time::Duration::from_secs(120);
const QUIET: [(&str, &str); 2] = [
    ("OPS_CHECK_INTERVAL_SEC", "3600"),
    ("AUTO_REMEDIATION_ENABLED", "false"),
];

/// Parts that the copy must share with the original: each is one text of a row.
const PARTS: [&str; 4] = [
    "SELECT CAST(id AS TEXT) || ' ' || fingerprint || ' ' || CAST(opened_at AS TEXT) FROM ops_incidents ORDER BY id",
    "SELECT CAST(id AS TEXT) || ' ' || message FROM ops_alerts_history ORDER BY id",
    "SELECT CAST(id AS TEXT) || ' ' || scope || ' ' || CAST(ends_at AS TEXT) FROM ops_silences ORDER BY id",
    "SELECT target || ' ' || CAST(at AS TEXT) || ' ' || CAST(good AS TEXT) FROM ops_sli ORDER BY 1",
];

async fn parts(database: &TestDatabase) -> Vec<Vec<String>> {
    let mut parts = Vec::new();
    for part in PARTS {
        parts.push(database.texts(part).await);
    }
    parts
}

/// Alerts in a row, each with a figure of its own.
async fn keep_busy(database: &TestDatabase, api: &str) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for change in 0.. {
        let balance = Money::from_kopecks(-2_000_000 - change);
        faults::set_cash_balance(database.db(), Marketplace::Ozon, balance)
            .await
            .unwrap();
        let url = format!("{api}/api/v1/ops/run-detectors?notify=true");
        client
            .post(url)
            .bearer_auth(ADMIN_TOKEN)
            .send()
            .await
            .unwrap();
    }
}

/// The cards that are in a chat.
const ARRIVED: &str = "SELECT DISTINCT chat_id || ' ' || incident_id FROM ops_outbox
        WHERE kind = 'card' AND message_id IS NOT NULL";

/// Takes a backup in the middle of a burst of alerts. What the database held before it began, and after it ended.
async fn backed_up_under_load(
    database: &TestDatabase,
    telegram: &BotApi,
    file: &Path,
) -> [Vec<Vec<String>>; 2] {
    overdrawn(database).await;
    let mut process = Process::start(database, telegram, &BURST);
    let api = process.api().await.expect("the program starts");
    // Recent enough to be kept.
    let day = (Utc::now() - Duration::days(40)).date_naive();
    database
        .execute(format!(
            "INSERT INTO ops_silences (created_at, scope, reason, created_by, created_name, starts_at, ends_at)
             VALUES ('{day} 09:00:00', 'check_db_growth', 'r', 'rest', 'REST', '{day} 09:00:00', '2999-01-01 00:00:00');
             INSERT INTO ops_sli (target, at, d, good, total) VALUES ('api_latency', '{day} 09:00:00', '{day}', 7, 8)"
        ))
        .await;
    let shell = Shell::new()
        .with("DATABASE_URL", database.url())
        .with("PATH", std::env::var("PATH").unwrap());
    let around = async {
        eventually("alerts come and arrive", async || {
            let come = "SELECT COUNT(*) FROM ops_alerts_history";
            database.number(come).await > 5 && !database.texts(ARRIVED).await.is_empty()
        })
        .await;
        let before = parts(database).await;
        shell
            .runs(&["backup", file.to_str().unwrap()])
            .await
            .succeeds();
        let during = database
            .number("SELECT COUNT(*) FROM ops_alerts_history")
            .await;
        eventually("more alerts come", async || {
            database
                .number("SELECT COUNT(*) FROM ops_alerts_history")
                .await
                > during
        })
        .await;
        [before, parts(database).await]
    };
    let seen = tokio::select! {
        seen = around => seen,
        () = keep_busy(database, &api) => unreachable!("it goes on for ever"),
    };
    let (status, log) = process.terminate().await;
    assert!(status.success(), "{log}");
    seen
}

/// The real program on the restored database, beside the same chats.
async fn goes_on(
    restored: &TestDatabase,
    telegram: &BotApi,
    [before, after]: &[Vec<Vec<String>>; 2],
) {
    let held = parts(restored).await;
    for ((before, held), after) in before.iter().zip(&held).zip(after) {
        assert!(
            before.iter().all(|row| held.contains(row)),
            "lost: {before:#?} {held:#?}"
        );
        assert!(
            held.iter().all(|row| after.contains(row)),
            "made up: {held:#?} {after:#?}"
        );
    }
    assert!(held.iter().all(|part| !part.is_empty()));
    // A message in delivery at the time of the backup is sent again; one that had arrived is not.
    let arrived = restored.texts(ARRIVED).await;
    assert!(!arrived.is_empty());

    let mut process = Process::start(restored, telegram, &QUIET);
    process.api().await.expect("the program starts on a backup");
    eventually_within(CALM, "a sweep, and an empty outbox", async || {
        let sweeps = "SELECT COUNT(*) FROM job_runs WHERE status = 'success' AND job_name = 'ops_health_check'
            AND id = (SELECT MAX(id) FROM job_runs WHERE job_name = 'ops_health_check')";
        restored.number(sweeps).await == 1
            && restored.number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'").await == 0
    })
    .await;
    let (status, log) = process.terminate().await;

    assert!(status.success(), "{log}");
    let kept = parts(restored).await;
    assert_eq!(kept[2..], held[2..], "silences and service levels");
    assert!(
        held[1].iter().all(|alert| kept[1].contains(alert)),
        "the history"
    );
    for arrived in arrived {
        let (chat, incident) = arrived.split_once(' ').unwrap();
        let said = telegram.bot_messages(chat.parse().unwrap());
        let standing = said
            .iter()
            .filter(|said| said.text.contains(&format!("#{incident} ")))
            .count();
        assert_eq!(
            standing, 1,
            "{chat} was told of #{incident} anew: {said:#?}"
        );
    }
    assert!(telegram.refused_calls().is_empty());
}

#[tokio::test]
async fn a_program_continues_from_a_backup_on_sqlite() {
    on_sqlite(async |database| {
        let folder = TempDir::new().unwrap();
        let (backup, place) = (
            folder.path().join("backup.db"),
            folder.path().join("sovani_bot.db"),
        );
        let telegram = telegram().await;
        let seen = backed_up_under_load(&database, &telegram, &backup).await;

        std::fs::copy(&backup, &place).unwrap();
        let url = format!("sqlite:///{}", place.display());
        Shell::new()
            .with("DATABASE_URL", &url)
            .runs(&["migrate"])
            .await
            .succeeds();

        goes_on(&TestDatabase::connect(url).await, &telegram, &seen).await;
    })
    .await;
}

#[tokio::test]
async fn a_program_continues_from_a_backup_on_postgres() {
    on_postgres(|database| async move {
        let folder = TempDir::new().unwrap();
        let backup = folder.path().join("backup.dump");
        let telegram = telegram().await;
        let seen = backed_up_under_load(&database, &telegram, &backup).await;

        on_postgres(|restored| async move {
            let url: url::Url = restored.url().parse().unwrap();
            let status = Command::new("pg_restore")
                .args(["--exit-on-error", "--no-owner", "--dbname", restored.url()])
                .arg(&backup)
                .env("PGPASSWORD", url.password().unwrap())
                .status();
            assert!(status.await.unwrap().success());
            restored
                .execute(
                    "DELETE FROM ops_leases;
                     UPDATE ops_outbox SET leased_until = NULL WHERE state = 'pending'",
                )
                .await;
            Shell::new()
                .with("DATABASE_URL", restored.url())
                .runs(&["migrate"])
                .await
                .succeeds();

            goes_on(&restored, &telegram, &seen).await;
        })
        .await;
    })
    .await;
}
