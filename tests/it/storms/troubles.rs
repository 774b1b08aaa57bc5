//! Storms while Telegram is in trouble, and storms that nobody takes on.

use std::time::Duration as StdDuration;

use chrono::Duration;
use sovani_ops::{
    ops::incidents,
    standin::{Fault, Scope, Times},
};

use super::*;
use crate::support::{
    checks::passing,
    delivery::{delivered, delivered_within},
    program::MANAGER,
};

/// The client waits 10 s before it hands over a server error.
const PATIENCE: StdDuration = StdDuration::from_secs(50);

/// The manager's chat has an answer to the manager's `/start` too.
fn on_incidents(program: &TestProgram, chat: i64) -> Vec<Message> {
    let mut said = program.said_in(chat);
    said.retain(|message| message.text.contains("12 incidents"));
    said
}

#[each_database]
async fn a_storm_loses_nothing_while_telegram_fails(database: TestDatabase) {
    let clock = noon();
    let mut program = started(setup(&database, &clock)).await;
    for chat in CHATS {
        program
            .telegram()
            .fail(Scope::Chat(chat), Times::Once, Fault::ServerError(502));
        program
            .telegram()
            .fail(Scope::Chat(chat), Times::Once, Fault::Garbage);
    }
    program.finds(&faults("Pump", 30, Severity::Warning)).await;
    clock.advance(Duration::seconds(30));
    program
        .finds(&faults("Valve", 20, Severity::Critical))
        .await;
    delivered_within(PATIENCE, &database, &clock).await;

    for chat in CHATS {
        // Where the first attempt was under way when it grew worse, a reply makes the sound.
        let said = program.said_in(chat);
        assert!(
            said[0].text.starts_with("🚨 50 incidents at once\n") && said.len() <= 2,
            "{said:?}"
        );
        assert!(
            said.iter().any(|message| !message.silent),
            "it tells of critical ones"
        );
    }
    let reached = "SELECT COUNT(*) FROM ops_alerts_history
        WHERE sent_to_chat_ids IN ('-1001,7', '7,-1001')";
    assert_eq!(database.number(reached).await, 50);
    program.stop().await;
}

#[each_database]
async fn reminders_that_could_not_go_out_do_not_pile_up(database: TestDatabase) {
    let clock = noon();
    let setup = setup(&database, &clock).with("ALERT_REMINDER_BACKOFF", "none");
    let mut program = started(setup).await;
    let pump = faults("Pump", 1, Severity::Error);
    program.finds(&pump).await;
    delivered(&database, &clock).await;
    program.telegram().go_down().await;
    for _ in 0..3 {
        clock.advance(Duration::seconds(300));
        assert_eq!(program.finds(&pump).await, 1);
    }
    program.telegram().come_back().await.unwrap();
    delivered(&database, &clock).await;

    for chat in CHATS {
        let [reminder] = &replies(&program, chat)[..] else {
            panic!("one reminder for them all")
        };
        assert!(
            reminder.text.contains("Still failing, 4 checks so far."),
            "{reminder:?}"
        );
    }
    let unknown = "SELECT COUNT(*) FROM ops_alerts_history WHERE COALESCE(sent_to_chat_ids, '') NOT LIKE '%,%'";
    assert_eq!(
        database.number(unknown).await,
        0,
        "the reminder tells of each"
    );
    program.stop().await;
}

#[each_database]
async fn an_unacknowledged_storm_reaches_the_manager_in_one_message(database: TestDatabase) {
    let clock = noon();
    let setup = setup(&database, &clock).with("ALERT_RESOLVE_AFTER_PASSES", "1");
    let mut program = started(setup).await;
    let mut checks = faults("Pump", 8, Severity::Critical);
    checks.extend(faults("Valve", 4, Severity::Error));
    program.finds(&checks).await;
    delivered(&database, &clock).await;
    clock.advance(Duration::seconds(900));
    incidents::tick(program.cx()).await.unwrap();
    delivered(&database, &clock).await;

    let [escalation] = &on_incidents(&program, MANAGER)[..] else {
        panic!("one message")
    };
    assert!(
        escalation.text.starts_with("🚨 12 incidents at once\n"),
        "{escalation:?}"
    );
    assert!(!escalation.silent);
    for chat in CHATS {
        assert_eq!(program.said_in(chat).len(), 1, "they know already");
    }

    program.finds(&[passing()]).await;
    delivered(&database, &clock).await;
    for chat in [MANAGER, ALERT_CHAT, ANNA] {
        let [storm, end] = &on_incidents(&program, chat)[..] else {
            panic!("one reply in {chat}")
        };
        assert_eq!(
            end.text,
            "✅ All 12 incidents are resolved. It lasted 15 min."
        );
        assert_eq!(end.reply_to, Some(storm.id));
    }
    program.stop().await;
}
