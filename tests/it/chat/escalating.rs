//! Unacknowledged incidents are escalated to the manager, once.

use sovani_ops::standin::ChatKind;

use super::*;
use crate::support::program::MANAGER;

const LIMIT: Duration = Duration::seconds(900);

fn told_to_the_manager(scene: &Scene) -> Vec<Message> {
    scene
        .program
        .said_in(MANAGER)
        .into_iter()
        .filter(|message| message.text.contains("#1 ·"))
        .collect()
}

#[each_database]
async fn an_unacknowledged_critical_incident_is_escalated_once(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene.passes(&database, LIMIT - Duration::seconds(1)).await;
    assert!(told_to_the_manager(&scene).is_empty());
    scene.passes(&database, Duration::seconds(1)).await;

    let [shown] = &told_to_the_manager(&scene)[..] else {
        panic!("one message")
    };
    assert!(
        shown.text.contains("⏫ Escalated to the manager, 12:15") && !shown.silent,
        "{shown:?}"
    );
    scene
        .shows(&card, "⏫ Escalated to the manager, 12:15")
        .await;
    for _ in 0..3 {
        scene.sweeps_after(&database, LIMIT).await;
    }
    assert_eq!(
        told_to_the_manager(&scene).len(),
        1,
        "the manager is not reminded"
    );

    scene
        .anna()
        .presses(ALERT_CHAT, card.id, ACKNOWLEDGE)
        .unwrap();
    scene.shows(shown, "👀 Acknowledged by Anna").await;
    mend(&database).await;
    scene.sweeps_after(&database, WINDOW).await;
    scene.sweeps_after(&database, WINDOW).await;
    scene.shows(shown, "✅ RESOLVED").await;
}

#[each_database]
async fn an_acknowledged_or_silenced_incident_is_not_escalated(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene.silences(&card);
    scene.shows(&card, "🔕").await;
    scene.passes(&database, LIMIT * 2).await;
    assert!(told_to_the_manager(&scene).is_empty());
    scene.passes(&database, Duration::minutes(30)).await;
    scene.program.hears(ALERT_CHAT, "The silence is over").await;
    scene.passes(&database, LIMIT - Duration::seconds(1)).await;
    assert!(
        told_to_the_manager(&scene).is_empty(),
        "the time counts from the last call"
    );

    scene
        .anna()
        .presses(ALERT_CHAT, card.id, ACKNOWLEDGE)
        .unwrap();
    scene.shows(&card, "👀").await;
    scene.passes(&database, LIMIT * 2).await;
    assert!(told_to_the_manager(&scene).is_empty());
}

#[each_database]
async fn only_critical_incidents_are_escalated(database: TestDatabase) {
    let scene = scene(&database).await;
    mend(&database).await;
    faults::add_commission_outliers(database.db(), TODAY - chrono::Days::new(2), 12)
        .await
        .unwrap();
    scene.program.sweep().await;
    scene.program.hears(ALERT_CHAT, "commission outliers").await;
    scene.passes(&database, LIMIT * 10).await;
    assert!(told_to_the_manager(&scene).is_empty());
}

#[each_database]
async fn without_a_manager_within_reach_the_others_are_told(database: TestDatabase) {
    use sovani_ops::standin::ChatAccess;
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene
        .program
        .telegram()
        .set_access(MANAGER, ChatAccess::Blocked)
        .unwrap();
    let manager = MANAGER.to_string().parse().unwrap();
    let hello = sovani_ops::views::Html::new().text("hello").into();
    scene.program.cx().post(&[manager], hello).await.unwrap();
    scene
        .program
        .hears(ALERT_CHAT, "no longer reach chat 77")
        .await;
    scene.passes(&database, LIMIT).await;

    let word = scene
        .program
        .hears(
            ALERT_CHAT,
            "Escalation: nobody has acknowledged this for 15 min.",
        )
        .await;
    assert!(!word.silent && word.reply_to == Some(card.id), "{word:?}");
}

#[each_database]
async fn the_time_until_escalation_is_a_setting_and_0_says_never(database: TestDatabase) {
    let scene = scene_with(&database, &[("ESCALATE_AFTER_SEC", "0")]).await;
    scene.alerted().await;
    scene.passes(&database, LIMIT * 100).await;
    assert!(told_to_the_manager(&scene).is_empty());
}

#[each_database]
async fn a_manager_who_reads_the_alerts_is_told_in_a_reply(database: TestDatabase) {
    let scene = scene_with(&database, &[("ALERT_CHAT_IDS", "77")]).await;
    scene.program.sweep().await;
    let card = scene.program.hears(MANAGER, CASH).await;
    scene.passes(&database, LIMIT).await;
    let word = scene
        .program
        .hears(
            MANAGER,
            "Escalation: nobody has acknowledged this for 15 min.",
        )
        .await;
    assert!(!word.silent && word.reply_to == Some(card.id), "{word:?}");
}

/// The scene in which the action tells the manager.
async fn informed(database: &TestDatabase, more: &[(&str, &str)]) -> (Scene, Message) {
    let settings = [&[("AUTO_REMEDIATION_ENABLED", "true")], more].concat();
    let scene = scene_with(database, &settings).await;
    scene.alerted().await;
    let card = scene.program.hears(MANAGER, "For your information").await;
    (scene, card)
}

#[each_database]
async fn the_manager_has_one_message_of_an_incident_which_is_first_for_information(
    database: TestDatabase,
) {
    let (scene, card) = informed(&database, &[]).await;
    assert!(card.silent, "{card:?}");
    assert_eq!(
        card.labels(),
        [vec![ACKNOWLEDGE], vec!["📖 Runbook"], vec!["📈 Trend"]],
        "what a reader may press"
    );

    scene.passes(&database, LIMIT).await;
    let word = scene
        .program
        .hears(MANAGER, "Escalation: nobody has acknowledged this")
        .await;
    assert!(!word.silent && word.reply_to == Some(card.id), "{word:?}");
    let card = scene.shows(&card, "⏫ Escalated to the manager").await;
    assert!(!card.text.contains("For your information"), "{card:?}");
    assert_eq!(told_to_the_manager(&scene).len(), 1);

    let maria = scene.program.person(MANAGER, "Maria");
    let press = maria.presses(MANAGER, card.id, ACKNOWLEDGE).unwrap();
    assert_eq!(scene.program.told(&press).await, "Acknowledged");
    let card = scene.shows(&card, "👀 Acknowledged by Maria").await;
    assert_eq!(card.labels(), [["📖 Runbook"], ["📈 Trend"]]);
    let alert = scene.program.said_in(ALERT_CHAT).remove(0);
    scene.shows(&alert, "👀 Acknowledged by Maria").await;
    let press = maria.presses_data(MANAGER, card.id, "resolve:1").unwrap();
    assert_eq!(
        scene.program.told(&press).await,
        "Only administrators may do that."
    );
}

#[each_database]
async fn the_manager_may_acknowledge_by_a_command_what_was_brought_to_them(database: TestDatabase) {
    let (scene, _) = informed(&database, &[]).await;
    let maria = scene.program.person(MANAGER, "Maria");
    let in_group = scene.program.asks(&maria, ALERT_CHAT, "/ack 1").await;
    assert_eq!(in_group.text, "Only administrators may do that.");
    let told = scene.program.asks(&maria, MANAGER, "/ack").await;
    assert_eq!(told.text, "#1: Acknowledged");
}

#[each_database]
async fn in_the_managers_group_viewers_may_acknowledge_and_strangers_may_not(
    database: TestDatabase,
) {
    const GROUP: i64 = -1007;
    let scene = scene_with(&database, &[("MANAGER_CHAT_ID", "-1007")]).await;
    let telegram = scene.program.telegram();
    telegram.add_chat(GROUP, ChatKind::Supergroup, "Managers");
    let alert = scene.alerted().await;
    scene.passes(&database, LIMIT).await;
    let card = scene.program.hears(GROUP, CASH).await;
    let viewer = scene.program.person(VIEWER, "Vera");
    for (who, chat, card, answer) in [
        ("a stranger", GROUP, card.id, "You are not authorised."),
        (
            "not here",
            ALERT_CHAT,
            alert.id,
            "Only administrators may do that.",
        ),
        ("a viewer", GROUP, card.id, "Acknowledged"),
    ] {
        let person = match who {
            "a stranger" => scene.program.person(STRANGER, "Mallory"),
            _ => viewer.clone(),
        };
        let press = person.presses(chat, card, ACKNOWLEDGE).unwrap();
        assert_eq!(scene.program.told(&press).await, answer, "{who}");
    }
}

#[each_database]
async fn without_a_manager_viewers_may_acknowledge_what_was_escalated_to_the_alert_chats(
    database: TestDatabase,
) {
    use sovani_ops::standin::ChatAccess;
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    let telegram = scene.program.telegram();
    telegram.set_access(MANAGER, ChatAccess::Blocked).unwrap();
    let manager = MANAGER.to_string().parse().unwrap();
    let hello = sovani_ops::views::Html::new().text("hello").into();
    scene.program.cx().post(&[manager], hello).await.unwrap();
    scene.program.hears(ALERT_CHAT, "no longer reach").await;
    scene.passes(&database, LIMIT).await;
    scene.program.hears(ALERT_CHAT, "Escalation: nobody").await;

    let viewer = scene.program.person(VIEWER, "Vera");
    let press = viewer.presses(ALERT_CHAT, card.id, ACKNOWLEDGE).unwrap();

    assert_eq!(scene.program.told(&press).await, "Acknowledged");
}
