//! Several chats, and several instances of the program on one database.

use sovani_ops::standin::ChatKind;

use super::*;

#[each_database]
async fn a_change_in_one_chat_shows_in_all(database: TestDatabase) {
    const SECOND: i64 = -1002;
    let scene = scene_with(&database, &[("ALERT_CHAT_IDS", "-1001,-1002")]).await;
    scene
        .program
        .telegram()
        .add_chat(SECOND, ChatKind::Supergroup, "Finance");
    let card = scene.alerted().await;
    let other = scene.program.hears(SECOND, CASH).await;

    scene
        .anna()
        .presses(ALERT_CHAT, card.id, ACKNOWLEDGE)
        .unwrap();

    let other = scene.shows(&other, "👀 Acknowledged by Anna").await;
    scene.boris().presses(SECOND, other.id, RESOLVE).unwrap();
    let card = scene.shows(&card, "☑️ Closed by Boris").await;
    assert!(card.keyboard.is_empty());
}

#[each_database]
async fn a_chat_that_joins_later_gets_the_standing_message_with_the_next_news(
    database: TestDatabase,
) {
    const LATER: i64 = -1002;
    let scene = scene(&database).await;
    scene.alerted().await;
    delivered(&database).await;
    let setup = Setup::beside(&database)
        .at(&scene.clock)
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .with("ALERT_CHAT_IDS", "-1001,-1002");
    let mut scene = scene;
    scene.program.stop().await;
    let telegram = scene.program.telegram().clone();
    telegram.add_chat(LATER, ChatKind::Supergroup, "Finance");
    scene.program = setup.start_on(&telegram).await;

    scene.sweeps_after(&database, WINDOW).await;

    let [card] = &scene.program.said_in(LATER)[..] else {
        panic!("one message")
    };
    assert!(
        card.text.contains("2 failing checks") && !card.keyboard.is_empty(),
        "{card:?}"
    );
    scene
        .program
        .hears(ALERT_CHAT, "Still failing, 2 checks so far.")
        .await;
}

#[tokio::test]
async fn two_instances_tell_of_an_incident_once() {
    crate::support::database::on_postgres(async |database| {
        let scene = scene(&database).await;
        let card = scene.alerted().await;
        let second = Setup::beside(&database)
            .at(&scene.clock)
            .with("ADMIN_USER_IDS", ANNA.to_string())
            .with("AUTO_REMEDIATION_ENABLED", "false");
        let mut second = second.start_on(scene.program.telegram()).await;
        delivered(&database).await;
        scene.clock.advance(Duration::minutes(15));
        let (one, other) = tokio::join!(
            incidents::tick(scene.program.cx()),
            incidents::tick(second.cx()),
        );
        one.and(other).unwrap();
        delivered(&database).await;

        let manager = crate::support::program::MANAGER;
        let said = scene.program.said_in(manager);
        assert_eq!(
            said.iter()
                .filter(|said| said.text.contains("#1 ·"))
                .count(),
            1
        );
        // The jumping clock makes the poller's lease expire, which is reported too.
        let said = scene.program.said_in(ALERT_CHAT);
        let of_cash = said
            .iter()
            .filter(|said| said.text.contains("Cash balance"));
        assert_eq!(of_cash.count(), 1, "{said:#?}");
        scene.shows(&card, "⏫ Escalated to the manager").await;
        second.stop().await;
    })
    .await;
}
