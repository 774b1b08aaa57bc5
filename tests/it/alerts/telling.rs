use chrono::Duration;
use sovani_ops::{
    demo::Platform,
    domain::{Fingerprint, Severity},
    standin::EntityKind,
};

use super::*;
use crate::support::program::ALERT_CHAT;

const INGEST: &str = "check_ingest_success_rate";

#[each_database]
async fn a_low_balance_is_told_to_every_alert_chat(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT}, {ANNA}"))
        .start()
        .await;
    open_private_chat(&program, ANNA);

    let stats = program.sweep().await;

    assert_eq!((stats.failed, stats.alerts_sent), (1, 1));
    everything_is_delivered(&database).await;
    for chat in [ALERT_CHAT, ANNA] {
        let [alert] = &program.said_in(chat)[..] else {
            panic!("one message to {chat}")
        };
        assert_eq!(
            alert.source,
            "🚨 <b>CRITICAL</b> | check_cash_balance_threshold\n\n\
             Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)\n\n\
             <b>Details:</b>\n\
             <pre>Balance      -15,000.00 RUB\nThreshold    -10,000.00 RUB\nAs of        30 Sep\n\
             Marketplace  OZON\nBalances\n  OZON       -15,000.00 RUB\n  WB         250,000.00 RUB\n\
             In total     235,000.00 RUB</pre>\n\n<i>#1 · since 12:00 · 1 failing check, the last 12:00</i>",
        );
        let kinds: Vec<_> = alert.entities.iter().map(|entity| entity.kind).collect();
        assert_eq!(
            kinds,
            [
                EntityKind::Bold,
                EntityKind::Bold,
                EntityKind::Pre,
                EntityKind::Italic
            ]
        );
        assert!(!alert.silent);
    }
    let fingerprint = Fingerprint::of(CASH, "OZON");
    assert_eq!(
        database
            .texts("SELECT source || ' ' || severity || ' ' || fingerprint FROM ops_alerts_history")
            .await,
        [format!("{CASH} critical {fingerprint}")],
    );
    let [chats] = &reached(&database).await[..] else {
        panic!("one alert")
    };
    let mut chats: Vec<_> = chats.split(',').collect();
    chats.sort_unstable();
    assert_eq!(chats, ["-1001", "501"]);
    assert_eq!(alerts_counted(&program, CASH, Severity::Critical), 1);
    program.stop().await;
}

#[each_database]
async fn a_repeat_inside_the_window_is_counted_and_not_told(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database).at(&clock).start().await;
    program.sweep().await;
    time_passes(&database, &clock, WINDOW - Duration::seconds(1)).await;
    let stats = program.sweep().await;

    assert_eq!((stats.failed, stats.alerts_sent), (1, 0));
    assert_eq!(outbox(&database).await, 1);
    assert_eq!(reached(&database).await.len(), 1);
    assert_eq!(repeats_counted(&program, CASH), 1);
    assert_eq!(incidents(&database, CASH).await, ["2 failed, 1 told, open"]);
    program.stop().await;
}

#[each_database]
async fn reminders_come_after_the_window_and_then_after_twice_as_long(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database).at(&clock).start().await;
    let mut told = Vec::new();
    for _ in 0..7 {
        told.push(program.sweep().await.alerts_sent);
        time_passes(&database, &clock, WINDOW).await;
    }
    everything_is_delivered(&database).await;

    assert_eq!(told, [1, 1, 0, 1, 0, 0, 0]);
    let said = program.said_in(ALERT_CHAT);
    assert!(said[1].text.contains("Still failing, 2 checks so far.") && said[1].silent);
    assert!(said[2].text.contains("Still failing, 4 checks so far.") && said[2].silent);
    eventually("a count for each", async || {
        alerts_counted(&program, CASH, Severity::Critical) == 3
    })
    .await;
    program.stop().await;
}

#[each_database]
async fn the_least_severity_limits_notifications_and_not_records(database: TestDatabase) {
    let platform = Platform::healthy(TODAY)
        .stale_ingest(2)
        .low_cash(Marketplace::Ozon, LOW);
    platform.create(database.db()).await.unwrap();
    let mut program = setup(&database)
        .with("ALERT_MIN_SEVERITY", "critical")
        .start()
        .await;

    let stats = program.sweep().await;

    assert_eq!((stats.failed, stats.alerts_sent), (2, 1));
    everything_is_delivered(&database).await;
    assert_eq!(program.said_in(ALERT_CHAT).len(), 1);
    assert_eq!(
        incidents(&database, INGEST).await,
        ["1 failed, 0 told, open"]
    );
    assert_eq!(repeats_counted(&program, INGEST), 0);
    program.stop().await;
}

#[each_database]
async fn faults_of_two_detectors_are_two_alerts(database: TestDatabase) {
    let platform = Platform::healthy(TODAY)
        .stale_ingest(2)
        .low_cash(Marketplace::Ozon, LOW);
    platform.create(database.db()).await.unwrap();
    let mut program = setup(&database).start().await;

    program.sweep().await;

    everything_is_delivered(&database).await;
    program
        .hears(
            ALERT_CHAT,
            "❌ ERROR | check_ingest_success_rate\n\nNo sales data ingested since 2025-09-29",
        )
        .await;
    program
        .hears(ALERT_CHAT, "🚨 CRITICAL | check_cash_balance_threshold")
        .await;
    program.stop().await;
}

#[each_database]
async fn without_alert_chats_an_alert_is_recorded_and_sent_to_nobody(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database).with("ALERT_CHAT_IDS", "").start().await;

    program.sweep().await;

    assert_eq!(reached(&database).await, [""]);
    assert_eq!(outbox(&database).await, 0);
    assert_eq!(alerts_counted(&program, CASH, Severity::Critical), 0);
    program.stop().await;
}
