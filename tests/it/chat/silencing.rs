//! Keeping notifications back: from below an incident, by command, for everything, and planned ahead.

use super::*;

const HOUR: Duration = Duration::hours(1);

async fn says(scene: &Scene, text: &str) -> String {
    scene.program.asks(&scene.anna(), ANNA, text).await.text
}

#[each_database]
async fn an_incident_silenced_for_an_hour_is_quiet_and_told_of_at_the_end(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    let press = scene.silences(&card);
    assert_eq!(scene.program.told(&press).await, "Silenced until 13:00");
    let silenced = scene.shows(&card, "🔕 Silenced by Anna until 13:00").await;
    assert_eq!(silenced.labels()[1], ["🔔 End silence #1"]);

    for _ in 0..5 {
        scene.sweeps_after(&database, Duration::minutes(11)).await;
    }
    assert!(scene.words().is_empty(), "not while it is silenced");
    scene.shows(&card, "6 failing checks, the last 12:55").await;
    scene.passes(&database, Duration::minutes(5)).await;

    let [word] = &scene.words()[..] else {
        panic!("one word")
    };
    assert!(
        word.text
            .starts_with("🔔 The silence is over, and the fault continues."),
        "{}",
        word.text
    );
    assert!(!word.silent && word.reply_to == Some(card.id), "{word:?}");
    let card = scene.program.message(&card);
    assert!(
        !card.text.contains("🔕") && card.button(SILENCE_1H).is_some(),
        "{card:?}"
    );
    scene.sweeps_after(&database, Duration::minutes(1)).await;
    assert_eq!(scene.words().len(), 1, "once");
}

#[each_database]
async fn of_two_who_silence_at_once_the_second_is_told_who_did(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    let first = scene.silences(&card);
    assert_eq!(scene.program.told(&first).await, "Silenced until 13:00");
    let second = scene
        .boris()
        .presses_data(ALERT_CHAT, card.id, "silence:1:4h")
        .unwrap();
    assert_eq!(
        scene.program.told(&second).await,
        "Anna has silenced it already, until 13:00."
    );
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_silences").await,
        1
    );
}

#[each_database]
async fn a_silence_ended_by_hand_is_over_at_once(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene.silences(&card);
    let silenced = scene.shows(&card, "🔕").await;

    let press = scene
        .boris()
        .presses(ALERT_CHAT, card.id, silenced.labels()[1][0])
        .unwrap();

    assert_eq!(scene.program.told(&press).await, "The silence is over.");
    scene
        .program
        .hears(ALERT_CHAT, "The silence is over, and the fault continues.")
        .await;
    let again = scene
        .boris()
        .presses_data(ALERT_CHAT, card.id, "unsilence:1")
        .unwrap();
    assert_eq!(
        scene.program.told(&again).await,
        "Boris has ended it already, 12:00."
    );
}

#[each_database]
async fn a_silence_that_ends_after_the_fault_says_nothing(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene.silences(&card);
    scene.shows(&card, "🔕").await;
    mend(&database).await;
    scene.sweeps_after(&database, WINDOW).await;
    scene.sweeps_after(&database, WINDOW).await;
    scene.passes(&database, HOUR).await;

    scene.shows(&card, "✅ RESOLVED").await;
    let [end] = &scene.words()[..] else {
        panic!("the end alone")
    };
    assert!(end.text.starts_with("✅ RESOLVED"));
}

#[each_database]
async fn a_silenced_detector_is_told_of_when_its_silence_is_over(database: TestDatabase) {
    let scene = scene(&database).await;
    let told = says(
        &scene,
        "/silence check_cash_balance_threshold 2h migrating the bank",
    )
    .await;
    assert_eq!(
        told,
        "🔕 #1 check_cash_balance_threshold\nUntil 14:00, 2 h left\nAnna: migrating the bank"
    );
    let stats = scene.program.sweep().await;
    assert_eq!((stats.failed, stats.alerts_sent), (1, 0));
    assert!(scene.program.said_in(ALERT_CHAT).is_empty());

    scene.passes(&database, HOUR * 2).await;

    let [card] = &scene.program.said_in(ALERT_CHAT)[..] else {
        panic!("its standing message")
    };
    assert!(
        card.text.contains("#1 · since 12:00") && !card.silent,
        "{card:?}"
    );
}

#[each_database]
async fn a_fault_that_opens_in_a_silence_is_remedied_when_that_is_over(database: TestDatabase) {
    let scene = scene_with(&database, &[("AUTO_REMEDIATION_ENABLED", "true")]).await;
    says(
        &scene,
        "/silence check_cash_balance_threshold 1h at work on it",
    )
    .await;
    assert_eq!(scene.program.sweep().await.remediations_triggered, 0);
    let runs = "SELECT COUNT(*) FROM ops_remediation_history";
    assert_eq!(database.number(runs).await, 0);

    scene.passes(&database, HOUR).await;

    eventually("the action's run", async || {
        database.number(runs).await == 1
    })
    .await;
    let told = "SELECT COUNT(*) FROM ops_remediation_history r JOIN ops_alerts_history a ON a.id = r.alert_id";
    assert_eq!(database.number(told).await, 1);
    scene
        .program
        .hears(ALERT_CHAT, "remediate_notify_admin")
        .await;
}

#[each_database]
async fn mute_holds_everything_back_but_critical_incidents(database: TestDatabase) {
    let scene = scene(&database).await;
    faults::stop_ingest(database.db(), TODAY - chrono::Days::new(3))
        .await
        .unwrap();
    set_balance(&database, -15_000).await;
    let told = says(&scene, "/mute 30m").await;
    assert!(
        told.starts_with("🔕 #1 everything but critical\nUntil 12:30"),
        "{told}"
    );

    scene.program.sweep().await;
    delivered(&database).await;
    let [card] = &scene.program.said_in(ALERT_CHAT)[..] else {
        panic!("one alert")
    };
    assert!(card.text.contains("CRITICAL"));
    assert_eq!(says(&scene, "/mute off").await, "The silence is over.");
    scene
        .program
        .hears(ALERT_CHAT, "ERROR | check_ingest_success_rate")
        .await;
    assert_eq!(
        says(&scene, "/mute off").await,
        "The silence was over already."
    );
}

#[each_database]
async fn a_maintenance_window_begins_and_ends_as_planned(database: TestDatabase) {
    let scene = scene(&database).await;
    mend(&database).await;
    let told = says(
        &scene,
        "/silence check_cash_balance_threshold from 14:00 1h release",
    )
    .await;
    assert!(told.contains("Planned from 14:00 to 15:00"), "{told}");
    set_balance(&database, -15_000).await;
    let card = scene.alerted().await;
    assert!(!card.text.contains("🔕"), "it has not begun");

    scene.passes(&database, HOUR * 2).await;
    let shown = scene
        .shows(&card, "🔕 Silenced by Anna until 15:00: release")
        .await;
    assert_eq!(shown.labels()[1], [shown.labels()[1][0]]);
    scene.sweeps_after(&database, Duration::minutes(30)).await;
    assert_eq!(
        scene
            .words()
            .iter()
            .filter(|word| word.text.contains("Still failing"))
            .count(),
        0
    );
    scene.passes(&database, Duration::minutes(30)).await;
    scene
        .program
        .hears(ALERT_CHAT, "The silence is over, and the fault continues.")
        .await;
}

#[each_database]
async fn silences_are_listed_and_ended_in_the_chat(database: TestDatabase) {
    let scene = scene(&database).await;
    scene.alerted().await;
    assert_eq!(says(&scene, "/silences").await, "Nothing is silenced.");
    says(&scene, "/silence 1 45m known").await;
    says(&scene, "/silence all from +3h 1h").await;

    let list = scene.program.asks(&scene.anna(), ANNA, "/silences").await;
    assert_eq!(
        list.text,
        "2 silences\n\n🔕 #1 Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)\nUntil 12:45, 45 min left\n\
         Anna: known\n\n🔕 #2 everything but critical\nPlanned from 15:00 to 16:00\nAnna",
    );
    assert_eq!(
        list.labels(),
        [["🔔 End silence #1"], ["🔔 End silence #2"]]
    );
    let press = scene
        .boris()
        .presses(ANNA, list.id, "🔔 End silence #2")
        .unwrap();
    assert_eq!(scene.program.told(&press).await, "The silence is over.");
    let list = scene.shows(&list, "1 silence\n").await;
    assert_eq!(list.labels(), [["🔔 End silence #1"]]);
}

#[each_database]
async fn many_silences_are_turned_page_by_page_and_each_can_be_ended(database: TestDatabase) {
    let scene = scene(&database).await;
    for _ in 0..8 {
        says(&scene, "/silence check_db_growth 2h").await;
    }
    let list = scene.program.asks(&scene.anna(), ANNA, "/silences").await;
    assert_eq!(
        (list.labels().len(), list.labels()[6].clone()),
        (7, vec!["Next ▶"])
    );
    scene.anna().presses(ANNA, list.id, "Next ▶").unwrap();
    let list = scene.shows(&list, "#8 check_db_growth").await;
    assert_eq!(
        list.labels(),
        [["🔔 End silence #7"], ["🔔 End silence #8"], ["◀ Back"]]
    );
    let press = scene
        .anna()
        .presses(ANNA, list.id, "🔔 End silence #8")
        .unwrap();
    assert_eq!(scene.program.told(&press).await, "The silence is over.");
    scene.shows(&list, "7 silences").await;
}

#[each_database]
async fn an_invalid_silence_is_refused_with_the_expected_form(database: TestDatabase) {
    let scene = scene(&database).await;
    let long = format!("/silence all 1h {}", "x".repeat(201));
    for (text, answer) in [
        ("/silence", "Usage: /silence"),
        (
            "/silence check_nothing 1h",
            "expected a detector, the number of an incident such as 7, or all",
        ),
        ("/silence 404 1h", "There is no incident #404."),
        ("/silence all", "expected a length such as 30m"),
        ("/silence all soon", "expected a length such as 30m"),
        ("/silence all 91d", "expected a length such as 30m"),
        ("/silence all 0m", "expected a length such as 30m"),
        (
            "/silence all from yesterday 1h",
            "expected a start such as 22:00",
        ),
        (
            "/silence all from 2025-10-01T10:00 1h",
            "expected a start such as 22:00",
        ),
        (&long, "the reason is at most 200 characters long"),
        ("/mute", "Usage: /mute <length|off>"),
        ("/mute soon", "expected a length such as 30m"),
    ] {
        let told = says(&scene, text).await;
        assert!(told.starts_with(answer), "{text}: {told}");
    }
    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_silences").await,
        0
    );
}
