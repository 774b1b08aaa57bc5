//! Alerts while the database takes nothing, or gives nothing.

use sovani_ops::{
    db::Db,
    ops::checks::run_one,
    standin::{Fault, Scope, Times},
};
use sqlx::{Connection, SqliteConnection};

use super::*;
use crate::support::{checks::detector, database::on_sqlite, program::ALERT_CHAT};

const GROUP: i64 = -1003;
const SUPERGROUP: i64 = -1009;

async fn lose_incidents(database: &TestDatabase) {
    database
        .execute("ALTER TABLE ops_incidents RENAME TO ops_incidents_away")
        .await;
}

async fn recover_incidents(database: &TestDatabase) {
    database
        .execute("ALTER TABLE ops_incidents_away RENAME TO ops_incidents")
        .await;
}

async fn in_a_group(database: &TestDatabase, clock: &Clock) -> TestProgram {
    let setup = setup(database).at(clock);
    let program = setup
        .with("ALERT_CHAT_IDS", GROUP.to_string())
        .start()
        .await;
    program.telegram().add_chat(GROUP, ChatKind::Group, "Ops");
    program
}

/// The group moves while the database is broken; it is notified all the same, and that is recorded later.
async fn tells_the_moved_group_from_memory(program: &TestProgram, database: &TestDatabase) {
    program.telegram().migrate(GROUP, SUPERGROUP).unwrap();
    lose_incidents(database).await;
    program.sweep().await;
    assert_eq!(cash_alerts(program, SUPERGROUP).len(), 1);
    recover_incidents(database).await;
    program.sweep().await;
    everything_is_delivered(database).await;
}

#[each_database]
async fn an_alert_that_cannot_be_written_down_is_sent_once_and_recorded_later(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database)
        .at(&clock)
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{ANNA}"))
        .start()
        .await;
    open_private_chat(&program, ANNA);
    lose_incidents(&database).await;
    let first_told = clock.now();

    assert_eq!(program.sweep().await.alerts_sent, 1);
    time_passes(&database, &clock, Duration::seconds(60)).await;
    assert_eq!(program.sweep().await.alerts_sent, 0);
    for chat in [ALERT_CHAT, ANNA] {
        assert_eq!(cash_alerts(&program, chat).len(), 1);
    }
    assert_eq!(reached(&database).await, [""; 0]);

    recover_incidents(&database).await;
    time_passes(&database, &clock, Duration::seconds(60)).await;
    assert_eq!(
        program.sweep().await.alerts_sent,
        0,
        "the window is not over"
    );

    assert_eq!(reached(&database).await, ["-1001,501"]);
    let recorded =
        format!("SELECT COUNT(*) FROM ops_alerts_history WHERE created_at = '{first_told}'");
    assert_eq!(
        database.number(recorded).await,
        1,
        "at the time that it was sent"
    );
    assert_eq!(alerts_counted(&program, CASH, Severity::Critical), 1);

    time_passes(&database, &clock, WINDOW).await;
    assert_eq!(program.sweep().await.alerts_sent, 1);
    program.hears(ALERT_CHAT, "Still failing").await;
    program.stop().await;
}

#[each_database]
async fn an_alert_that_was_told_already_is_not_told_again_when_the_database_breaks(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database).at(&clock).start().await;
    program.sweep().await;
    everything_is_delivered(&database).await;

    lose_incidents(&database).await;
    assert_eq!(program.sweep().await.alerts_sent, 0);
    time_passes(&database, &clock, WINDOW).await;
    assert_eq!(program.sweep().await.alerts_sent, 1);

    assert_eq!(cash_alerts(&program, ALERT_CHAT).len(), 2);
    program.stop().await;
}

#[each_database]
async fn a_fault_that_was_over_is_told_at_once_when_it_returns_with_the_database_broken(
    database: TestDatabase,
) {
    let (mut program, clock) = closing_after_one_pass(&database).await;
    for _ in 0..3 {
        program.sweep().await;
        time_passes(&database, &clock, WINDOW * 4).await;
    }
    everything_is_delivered(&database).await;
    set_balance(&database, Marketplace::Ozon, 180_000).await;
    program.sweep().await;
    set_balance(&database, Marketplace::Ozon, -15_000).await;

    lose_incidents(&database).await;
    assert_eq!(program.sweep().await.alerts_sent, 1);

    let alerts = cash_alerts(&program, ALERT_CHAT);
    assert!(
        !alerts.last().unwrap().contains("Still failing"),
        "{alerts:?}"
    );
    program.stop().await;
}

#[each_database]
async fn an_alert_that_reached_nobody_is_sent_again_by_the_next_sweep(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_CHAT_IDS", ANNA.to_string())
        .start()
        .await;
    open_private_chat(&program, ANNA);
    lose_incidents(&database).await;
    program
        .telegram()
        .fail(Scope::Chat(ANNA), Times::Exactly(3), Fault::Dropped);

    program.sweep().await;
    assert_eq!(cash_alerts(&program, ANNA).len(), 0);
    program.sweep().await;
    assert_eq!(cash_alerts(&program, ANNA).len(), 1);

    recover_incidents(&database).await;
    program.sweep().await;
    assert_eq!(reached(&database).await, ["501"]);
    program.stop().await;
}

#[each_database]
async fn an_alert_that_followed_its_group_is_recorded_where_it_arrived(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = in_a_group(&database, &clock).await;
    tells_the_moved_group_from_memory(&program, &database).await;
    assert_eq!(
        cash_alerts(&program, SUPERGROUP).len(),
        1,
        "it is there already"
    );
    assert_eq!(reached(&database).await, ["-1009"]);

    time_passes(&database, &clock, WINDOW).await;
    program.sweep().await;
    everything_is_delivered(&database).await;
    let [card, reminder] = &program.said_in(SUPERGROUP)[..] else {
        panic!("a message and a reply")
    };
    assert_eq!(reminder.reply_to, Some(card.id));
    program.stop().await;
}

#[each_database]
async fn an_alert_that_followed_its_group_takes_the_place_of_what_stayed_behind(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = in_a_group(&database, &clock).await;
    program.sweep().await;
    time_passes(&database, &clock, WINDOW).await;
    tells_the_moved_group_from_memory(&program, &database).await;

    assert_eq!(program.said_in(SUPERGROUP).len(), 1);
    assert_eq!(reached(&database).await, ["-1003,-1009", "-1009"]);
    program.stop().await;
}

#[each_database]
async fn without_any_database_that_is_one_fault_and_told_once(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database).start().await;
    program.cx().db.close().await;

    assert_eq!(program.sweep().await.alerts_sent, 1);
    assert_eq!(program.sweep().await.alerts_sent, 0);

    let [card] = &program.said_in(ALERT_CHAT)[..] else {
        panic!("one message")
    };
    assert!(
        card.text
            .starts_with("🚨 CRITICAL | database\n\nThe database is unreachable: "),
        "{card:?}"
    );
    assert!(card.labels().is_empty(), "{card:?}");
    program.stop().await;
}

#[tokio::test]
async fn a_database_locked_by_another_writer_keeps_no_alert_back() {
    on_sqlite(async |database| {
        overdrawn(&database).await;
        let mut program = setup(&database).start().await;
        let Db::Sqlite(pool, ..) = database.db() else {
            panic!("on SQLite")
        };
        let mut lock = pool.acquire().await.unwrap().detach();
        sqlx::query("BEGIN EXCLUSIVE")
            .execute(&mut lock)
            .await
            .unwrap();

        let cash = run_one(program.cx(), &detector(CASH)).await;
        program.finds(std::slice::from_ref(&cash)).await;

        assert_eq!(cash_alerts(&program, ALERT_CHAT).len(), 1);
        release(lock).await;
        assert_eq!(program.sweep().await.alerts_sent, 0);
        assert_eq!(reached(&database).await, ["-1001"]);
        assert_eq!(cash_alerts(&program, ALERT_CHAT).len(), 1);
        program.stop().await;
    })
    .await;
}

async fn release(mut lock: SqliteConnection) {
    sqlx::query("ROLLBACK").execute(&mut lock).await.unwrap();
    lock.close().await.unwrap();
}

/// How long another program holds the lock, which is longer than a writer waits.
const HELD: std::time::Duration = std::time::Duration::from_secs(10);
/// A busy machine needs some time for the sweep itself.
const SLACK: std::time::Duration = std::time::Duration::from_secs(5);

#[tokio::test]
async fn with_the_write_lock_held_for_ten_seconds_every_alert_of_a_sweep_is_sent_when_it_ends() {
    on_sqlite(async |database| {
        let platform = Platform::healthy(TODAY)
            .low_cash(Marketplace::Ozon, LOW)
            .low_cash(Marketplace::Wb, LOW)
            .stale_ingest(5);
        platform.create(database.db()).await.unwrap();
        let mut program = setup(&database).start().await;
        let Db::Sqlite(pool, ..) = database.db() else {
            panic!("on SQLite")
        };
        let mut lock = pool.acquire().await.unwrap().detach();
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut lock)
            .await
            .unwrap();
        let begun = std::time::Instant::now();
        let hold = async {
            tokio::time::sleep(HELD).await;
            release(lock).await;
        };
        let (_, ()) = tokio::join!(program.sweep(), hold);
        let alerts = ["below alert threshold", "No sales data"];
        for alert in alerts {
            program.hears(ALERT_CHAT, alert).await;
            eprintln!("{alert:?} was heard after {:?}", begun.elapsed());
        }
        // Readers never wait.
        program.get("/api/v1/ops/health").await.ok();
        assert!(begun.elapsed() < HELD + SLACK, "{:?}", begun.elapsed());
        program.stop().await;
    })
    .await;
}
