//! Chats that do not take a message as it was meant.

use sovani_ops::{
    ops::readiness,
    standin::{ChatAccess, Fault, Scope, Times},
    views,
};

use super::*;
use crate::support::{conversation::sends_to, program::ALERT_CHAT};

const BORIS: i64 = 502;
const GROUP: i64 = -1003;
const SUPERGROUP: i64 = -1009;
const FORUM: i64 = -1004;

#[each_database]
async fn a_chat_that_blocked_the_bot_is_buried_and_the_others_are_told_once(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let chats = format!("{ANNA},{ALERT_CHAT},{BORIS}");
    let mut program = setup(&database)
        .at(&clock)
        .with("ALERT_CHAT_IDS", chats)
        .start()
        .await;
    for chat in [ANNA, BORIS] {
        open_private_chat(&program, chat);
    }
    program
        .telegram()
        .set_access(ANNA, ChatAccess::Blocked)
        .unwrap();

    program.sweep().await;
    program
        .hears(
            ALERT_CHAT,
            "Alerts no longer reach chat 501: the bot was blocked by the user",
        )
        .await;
    time_passes(&database, &clock, WINDOW).await;
    program.sweep().await;
    everything_is_delivered(&database).await;

    for chat in [ALERT_CHAT, BORIS] {
        assert_eq!(cash_alerts(&program, chat).len(), 2);
        assert_eq!(
            program.said_in(chat).len(),
            3,
            "two alerts and one word about the lost chat"
        );
    }
    assert_eq!(
        sends_to(program.telegram(), ANNA).len(),
        1,
        "a lost chat is not written to again"
    );
    for chats in reached(&database).await {
        let mut chats: Vec<_> = chats.split(',').collect();
        chats.sort_unstable();
        assert_eq!(chats, ["-1001", "502"]);
    }
    assert_eq!(
        database.texts("SELECT CAST(chat_id AS TEXT) || ' ' || dead_code || ': ' || dead_reason FROM ops_chats WHERE dead_since IS NOT NULL").await,
        ["501 blocked: the bot was blocked by the user"],
    );
    assert_eq!(program.cx().metrics.outbox_expired_total.get(), 1);
    program.stop().await;
}

#[each_database]
async fn the_reason_is_kept_in_a_form_that_each_language_words(database: TestDatabase) {
    let setup = setup(&database).with("BOT_LANG", "ru");
    let mut program = setup
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{ANNA}"))
        .start()
        .await;
    for (code, text, shown) in [
        (
            "'blocked'",
            "the bot was blocked by the user",
            "пользователь заблокировал бота",
        ),
        (
            "'unknown:NEW'",
            "Telegram refused: NEW",
            "Telegram отклоняет всё, что туда отправляется: NEW",
        ),
        // Rows of an earlier version and of a later one.
        (
            "NULL",
            "the bot was blocked by the user",
            "the bot was blocked by the user",
        ),
        ("'spam'", "the bot sends spam", "the bot sends spam"),
    ] {
        database.execute("DELETE FROM ops_chats").await;
        database
            .execute(format!(
                "INSERT INTO ops_chats (chat_id, dead_since, dead_reason, dead_code, tried_at, wait_sec)
                 VALUES ({ANNA}, '2025-10-02 09:00:00', '{text}', {code}, '2025-10-02 09:00:00', 3600)"
            ))
            .await;
        let reach = readiness::reach(program.cx()).await.unwrap();
        let (_, reason) = &reach.lost[0];
        assert_eq!(reason.as_ref().unwrap().to_string(), text);
        let lost = views::lost_chat(&program.cx().voice(), ANNA, reason.as_ref().unwrap());
        assert!(lost.html.contains(shown), "{}", lost.html);
    }
    program.stop().await;
}

#[each_database]
async fn a_restart_tries_a_lost_chat_again(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut before = setup(&database)
        .at(&clock)
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{ANNA}"))
        .start()
        .await;
    open_private_chat(&before, ANNA);
    before
        .telegram()
        .set_access(ANNA, ChatAccess::Blocked)
        .unwrap();
    before.sweep().await;
    before.hears(ALERT_CHAT, "no longer reach chat 501").await;
    before.stop().await;

    before
        .telegram()
        .set_access(ANNA, ChatAccess::Open)
        .unwrap();
    let mut after = setup(&database)
        .at(&clock)
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{ANNA}"))
        .start_on(before.telegram())
        .await;
    time_passes(&database, &clock, WINDOW).await;
    after.sweep().await;

    after.hears(ANNA, CASH).await;
    after.stop().await;
}

#[each_database]
async fn a_group_that_became_a_supergroup_is_followed(database: TestDatabase) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database)
        .at(&clock)
        .with("ALERT_CHAT_IDS", GROUP.to_string())
        .start()
        .await;
    program.telegram().add_chat(GROUP, ChatKind::Group, "Ops");
    program.telegram().migrate(GROUP, SUPERGROUP).unwrap();

    program.sweep().await;
    everything_is_delivered(&database).await;

    assert_eq!(program.said_in(SUPERGROUP).len(), 1);
    assert_eq!(reached(&database).await, ["-1009"]);
    assert_eq!(
        database
            .number("SELECT moved_to FROM ops_chats WHERE chat_id = -1003")
            .await,
        SUPERGROUP
    );

    time_passes(&database, &clock, WINDOW).await;
    program.sweep().await;
    everything_is_delivered(&database).await;
    assert_eq!(program.said_in(SUPERGROUP).len(), 2);
    assert_eq!(
        sends_to(program.telegram(), GROUP).len(),
        1,
        "later alerts go straight to the supergroup"
    );
    program.stop().await;
}

#[each_database]
async fn an_alert_goes_to_its_topic_and_to_the_general_one_when_that_is_gone(
    database: TestDatabase,
) {
    overdrawn(&database).await;
    let clock = noon();
    let mut program = setup(&database)
        .at(&clock)
        .with("ALERT_CHAT_IDS", format!("{FORUM}:3"))
        .start()
        .await;
    let telegram = program.telegram();
    telegram.add_chat(FORUM, ChatKind::Forum, "Topics");
    telegram.add_topic(FORUM, "Sales").unwrap();
    assert_eq!(telegram.add_topic(FORUM, "Alerts"), Ok(3));
    program.sweep().await;
    everything_is_delivered(&database).await;

    program.telegram().delete_topic(FORUM, 3).unwrap();
    time_passes(&database, &clock, WINDOW).await;
    program.sweep().await;
    everything_is_delivered(&database).await;

    let [first, second] = &program.said_in(FORUM)[..] else {
        panic!("one message for each alert")
    };
    assert_eq!(first.thread, Some(3));
    assert_eq!(second.thread, None);
    assert!(
        second
            .text
            .starts_with("The topic of this alert no longer exists.\n🚨 Still failing"),
        "{second:?}"
    );
    assert_eq!(reached(&database).await, ["-1004", "-1004"]);
    program.stop().await;
}

#[each_database]
async fn an_alert_for_a_closed_topic_goes_to_the_general_one(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_CHAT_IDS", format!("{FORUM}:2"))
        .start()
        .await;
    let telegram = program.telegram();
    telegram.add_chat(FORUM, ChatKind::Forum, "Topics");
    assert_eq!(telegram.add_topic(FORUM, "Alerts"), Ok(2));
    telegram.close_topic(FORUM, 2).unwrap();

    program.sweep().await;
    everything_is_delivered(&database).await;

    let [alert] = &program.said_in(FORUM)[..] else {
        panic!("one message")
    };
    assert_eq!(alert.thread, None);
    assert!(
        alert
            .text
            .starts_with("The topic of this alert is closed.\n"),
        "{alert:?}"
    );
    program.stop().await;
}

#[each_database]
async fn markup_that_telegram_cannot_read_arrives_as_plain_text(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_CHAT_IDS", format!("{ALERT_CHAT},{ANNA}"))
        .start()
        .await;
    open_private_chat(&program, ANNA);
    program
        .telegram()
        .fail(Scope::Chat(ANNA), Times::UntilCleared, Fault::ParseRefusal);

    program.sweep().await;
    everything_is_delivered(&database).await;

    let (marked, plain) = (program.said_in(ALERT_CHAT), program.said_in(ANNA));
    assert_eq!(plain.len(), 1);
    assert_eq!(plain[0].text, marked[0].text);
    assert!(plain[0].entities.is_empty() && !marked[0].entities.is_empty());
    assert_eq!(plain[0].source, plain[0].text);
    program.stop().await;
}

#[each_database]
async fn a_chat_listed_with_two_topics_gets_the_alert_in_both(database: TestDatabase) {
    overdrawn(&database).await;
    let mut program = setup(&database)
        .with("ALERT_CHAT_IDS", format!("{FORUM}:2,{FORUM}:3"))
        .start()
        .await;
    program
        .telegram()
        .add_chat(FORUM, ChatKind::Forum, "Topics");
    for name in ["Sales", "Alerts"] {
        program.telegram().add_topic(FORUM, name).unwrap();
    }

    program.sweep().await;
    everything_is_delivered(&database).await;

    assert_eq!(program.said_in(FORUM).len(), 2);
    assert_eq!(alerts_counted(&program, CASH, Severity::Critical), 1);
    program.stop().await;
}
