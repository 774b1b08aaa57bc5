//! The life of a fault, over sweeps and restarts.

use super::*;
use crate::support::program::ALERT_CHAT;

async fn mend(database: &TestDatabase) {
    set_balance(database, Marketplace::Ozon, 180_000).await;
}

async fn break_again(database: &TestDatabase) {
    set_balance(database, Marketplace::Ozon, -20_000).await;
}

#[each_database]
async fn an_incident_closes_after_enough_passes_and_the_next_fault_opens_another(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database)
        .at(&clock)
        .with("ALERT_RESOLVE_AFTER_PASSES", "3")
        .start()
        .await;
    program.sweep().await;
    mend(&database).await;
    program.sweep().await;
    program.sweep().await;
    assert_eq!(incidents(&database, CASH).await, ["1 failed, 1 told, open"]);
    program.sweep().await;
    assert_eq!(
        incidents(&database, CASH).await,
        ["1 failed, 1 told, closed"]
    );

    break_again(&database).await;
    time_passes(&database, &clock, WINDOW).await;
    program.sweep().await;

    assert_eq!(
        incidents(&database, CASH).await,
        ["1 failed, 1 told, closed", "1 failed, 1 told, open"]
    );
    everything_is_delivered(&database).await;
    let alerts = cash_alerts(&program, ALERT_CHAT);
    assert_eq!(alerts.len(), 2);
    assert!(
        alerts[1].contains("-20000.00") && !alerts[1].contains("Still failing"),
        "{alerts:?}"
    );
    program.stop().await;
}

#[each_database]
async fn the_end_of_an_incident_answers_the_message_that_told_of_it(database: TestDatabase) {
    let (mut program, clock) = closing_after_one_pass(&database).await;
    program.sweep().await;
    everything_is_delivered(&database).await;
    mend(&database).await;
    time_passes(&database, &clock, WINDOW).await;
    program.sweep().await;

    everything_is_delivered(&database).await;
    let [card, end] = &program.said_in(ALERT_CHAT)[..] else {
        panic!("a message and a reply")
    };
    assert!(
        end.text
            .starts_with("✅ RESOLVED | check_cash_balance_threshold"),
        "{end:?}"
    );
    let now = "OZON: now 180,000.00 RUB, was -15,000.00 RUB";
    assert!(end.silent && end.text.ends_with("Lasted 5 min."), "{end:?}");
    assert_eq!(end.reply_to, Some(card.id));
    for message in [card, end] {
        assert!(message.text.contains(now), "{message:?}");
        assert!(!message.text.contains("🚨"), "{message:?}");
    }
    program.stop().await;
}

#[each_database]
async fn a_pass_between_failures_closes_nothing(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database).start().await;
    for _ in 0..3 {
        program.sweep().await;
        mend(&database).await;
        program.sweep().await;
        break_again(&database).await;
    }
    assert_eq!(incidents(&database, CASH).await, ["3 failed, 1 told, open"]);
    everything_is_delivered(&database).await;
    assert_eq!(cash_alerts(&program, ALERT_CHAT).len(), 1);
    program.stop().await;
}

#[each_database]
async fn a_fault_that_comes_back_is_told_at_once(database: TestDatabase) {
    let (mut program, _) = closing_after_one_pass(&database).await;
    program.sweep().await;
    mend(&database).await;
    program.sweep().await;
    program.hears(ALERT_CHAT, "RESOLVED").await;
    break_again(&database).await;

    assert_eq!(program.sweep().await.alerts_sent, 1);

    assert_eq!(
        incidents(&database, CASH).await,
        ["1 failed, 1 told, closed", "1 failed, 1 told, open"]
    );
    everything_is_delivered(&database).await;
    let last = program.said_in(ALERT_CHAT).pop().unwrap();
    assert!(last.text.contains("-20000.00"), "{last:?}");
    assert!(!last.silent, "{last:?}");
    program.stop().await;
}

#[each_database]
async fn a_fault_that_comes_and_goes_is_soon_one_open_incident(database: TestDatabase) {
    let (mut program, clock) = closing_after_one_pass(&database).await;
    for _ in 0..3 {
        program.sweep().await;
        mend(&database).await;
        time_passes(&database, &clock, WINDOW).await;
        program.sweep().await;
        break_again(&database).await;
        time_passes(&database, &clock, WINDOW).await;
    }
    let told = incidents(&database, CASH).await;
    assert_eq!(
        told,
        [
            "1 failed, 1 told, closed",
            "1 failed, 1 told, closed",
            "1 failed, 1 told, open"
        ]
    );
    program
        .hears(
            ALERT_CHAT,
            "It came back 2 times within 6 h: it ends after 2 passing checks in a row",
        )
        .await;
    program.stop().await;
}

#[each_database]
async fn a_worse_fault_elsewhere_leaves_the_first_incident_open_while_it_continues(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_RESOLVE_AFTER_PASSES", "1")
        .start()
        .await;
    program.sweep().await;
    set_balance(&database, Marketplace::Wb, -16_000).await;
    set_balance(&database, Marketplace::Ozon, 200_000).await;
    set_balance(&database, Marketplace::Ozon, -12_000).await;
    program.sweep().await;
    // An incident that ends before it was notified is reported as ended.
    everything_is_delivered(&database).await;
    assert_eq!(
        incidents(&database, CASH).await,
        ["1 failed, 1 told, open", "1 failed, 1 told, open"],
        "of Ozon, and of both together",
    );

    mend(&database).await;
    program.sweep().await;

    let open = "SELECT extras_json FROM ops_incidents WHERE closed_at IS NULL";
    let [wb] = &database.texts(open).await[..] else {
        panic!("WB's alone is open")
    };
    assert!(wb.contains(r#""marketplace":"WB""#), "{wb}");
    everything_is_delivered(&database).await;
    assert_eq!(cash_alerts(&program, ALERT_CHAT).len(), 3);
    program.stop().await;
}

#[each_database]
async fn a_restart_sends_nothing_again_that_is_open(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut before = setup(&database).at(&clock).start().await;
    before.sweep().await;
    everything_is_delivered(&database).await;
    before.stop().await;

    let mut after = setup(&database)
        .at(&clock)
        .start_on(before.telegram())
        .await;
    assert_eq!(after.sweep().await.alerts_sent, 0);
    time_passes(&database, &clock, WINDOW).await;
    assert_eq!(after.sweep().await.alerts_sent, 1);

    after
        .hears(ALERT_CHAT, "Still failing, 3 checks so far.")
        .await;
    assert_eq!(cash_alerts(&after, ALERT_CHAT).len(), 2);
    after.stop().await;
}

#[each_database]
async fn a_restart_loses_nothing_that_was_not_delivered(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut before = setup(&database).at(&clock).start().await;
    before.telegram().go_down().await;
    before.sweep().await;
    before.stop().await;
    assert_eq!(pending(&database).await, 1);

    before.telegram().come_back().await.unwrap();
    // A delivery that was cut off is left to its claimer for a minute.
    clock.advance(Duration::seconds(61));
    let mut after = setup(&database)
        .at(&clock)
        .start_on(before.telegram())
        .await;
    everything_is_delivered(&database).await;

    assert_eq!(cash_alerts(&after, ALERT_CHAT).len(), 1);
    assert_eq!(reached(&database).await, ["-1001"]);
    after.stop().await;
}

#[each_database]
async fn clearing_the_cache_lets_no_open_alert_fire_again(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = Setup::beside(&database)
        .with("MANAGER_CHAT_ID", "")
        .start()
        .await;
    program.sweep().await;

    let report = program
        .post("/api/v1/ops/remediate?alert_source=check_api_latency_p95")
        .await
        .ok();

    assert_eq!(report["status"], "success", "{report}");
    assert!(
        report["details"]
            .as_str()
            .unwrap()
            .contains("1 open incidents"),
        "{report}"
    );
    assert_eq!(program.sweep().await.alerts_sent, 0);
    assert_eq!(reached(&database).await.len(), 1);
    program.stop().await;
}
