//! Of two programs on one database, one is stopped or killed in the middle of something: the other goes on.

use std::time::Duration;

use chrono::Utc;
use chrono_tz::Europe::Moscow;
use sovani_ops::{
    db::Db,
    demo::Platform,
    standin::{BotApi, Fault, Scope, Times},
};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::support::{
    database::{TestDatabase, on_postgres},
    deadline::{eventually, eventually_within},
    process::{CHATS, Process, telegram},
};

/// Longer than every limit and lease together, on a busy machine. Without them it would take for ever, or two minutes.
const SOON: Duration = Duration::from_secs(30);
const SWEEPS: &str =
    "SELECT COUNT(*) FROM job_runs WHERE job_name = 'ops_health_check' AND status = 'success'";
const IN_A_TRANSACTION: &str = "SELECT COUNT(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state = 'idle in transaction' AND application_name = 'sovani-ops'";
/// It has the lock of all writers, and waits for the one of the table.
const WAITS_AS_WRITER: &str = "SELECT COUNT(*) FROM pg_locks waiting JOIN pg_locks held USING (pid)
    WHERE NOT waiting.granted AND waiting.relation = to_regclass('job_runs')
        AND held.granted AND held.locktype = 'advisory'";

/// A platform of which the chats are told nothing.
async fn healthy(database: &TestDatabase) {
    let today = Utc::now().with_timezone(&Moscow).date_naive();
    Platform::healthy(today)
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
}

async fn two(
    database: &TestDatabase,
    telegram: &BotApi,
    settings: &[(&str, &str)],
) -> [Process; 2] {
    healthy(database).await;
    let mut first = Process::start(database, telegram, settings);
    first.api().await.unwrap();
    sweeps_go_on(database).await;
    let mut second = Process::start(database, telegram, settings);
    second.api().await.unwrap();
    [first, second]
}

async fn sweeps_go_on(database: &TestDatabase) {
    let before = database.number(SWEEPS).await;
    eventually_within(SOON, "another sweep", async || {
        database.number(SWEEPS).await > before
    })
    .await;
}

async fn post(database: &TestDatabase, chat: i64, text: &str) {
    database
        .execute(format!(
            "INSERT INTO ops_outbox (created_at, pending_since, next_attempt_at, chat_id, html, buttons, silent, kind,
                 state, attempts)
             SELECT now, now, now, {chat}, '{text}', '[]', FALSE, 'post', 'pending', 0
             FROM (SELECT now() AT TIME ZONE 'UTC' AS now) clock"
        ))
        .await;
}

fn said(telegram: &BotApi, chat: i64, text: &str) -> usize {
    let said = telegram.bot_messages(chat);
    said.iter().filter(|message| message.text == text).count()
}

async fn is_said(telegram: &BotApi, chat: i64, text: &str) {
    eventually_within(SOON, text, async || said(telegram, chat, text) > 0).await;
}

/// A transaction that may wait for longer than those of the program.
async fn begin(database: &TestDatabase) -> Transaction<'static, Postgres> {
    let Db::Postgres(pool, ..) = database.db() else {
        unreachable!("PostgreSQL was asked for")
    };
    let mut transaction = pool.begin().await.unwrap();
    let connection: &mut PgConnection = &mut transaction;
    sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0")
        .execute(connection)
        .await
        .unwrap();
    transaction
}

/// Stops the one that sweeps inside a transaction, when it has the lock that all writers wait for.
async fn freeze_inside_a_transaction(database: &TestDatabase, sweeping: &Process) {
    let mut holder = begin(database).await;
    let lock = "LOCK TABLE job_runs IN ACCESS EXCLUSIVE MODE";
    let connection: &mut PgConnection = &mut holder;
    sqlx::query(lock).execute(connection).await.unwrap();
    eventually("a writer that waits", async || {
        database.number(WAITS_AS_WRITER).await == 1
    })
    .await;
    sweeping.freeze().await;
    holder.rollback().await.unwrap();
    eventually("a stopped transaction", async || {
        database.number(IN_A_TRANSACTION).await == 1
    })
    .await;
}

#[tokio::test]
async fn a_program_that_is_stopped_inside_a_transaction_holds_up_the_other_for_seconds_only() {
    on_postgres(async |database| {
        let telegram = telegram().await;
        let admins = [("ADMIN_USER_IDS", "501")];
        let [first, second] = two(&database, &telegram, &admins).await;
        freeze_inside_a_transaction(&database, &first).await;
        post(&database, CHATS[0], "while one is stopped").await;
        telegram
            .person(CHATS[0], "Anna")
            .says(CHATS[0], "/whoami")
            .unwrap();

        sweeps_go_on(&database).await;
        is_said(&telegram, CHATS[0], "while one is stopped").await;
        eventually_within(SOON, "an answer", async || {
            let said = telegram.bot_messages(CHATS[0]);
            said.iter().any(|message| message.text.contains("role"))
        })
        .await;

        // After it wakes up it has no transaction, and stands by until its turn comes.
        first.thaw().await;
        second.kill().await;
        post(&database, CHATS[0], "when the other is gone").await;
        is_said(&telegram, CHATS[0], "when the other is gone").await;
        sweeps_go_on(&database).await;
        let (status, log) = first.terminate().await;
        assert!(status.success(), "{log}");
        assert_eq!(said(&telegram, CHATS[0], "while one is stopped"), 1);
    })
    .await;
}

/// The same as a host that swaps for minutes does it, and with the other one's whole work watched.
#[tokio::test]
#[ignore = "takes four minutes"]
async fn a_program_that_is_stopped_for_minutes_holds_up_nobody_and_doubles_nothing() {
    on_postgres(async |database| {
        let telegram = telegram().await;
        let [first, second] = two(&database, &telegram, &[]).await;
        freeze_inside_a_transaction(&database, &first).await;

        for minute in 0..20 {
            sweeps_go_on(&database).await;
            let text = format!("message {minute}");
            post(&database, CHATS[1], &text).await;
            is_said(&telegram, CHATS[1], &text).await;
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        first.thaw().await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        for minute in 0..20 {
            assert_eq!(said(&telegram, CHATS[1], &format!("message {minute}")), 1);
        }
        for process in [first, second] {
            let (status, log) = process.terminate().await;
            assert!(status.success(), "{log}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_program_was_sending_is_sent_by_the_other_within_seconds() {
    on_postgres(async |database| {
        let telegram = telegram().await;
        let hangs = Fault::Delay(Duration::from_secs(600));
        let [first, second] = two(&database, &telegram, &[]).await;
        post(&database, CHATS[1], "before").await;
        is_said(&telegram, CHATS[1], "before").await;
        telegram.fail(Scope::Chat(CHATS[0]), Times::Once, hangs);
        post(&database, CHATS[0], "hello").await;
        eventually("a delivery under way", async || {
            telegram
                .calls_of("sendMessage")
                .iter()
                .any(|call| call.chat() == Some(CHATS[0]))
        })
        .await;

        // Whichever of the two delivers, the first is the one that sweeps.
        let claimed =
            "SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending' AND claimed_by IS NOT NULL";
        assert_eq!(database.number(claimed).await, 1);
        let deliverer = database
            .texts("SELECT holder FROM ops_leases WHERE name = 'outbox'")
            .await;
        let sweeper = database
            .texts("SELECT holder FROM ops_leases WHERE name = 'sweep'")
            .await;
        let (dies, stays) = if deliverer == sweeper {
            (first, second)
        } else {
            (second, first)
        };
        dies.kill().await;

        is_said(&telegram, CHATS[0], "hello").await;
        sweeps_go_on(&database).await;
        assert_eq!(said(&telegram, CHATS[0], "hello"), 1);
        let (status, log) = stays.terminate().await;
        assert!(status.success(), "{log}");
    })
    .await;
}

#[tokio::test]
async fn what_a_stopped_program_was_about_to_send_it_does_not_send_when_it_is_woken() {
    on_postgres(async |database| {
        let telegram = telegram().await;
        // Of five messages at once the sixth waits for its place in the chat.
        let rates = [("TELEGRAM_CHAT_PER_MIN", "4")];
        healthy(&database).await;
        let mut first = Process::start(&database, &telegram, &rates);
        first.api().await.unwrap();
        for number in 1..=6 {
            post(&database, CHATS[0], &format!("message {number}")).await;
        }
        is_said(&telegram, CHATS[0], "message 5").await;
        let last = "SELECT COUNT(*) FROM ops_outbox
            WHERE state = 'sent' OR (claimed_by IS NOT NULL AND leased_until IS NOT NULL)";
        eventually("the sixth is taken up", async || {
            database.number(last).await == 6
        })
        .await;
        first.freeze().await;

        let mut second = Process::start(&database, &telegram, &[]);
        second.api().await.unwrap();
        is_said(&telegram, CHATS[0], "message 6").await;
        first.thaw().await;
        first
            .logs("another process delivers this message now")
            .await;

        assert_eq!(said(&telegram, CHATS[0], "message 6"), 1);
        for process in [first, second] {
            let (status, log) = process.terminate().await;
            assert!(status.success(), "{log}");
        }
    })
    .await;
}
