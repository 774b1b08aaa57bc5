//! Every press and every command is looked at by who gives it.

use super::*;

const CHANGES: [&str; 5] = [
    "/ack 1",
    "/resolve 1",
    "/silence 1 1h",
    "/mute 1h",
    "/silence all 1h",
];

#[each_database]
async fn a_viewer_reads_and_changes_nothing(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    let viewer = scene.program.person(VIEWER, "Vera");
    for text in CHANGES {
        let told = scene.program.asks(&viewer, VIEWER, text).await.text;
        assert_eq!(told, "Only administrators may do that.", "{text}");
    }
    for label in [ACKNOWLEDGE, SILENCE_1H] {
        let press = viewer.presses(ALERT_CHAT, card.id, label).unwrap();
        assert_eq!(
            scene.program.told(&press).await,
            "Only administrators may do that.",
            "{label}"
        );
    }
    for data in ["resolve:1", "unsilence:1", "ack_all:1"] {
        let press = viewer.presses_data(ALERT_CHAT, card.id, data).unwrap();
        assert_eq!(
            scene.program.told(&press).await,
            "Only administrators may do that.",
            "{data}"
        );
    }
    let list = scene.program.asks(&viewer, VIEWER, "/incident").await;
    assert!(
        list.text.contains("/incident_1 since 12:00"),
        "{}",
        list.text
    );
    let nothing =
        "SELECT COUNT(*) FROM ops_incidents WHERE acknowledged_at IS NULL AND closed_at IS NULL";
    assert_eq!(database.number(nothing).await, 1);
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_silences").await,
        0
    );
    let counted = &scene.program.cx().metrics.bot_callbacks_total;
    assert_eq!(counted.with_label_values(&["ack", "refused"]).get(), 1);
    assert_eq!(counted.with_label_values(&["silence", "refused"]).get(), 1);
}

#[each_database]
async fn a_stranger_in_the_group_presses_nothing(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    let stranger = scene.program.person(STRANGER, "Mallory");
    for label in [ACKNOWLEDGE, SILENCE_1H, "📖 Runbook"] {
        let press = stranger.presses(ALERT_CHAT, card.id, label).unwrap();
        assert_eq!(
            scene.program.told(&press).await,
            "You are not authorised.",
            "{label}"
        );
    }
    assert_eq!(scene.program.said_in(ALERT_CHAT).len(), 1);
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_silences").await,
        0
    );
}

#[each_database]
async fn a_press_with_a_payload_of_nonsense_does_nothing(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    for data in [
        "ack:",
        "ack:x",
        "ack:404",
        "ack:99999999999999999999",
        "resolve:404",
        "silence:1",
        "silence:1:",
        "silence:1:91d",
        "silence:404:1h",
        "unsilence:404",
        "incidents:-1",
        "incidents:x",
    ] {
        let press = scene
            .anna()
            .presses_data(ALERT_CHAT, card.id, data)
            .unwrap();
        assert_eq!(
            scene.program.told(&press).await,
            "This button has expired.",
            "{data}"
        );
    }
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_silences").await,
        0
    );
}
