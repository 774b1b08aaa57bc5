//! One message for an incident in a chat, kept true.

mod lost;

use sovani_ops::{
    domain::Severity,
    standin::{ChatAccess, ChatKind},
};

use super::*;
use crate::support::{
    checks::{failing, passing},
    conversation::sends_to,
};

impl Scene {
    /// Anna has stopped the bot, which the program finds out by its next word to her.
    async fn loses_anna(&self, database: &TestDatabase) {
        let telegram = self.program.telegram();
        telegram.set_access(ANNA, ChatAccess::Blocked).unwrap();
        self.sweeps_after(database, Duration::seconds(60)).await;
        self.program
            .hears(ALERT_CHAT, "no longer reach chat 7")
            .await;
    }
}

#[each_database]
async fn repeats_are_edited_into_the_incidents_message(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    assert!(
        card.text
            .ends_with("#1 · since 12:00 · 1 failing check, the last 12:00"),
        "{}",
        card.text
    );

    scene.sweeps_after(&database, Duration::seconds(120)).await;
    scene.shows(&card, "2 failing checks, the last 12:02").await;
    set_balance(&database, -15_500).await;
    scene.sweeps_after(&database, Duration::seconds(120)).await;

    let card = scene.shows(&card, "3 failing checks, the last 12:04").await;
    assert!(
        card.text.contains("Cash balance -15500.00 RUB"),
        "{}",
        card.text
    );
    assert_eq!(
        scene.program.said_in(ALERT_CHAT).len(),
        1,
        "an edit is no message"
    );
}

#[each_database]
async fn the_end_takes_the_buttons_and_is_said_in_a_silent_reply(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    assert_eq!(card.labels()[0], [ACKNOWLEDGE]);
    mend(&database).await;
    scene.sweeps_after(&database, Duration::seconds(60)).await;
    assert!(scene.words().is_empty(), "one pass ends nothing");
    scene.sweeps_after(&database, Duration::seconds(60)).await;

    let card = scene.shows(&card, "✅ RESOLVED").await;
    assert!(
        card.text.contains("Lasted 2 min.") && card.keyboard.is_empty(),
        "{card:?}"
    );
    let [end] = &scene.words()[..] else {
        panic!("one reply")
    };
    assert!(end.silent && end.reply_to == Some(card.id), "{end:?}");
    assert!(
        end.text.starts_with("✅ RESOLVED") && end.text.ends_with("Lasted 2 min."),
        "{}",
        end.text
    );
}

#[each_database]
async fn what_happened_while_telegram_was_away_is_told_in_one_message(database: TestDatabase) {
    let scene = scene(&database).await;
    scene.program.telegram().go_down().await;
    for _ in 0..4 {
        scene.program.sweep().await;
        scene.clock.advance(WINDOW);
    }
    mend(&database).await;
    scene.program.sweep().await;
    scene.program.sweep().await;
    scene.program.telegram().come_back().await.unwrap();

    eventually("an empty outbox", async || {
        scene.clock.advance(Duration::seconds(30));
        database
            .number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'")
            .await
            == 0
    })
    .await;

    let said = scene.program.said_in(ALERT_CHAT);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].text.starts_with("✅ RESOLVED") && said[0].keyboard.is_empty());
}

#[each_database]
async fn changes_that_come_faster_than_telegram_takes_them_become_one_edit(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    delivered(&database).await;
    let edits = || scene.program.telegram().calls_of("editMessageText").len();
    let before = edits();
    scene.program.telegram().go_down().await;
    for _ in 0..20 {
        scene.program.sweep().await;
    }
    scene.program.telegram().come_back().await.unwrap();

    eventually("an empty outbox", async || {
        scene.clock.advance(Duration::seconds(5));
        database
            .number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'")
            .await
            == 0
    })
    .await;

    scene.shows(&card, "21 failing checks").await;
    assert!(edits() - before <= 2, "{} edits", edits() - before);
}

#[each_database]
async fn an_incident_shown_in_one_topic_leaves_its_message_in_another_standing(
    database: TestDatabase,
) {
    const FORUM: i64 = -1004;
    let mut scene = scene_with(&database, &[("ALERT_CHAT_IDS", "-1004:2,-1004:3")]).await;
    let telegram = scene.program.telegram();
    telegram.add_chat(FORUM, ChatKind::Forum, "Topics");
    for (name, topic) in [("Sales", 2), ("Alerts", 3)] {
        assert_eq!(telegram.add_topic(FORUM, name), Ok(topic));
    }
    scene.program.sweep().await;
    delivered(&database).await;
    let cards = scene.program.said_in(FORUM);
    assert_eq!(
        cards.iter().map(|card| card.thread).collect::<Vec<_>>(),
        [Some(2), Some(3)]
    );
    for messages in [3, 4] {
        let question = scene.anna().says_in(FORUM, 2, "/incident 1").unwrap();
        scene.program.answer_after(FORUM, question).await;
        let known = "SELECT COUNT(*) FROM ops_outbox WHERE kind = 'card'";
        eventually("a copy to keep true", async || {
            database.number(known).await == messages
        })
        .await;
        delivered(&database).await;
    }

    scene.sweeps_after(&database, Duration::seconds(60)).await;

    let shows_two = |card: &Message| card.text.contains("2 failing checks");
    let [sales, alerts, former, newest] = &scene.program.said_in(FORUM)[..] else {
        panic!("two copies")
    };
    assert!(shows_two(sales) && shows_two(alerts) && shows_two(newest));
    assert!(
        !shows_two(former),
        "no more than the first and the newest are kept true"
    );
    scene.program.stop().await;
}

#[each_database]
async fn one_incident_is_shown_with_its_buttons_and_kept_up_to_date(database: TestDatabase) {
    let scene = scene(&database).await;
    scene.alerted().await;
    scene.anna().says(ANNA, "hello").unwrap();

    let shown = scene.program.asks(&scene.anna(), ANNA, "/incident_1").await;
    assert!(shown.text.contains("#1 · since 12:00"), "{}", shown.text);
    scene.sweeps_after(&database, Duration::seconds(60)).await;

    scene.shows(&shown, "2 failing checks").await;
    let press = scene.anna().presses(ANNA, shown.id, ACKNOWLEDGE).unwrap();
    assert_eq!(scene.program.told(&press).await, "Acknowledged");
    scene.shows(&shown, "👀 Acknowledged by Anna, 12:01").await;
    let none = scene
        .program
        .asks(&scene.anna(), ANNA, "/incident 404")
        .await;
    assert!(
        none.text.starts_with("There is no incident #404."),
        "{}",
        none.text
    );
}
