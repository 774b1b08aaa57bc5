//! Messages that somebody deleted, and chats that were lost for a time.

use super::*;

#[each_database]
async fn a_deleted_message_is_sent_again_when_there_is_news(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    delivered(&database).await;
    scene.deletes(&card);

    scene.sweeps_after(&database, Duration::seconds(60)).await;
    assert_eq!(scene.program.said_in(ALERT_CHAT).len(), 1);
    scene.sweeps_after(&database, WINDOW).await;

    let [_, anew] = &scene.program.said_in(ALERT_CHAT)[..] else {
        panic!("one more")
    };
    assert!(
        anew.text.contains("3 failing checks") && !anew.keyboard.is_empty(),
        "{anew:?}"
    );
}

#[each_database]
async fn the_standing_message_follows_the_group_that_became_a_supergroup(database: TestDatabase) {
    const SUPERGROUP: i64 = -1009;
    let scene = scene(&database).await;
    scene.alerted().await;
    delivered(&database).await;
    scene
        .program
        .telegram()
        .migrate(ALERT_CHAT, SUPERGROUP)
        .unwrap();

    scene.sweeps_after(&database, Duration::seconds(60)).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;

    let [card] = &scene.program.said_in(SUPERGROUP)[..] else {
        panic!("one message")
    };
    assert!(
        card.text.contains("3 failing checks") && card.silent,
        "{card:?}"
    );
    let press = scene
        .anna()
        .presses(SUPERGROUP, card.id, ACKNOWLEDGE)
        .unwrap();
    assert_eq!(scene.program.told(&press).await, "Acknowledged");
    scene.shows(card, "👀 Acknowledged by Anna").await;
}

#[each_database]
async fn a_chat_that_came_back_with_a_restart_is_brought_up_to_date(database: TestDatabase) {
    let mut scene = scene_with(&database, &[("ALERT_CHAT_IDS", "-1001,7")]).await;
    scene.anna().says(ANNA, "hello").unwrap();
    scene.alerted().await;
    let card = scene.program.hears(ANNA, CASH).await;
    delivered(&database).await;
    scene
        .program
        .telegram()
        .set_access(ANNA, ChatAccess::Blocked)
        .unwrap();
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    scene
        .program
        .hears(ALERT_CHAT, "no longer reach chat 7")
        .await;
    let calls = || sends_to(scene.program.telegram(), ANNA).len();
    let before = calls();
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    assert_eq!(calls(), before, "a lost chat is not written to");
    mend(&database).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;

    scene
        .program
        .telegram()
        .set_access(ANNA, ChatAccess::Open)
        .unwrap();
    scene.program.restart().await;

    let card = scene.shows(&card, "✅ RESOLVED").await;
    assert!(card.keyboard.is_empty());
}

#[each_database]
async fn a_chat_that_was_lost_for_more_than_a_week_is_brought_up_to_date_too(
    database: TestDatabase,
) {
    let mut scene = scene_with(&database, &[("ALERT_CHAT_IDS", "-1001,7")]).await;
    scene.anna().says(ANNA, "hello").unwrap();
    scene.alerted().await;
    let card = scene.program.hears(ANNA, CASH).await;
    delivered(&database).await;
    scene.loses_anna(&database).await;
    scene.sweeps_after(&database, Duration::days(8)).await;

    scene
        .program
        .telegram()
        .set_access(ANNA, ChatAccess::Open)
        .unwrap();
    scene.program.restart().await;

    scene.shows(&card, "3 failing checks").await;
    delivered(&database).await;
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_outbox WHERE kind = 'card' AND state <> 'sent'")
            .await,
        0
    );
    assert_eq!(scene.program.cx().metrics.outbox_expired_total.get(), 0);
}

#[each_database]
async fn a_restart_touches_nothing_in_a_lost_chat_that_is_true_already(database: TestDatabase) {
    let mut scene = scene_with(
        &database,
        &[
            ("ALERT_CHAT_IDS", "-1001,7"),
            ("ALERT_RESOLVE_AFTER_PASSES", "1"),
        ],
    )
    .await;
    scene.anna().says(ANNA, "hello").unwrap();
    scene.alerted().await;
    delivered(&database).await;
    mend(&database).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    set_balance(&database, -20_000).await;
    scene.sweeps_after(&database, WINDOW).await;
    let [ended, _, standing] = &scene.program.said_in(ANNA)[..] else {
        panic!("two incidents, and the end of one")
    };
    mend(&database).await;
    // Its end is what the program finds the chat lost with.
    scene.loses_anna(&database).await;
    let telegram = scene.program.telegram().clone();
    let edits = || {
        let edits = telegram.calls_of("editMessageText").into_iter();
        edits
            .filter(|call| call.chat() == Some(ANNA) && call.params["message_id"] == ended.id)
            .count()
    };
    let before = edits();

    telegram.set_access(ANNA, ChatAccess::Open).unwrap();
    scene.program.restart().await;

    scene.shows(standing, "✅ RESOLVED").await;
    delivered(&database).await;
    assert_eq!(edits(), before);
}

#[each_database]
async fn the_end_of_an_incident_whose_message_somebody_deleted_is_told_all_the_same(
    database: TestDatabase,
) {
    let mut scene = scene(&database).await;
    let card = scene.alerted().await;
    delivered(&database).await;
    scene.deletes(&card);
    // The edit finds the message gone.
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    mend(&database).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;

    let end = scene.program.hears(ALERT_CHAT, "✅ RESOLVED").await;
    delivered(&database).await;
    assert_eq!(end.reply_to, None);
    assert_eq!(scene.words().len(), 1, "{:?}", scene.words());
    scene.program.stop().await;
}

#[each_database]
async fn so_is_the_end_of_what_a_deleted_digest_told_of(database: TestDatabase) {
    let mut scene = scene(&database).await;
    let faults: Vec<_> = (1..=6)
        .map(|number| failing(&format!("Pump {number}"), Severity::Error))
        .collect();
    scene.program.finds(&faults).await;
    delivered(&database).await;
    let digest = scene.program.hears(ALERT_CHAT, "6 incidents at once").await;
    scene.deletes(&digest);
    scene.program.finds(&faults).await;
    delivered(&database).await;

    for _ in 0..2 {
        scene.program.finds(&[passing()]).await;
    }

    scene
        .program
        .hears(ALERT_CHAT, "All 6 incidents are resolved.")
        .await;
    scene.program.stop().await;
}
