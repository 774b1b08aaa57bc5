//! The order of messages: one that keeps failing is overtaken, and an outage of Telegram ends for all at once.

use sovani_ops::{domain::Severity, telegram::Failure};

use super::*;
use crate::support::{
    checks::{failing, fault, passing, passing_but_for},
    program::ALERT_CHAT,
};

async fn stalled(database: &TestDatabase, clock: &Clock, times: i64) {
    let failed =
        format!("SELECT COUNT(*) FROM ops_outbox WHERE stalls >= {times} AND leased_until IS NULL");
    eventually("failed attempts", async || {
        if database.number(&failed).await > 0 {
            return true;
        }
        clock.advance(Duration::seconds(2));
        false
    })
    .await;
}

/// Telegram answers a call, as it does the poller's.
async fn telegram_is_back(program: &TestProgram) {
    program.telegram().come_back().await.unwrap();
    program.cx().telegram.me().await.unwrap();
}

#[each_database]
async fn a_message_that_never_gets_through_holds_up_its_chat_for_a_few_tries_only(
    database: TestDatabase,
) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA]);
    program.telegram().fail(
        Scope::Saying("poison".to_owned()),
        Times::UntilCleared,
        Fault::Dropped,
    );

    for text in ["poison", "one", "two"] {
        post(&program, ANNA, text).await;
    }
    stalled(&database, &clock, 3).await;
    program.hears(ANNA, "two").await;
    assert_eq!(said(&program, ANNA), ["one", "two"]);
    eventually("one that is tried again", async || {
        in_state(&database, "pending").await == 1
    })
    .await;

    program.telegram().clear_faults();
    everything_is_delivered_as_time_passes(&database, &clock).await;
    assert_eq!(said(&program, ANNA), ["one", "two", "poison"]);
    program.stop().await;
}

#[each_database]
async fn a_message_that_keeps_failing_is_tried_less_and_less_often(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA]);
    program.telegram().fail(
        Scope::Saying("poison".to_owned()),
        Times::UntilCleared,
        Fault::Dropped,
    );
    post(&program, ANNA, "poison").await;
    stalled(&database, &clock, 6).await;
    program.cx().telegram.me().await.unwrap();
    stalled(&database, &clock, 7).await;
    let attempts = || sends_to(program.telegram(), ANNA).len();
    let before = attempts();

    for number in 1..=5 {
        program.cx().telegram.me().await.unwrap();
        let text = format!("message {number}");
        post(&program, ANNA, &text).await;
        program.hears(ANNA, &text).await;
    }

    let more = attempts() - before;
    assert!(
        more <= 6,
        "what gets through does not hurry it each time: {more} for five messages"
    );
    program.stop().await;
}

#[each_database]
async fn the_first_answer_after_an_outage_ends_every_wait_for_one(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA, BORIS]);
    program.telegram().go_down().await;
    post(&program, ANNA, "one").await;
    post(&program, BORIS, "two").await;
    stalled(&database, &clock, 6).await;
    let waits = "SELECT COUNT(*) FROM ops_outbox WHERE next_attempt_at > '2025-10-02 09:00:10'";
    assert!(database.number(waits).await > 0);

    telegram_is_back(&program).await;

    program.hears(ANNA, "one").await;
    program.hears(BORIS, "two").await;
    program.stop().await;
}

#[each_database]
async fn a_wait_that_telegram_asked_for_is_kept_all_the_same(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&program, &[ANNA]);
    program.telegram().fail(
        Scope::MessagesTo(ANNA),
        Times::Once,
        Fault::TooManyRequests(600),
    );
    post(&program, ANNA, "one").await;
    attempted(&database, 1).await;
    let next = "SELECT CAST(next_attempt_at AS TEXT) FROM ops_outbox";
    let before = database.texts(next).await;

    program.cx().telegram.note(Some(&Failure::Unreachable));
    program.cx().telegram.me().await.unwrap();
    program.cx().delivery.mail.notify_one();
    post(&program, BORIS, "two").await;
    program.cx().db.wake_stalled(clock.now()).await.unwrap();

    assert!(database.texts(next).await.contains(&before[0]));
    assert!(said(&program, ANNA).is_empty());
    program.stop().await;
}

#[each_database]
async fn incidents_that_ended_in_an_outage_share_one_message_and_open_ones_have_another(
    database: TestDatabase,
) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    program.telegram().go_down().await;
    for number in 1..=42 {
        program
            .finds(&[failing(&format!("Pump {number:02}"), Severity::Error)])
            .await;
        clock.advance(Duration::seconds(61));
    }
    stalled(&database, &clock, 3).await;
    let standing = vec![fault("Pump 17")];
    for _ in 0..2 {
        program.finds(&[passing_but_for(standing.clone())]).await;
    }

    telegram_is_back(&program).await;
    everything_is_delivered_as_time_passes(&database, &clock).await;
    let mut texts = said(&program, ALERT_CHAT);
    // Either message may have been in delivery when Telegram came back.
    texts.sort_by_key(|text| text.contains("have ended"));
    let [open, ended] = &texts[..] else {
        panic!("{texts:#?}")
    };
    assert!(
        open.starts_with("❌ ERROR | check_made_up\n\nPump 17 is broken"),
        "{open}"
    );
    assert!(
        ended.starts_with("✅ 41 incidents have ended; this chat could not be notified in time\n"),
        "{ended}"
    );
    assert!(
        ended.contains("✅ Pump 01 is broken /incident_1 · ") && ended.contains("16 more: /alerts"),
        "{ended}"
    );
    let untold =
        "SELECT COUNT(*) FROM ops_alerts_history WHERE COALESCE(sent_to_chat_ids, '') = ''";
    assert_eq!(
        database.number(untold).await,
        0,
        "it is on record that the chat was told"
    );
    program.stop().await;
}

#[each_database]
async fn a_new_alert_goes_before_what_waited_through_an_outage(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    program.telegram().go_down().await;
    for text in ["old 1", "old 2"] {
        post(&program, ALERT_CHAT, text).await;
    }
    stalled(&database, &clock, 3).await;
    program.cx().db.wake_stalled(clock.now()).await.unwrap();
    program.finds(&[failing("Valve", Severity::Error)]).await;
    let waits = "SELECT COUNT(*) FROM ops_outbox WHERE kind = 'card' AND stalls > 0 AND leased_until IS NULL";
    eventually("an attempt", async || database.number(waits).await == 1).await;

    telegram_is_back(&program).await;
    everything_is_delivered_as_time_passes(&database, &clock).await;
    let texts = said(&program, ALERT_CHAT);
    assert!(texts[0].contains("Valve is broken"), "{texts:?}");
    assert_eq!(texts[1..], ["old 1", "old 2"]);
    program.stop().await;
}

#[each_database]
async fn ends_that_waited_through_an_outage_are_one_message(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    let faults: Vec<String> = (1..=4).map(|number| format!("Pump {number}")).collect();
    for name in &faults {
        program.finds(&[failing(name, Severity::Error)]).await;
    }
    everything_is_delivered(&database).await;
    program.telegram().go_down().await;
    for left in [3, 2, 1, 0] {
        let standing: Vec<_> = faults[4 - left..].iter().map(|name| fault(name)).collect();
        for _ in 0..2 {
            program.finds(&[passing_but_for(standing.clone())]).await;
        }
    }
    program.finds(&[passing()]).await;
    stalled(&database, &clock, 3).await;

    telegram_is_back(&program).await;
    everything_is_delivered_as_time_passes(&database, &clock).await;
    let texts = said(&program, ALERT_CHAT);
    let resolved = texts
        .iter()
        .filter(|text| text.starts_with("✅ RESOLVED"))
        .count();
    let together = texts
        .iter()
        .filter(|text| text.contains("incidents have ended"))
        .count();
    // One was being tried when Telegram came back.
    assert!(
        resolved <= 5 && together == 1 && texts.len() <= 6,
        "{texts:#?}"
    );
    program.stop().await;
}
