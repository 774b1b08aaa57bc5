//! From a database that an earlier version has made and used.

use std::path::Path;

use chrono::Duration;
use sovani_ops::{
    clock::Clock,
    db::Db,
    demo::{Marketplace, Platform},
    domain::{Fingerprint, Money},
    standin::{BotApi, Message},
};
use sqlx::migrate::Migrator;
use tempfile::TempDir;

use super::TODAY;
use crate::support::{
    database::TestDatabase,
    deadline::eventually,
    program::{ALERT_CHAT, Setup, TELEGRAM_TOKEN, moment, telegram},
};

const CASH: &str = "check_cash_balance_threshold";

/// Makes what the first version made.
async fn first_version(database: &TestDatabase) {
    let kind = if database.is_postgres() {
        "postgres"
    } else {
        "sqlite"
    };
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(kind);
    let first = TempDir::new().unwrap();
    let name = "0001_ops.sql";
    std::fs::copy(migrations.join(name), first.path().join(name)).unwrap();
    let mut migrator = Migrator::new(first.path()).await.unwrap();
    migrator.table_name = "ops_migrations".into();
    match database.db() {
        Db::Sqlite(pool, ..) => migrator.run(pool).await.unwrap(),
        Db::Postgres(pool, ..) => migrator.run(pool).await.unwrap(),
    }
}

/// An open incident that the first version has notified twice, and a message that it did not deliver.
async fn used(database: &TestDatabase) {
    let fingerprint = Fingerprint::of(CASH, "OZON");
    database
        .execute(format!(
            "INSERT INTO ops_incidents (fingerprint, source, severity, message, extras_json, opened_at, last_seen_at,
                occurrences, passes, notifications, notified_at, notified_severity)
             VALUES ('{fingerprint}', '{CASH}', 'critical', 'Cash balance low', '{{}}', '2025-10-02 08:00:00.000000',
                '2025-10-02 08:55:00.000000', 12, 0, 2, '2025-10-02 08:55:00.000000', 'critical');
             INSERT INTO ops_outbox (created_at, chat_id, alert_id, incident_id, html, buttons, silent, state, attempts,
                next_attempt_at, message_id)
             VALUES ('2025-10-02 08:00:00.000000', {ALERT_CHAT}, 1, 1, 'told', '[]', FALSE, 'sent', 1,
                    '2025-10-02 08:00:00.000000', 1),
                ('2025-10-02 08:55:00.000000', {ALERT_CHAT}, 2, 1, '<b>left over</b>', '[]', FALSE, 'pending', 0,
                    '2025-10-02 08:55:00.000000', NULL)"
        ))
        .await;
}

/// The first version's message in the chat.
async fn told_by_the_first_version(telegram: &BotApi) -> Message {
    let url = format!("{}/bot{TELEGRAM_TOKEN}/sendMessage", telegram.url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let told = client.post(url).form(&[
        ("chat_id", ALERT_CHAT.to_string().as_str()),
        ("text", "told"),
    ]);
    assert!(told.send().await.unwrap().status().is_success());
    telegram.bot_messages(ALERT_CHAT).remove(0)
}

#[each_database]
async fn open_incidents_and_messages_of_an_earlier_version_are_continued(database: TestDatabase) {
    let low = Money::from_roubles(-15_000);
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, low)
        .create(database.db())
        .await
        .unwrap();
    first_version(&database).await;
    used(&database).await;
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));

    let telegram = telegram().await;
    let told = told_by_the_first_version(&telegram).await;
    let setup = Setup::beside(&database)
        .at(&clock)
        .with("AUTO_REMEDIATION_ENABLED", "false");
    let mut program = setup.start_on(&telegram).await;
    program.hears(ALERT_CHAT, "left over").await;
    let stats = program.sweep().await;

    assert_eq!(
        (stats.failed, stats.alerts_sent),
        (1, 0),
        "the second wait is not over"
    );
    let kept = "SELECT occurrences * 100 + reminders * 10 + (SELECT COUNT(*) FROM ops_incidents) FROM ops_incidents";
    assert_eq!(database.number(kept).await, 1311);
    eventually("an empty outbox", async || {
        database
            .number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'")
            .await
            == 0
    })
    .await;
    let card = program
        .reads(&told, "#1 · since 11:00 · 13 failing checks")
        .await;
    assert!(!card.keyboard.is_empty());
    clock.advance(Duration::minutes(10));
    assert_eq!(program.sweep().await.alerts_sent, 1);
    let reminder = program
        .hears(ALERT_CHAT, "Still failing, 14 checks so far.")
        .await;
    assert_eq!(reminder.reply_to, Some(told.id));
    program.stop().await;
}
