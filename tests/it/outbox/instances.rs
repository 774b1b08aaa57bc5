//! Several programs on one database, and one that stops in the middle.

use std::time::Duration as StdDuration;

use super::*;
use crate::support::database::on_postgres;

#[tokio::test]
async fn two_instances_deliver_each_message_once() {
    on_postgres(async |database| {
        let chats = [ANNA, BORIS, 503];
        let mut one = Setup::beside(&database).start().await;
        let mut two = Setup::beside(&database).start_on(one.telegram()).await;
        open_private_chats(&one, &chats);

        let texts: Vec<String> = (1..=8).map(|number| format!("message {number}")).collect();
        for text in &texts {
            for chat in chats {
                post(&one, chat, text).await;
            }
            two.cx().delivery.mail.notify_one();
        }

        everything_is_delivered(&database).await;
        for chat in chats {
            assert_eq!(said(&one, chat), texts);
        }
        one.stop().await;
        two.stop().await;
    })
    .await;
}

#[each_database]
async fn stopping_waits_for_no_delivery_that_hangs_and_the_next_start_makes_it(
    database: TestDatabase,
) {
    let clock = noon();
    let mut before = Setup::beside(&database).at(&clock).start().await;
    open_private_chats(&before, &[ANNA]);
    before.telegram().fail(
        Scope::Chat(ANNA),
        Times::Once,
        Fault::Delay(StdDuration::from_secs(600)),
    );
    post(&before, ANNA, "hello").await;
    let asked = before
        .telegram()
        .wait_for(StdDuration::from_secs(20), |state| {
            state
                .calls_of("sendMessage")
                .find(|call| call.chat() == Some(ANNA))
                .map(|_| ())
        });
    asked.await.unwrap();

    let started = Instant::now();
    before.stop().await;
    assert!(
        started.elapsed() < StdDuration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(in_state(&database, "pending").await, 1);

    let mut after = Setup::beside(&database)
        .at(&clock)
        .start_on(before.telegram())
        .await;
    everything_is_delivered(&database).await;
    assert_eq!(said(&after, ANNA), ["hello"]);
    after.stop().await;
}
