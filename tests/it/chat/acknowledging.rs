//! Taking an incident on, and ending it by hand.

use sovani_ops::standin::{Fault, Scope, Times};

use super::*;

#[each_database]
async fn an_acknowledgement_shows_who_and_when_and_ends_the_reminders(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene.sweeps_after(&database, WINDOW).await;
    let [reminder] = &scene.words()[..] else {
        panic!("one reminder")
    };
    assert!(
        reminder.silent && reminder.reply_to == Some(card.id),
        "{reminder:?}"
    );
    assert!(
        reminder.text.contains("Still failing, 2 checks so far.")
            && reminder.text.ends_with("/ack_1")
    );

    let press = scene
        .anna()
        .presses(ALERT_CHAT, card.id, ACKNOWLEDGE)
        .unwrap();
    assert_eq!(scene.program.told(&press).await, "Acknowledged");
    let card = scene.shows(&card, "👀 Acknowledged by Anna, 12:05").await;
    assert_eq!(card.labels()[0], [RESOLVE]);

    for _ in 0..5 {
        scene.sweeps_after(&database, WINDOW * 10).await;
    }
    assert_eq!(scene.words().len(), 1, "nobody is reminded any more");
    scene.shows(&card, "7 failing checks").await;
}

#[each_database]
async fn of_two_who_press_at_once_one_acts_and_the_other_is_told_who(database: TestDatabase) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    let (anna, boris) = (scene.anna(), scene.boris());
    let presses =
        [&anna, &boris].map(|person| person.presses(ALERT_CHAT, card.id, ACKNOWLEDGE).unwrap());
    let mut told = Vec::new();
    for press in &presses {
        told.push(scene.program.told(press).await);
    }
    told.sort_unstable();
    let [first, second] = &told[..] else {
        panic!("two answers")
    };
    assert_eq!(first, "Acknowledged");
    assert!(
        second.ends_with("has acknowledged it already, 12:00."),
        "{second}"
    );
    let name = second.split(' ').next().unwrap();
    scene
        .shows(&card, &format!("Acknowledged by {name}, 12:00"))
        .await;
}

#[each_database]
async fn an_incident_is_acknowledged_by_number_by_reply_and_when_it_is_the_only_one(
    database: TestDatabase,
) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    delivered(&database).await;
    let reply = scene.anna().replies(ALERT_CHAT, card.id, "/ack").unwrap();
    let answer = scene.program.answer_after(ALERT_CHAT, reply).await;
    assert_eq!(answer.text, "#1: Acknowledged");

    let again = scene
        .program
        .asks(&scene.boris(), ALERT_CHAT, "/ack_1")
        .await;
    assert_eq!(again.text, "Anna has acknowledged it already, 12:00.");
    let only = scene
        .program
        .asks(&scene.boris(), ALERT_CHAT, "/resolve")
        .await;
    assert_eq!(only.text, "#1: Closed");
    delivered(&database).await;
    for (text, answer) in [
        ("/ack 404", "There is no incident #404."),
        ("/ack seven", "Usage: /ack [incident]"),
        ("/ack 1 2", "Usage: /ack [incident]"),
        ("/ack 1", "Boris has closed it already, 12:00."),
    ] {
        assert_eq!(
            scene
                .program
                .asks(&scene.anna(), ALERT_CHAT, text)
                .await
                .text,
            answer,
            "{text}"
        );
    }
    let which = scene.program.asks(&scene.anna(), ALERT_CHAT, "/ack").await;
    assert!(
        which.text.starts_with("Name an incident, as in /ack 7"),
        "{}",
        which.text
    );
}

#[each_database]
async fn a_closed_incident_names_its_author_and_a_continuing_fault_opens_another(
    database: TestDatabase,
) {
    let scene = scene(&database).await;
    let card = scene.alerted().await;
    scene
        .anna()
        .presses(ALERT_CHAT, card.id, ACKNOWLEDGE)
        .unwrap();
    let card = scene.shows(&card, "Acknowledged by Anna").await;
    let press = scene.boris().presses(ALERT_CHAT, card.id, RESOLVE).unwrap();
    assert_eq!(scene.program.told(&press).await, "Closed");

    let card = scene.shows(&card, "☑️ Closed by Boris").await;
    assert!(card.keyboard.is_empty());
    delivered(&database).await;
    let [end] = &scene.words()[..] else {
        panic!("one reply")
    };
    assert_eq!(
        end.text,
        "☑️ Closed by Boris | check_cash_balance_threshold\n\nThe check still fails: \
         Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)\n\n\
         Lasted less than a second.",
    );
    assert_eq!(end.reply_to, Some(card.id));
    scene.sweeps_after(&database, WINDOW).await;
    let another = scene.program.hears(ALERT_CHAT, "#2 · since 12:05").await;
    assert_eq!(another.labels()[0], [ACKNOWLEDGE]);
}

#[each_database]
async fn a_button_that_has_outlived_its_incident_says_so_and_disappears(database: TestDatabase) {
    let scene = scene(&database).await;
    // The answer is lost, so the message is there twice, and the program knows of one.
    scene.program.telegram().fail(
        Scope::Chat(ALERT_CHAT),
        Times::Once,
        Fault::AcceptedThenDropped,
    );
    scene.program.sweep().await;
    eventually("a second copy", async || {
        scene.clock.advance(Duration::seconds(5));
        scene.program.said_in(ALERT_CHAT).len() == 2
    })
    .await;
    delivered(&database).await;
    let [copy, card] = &scene.program.said_in(ALERT_CHAT)[..] else {
        panic!("two copies")
    };
    scene
        .program
        .asks(&scene.anna(), ALERT_CHAT, "/resolve 1")
        .await;
    scene.shows(card, "☑️ Closed by Anna").await;
    assert_eq!(copy.labels()[0], [ACKNOWLEDGE]);

    let press = scene
        .boris()
        .presses(ALERT_CHAT, copy.id, ACKNOWLEDGE)
        .unwrap();

    let told = scene.program.told(&press).await;
    assert!(
        told.starts_with("Anna has closed it already, 12:0"),
        "{told}"
    );
    let copy = scene.shows(copy, "☑️ Closed by Anna").await;
    assert!(copy.keyboard.is_empty());
}

#[each_database]
async fn an_acknowledgement_survives_a_restart(database: TestDatabase) {
    let mut scene = scene(&database).await;
    let card = scene.alerted().await;
    scene
        .anna()
        .presses(ALERT_CHAT, card.id, ACKNOWLEDGE)
        .unwrap();
    scene.shows(&card, "Acknowledged by Anna").await;
    delivered(&database).await;

    scene.program.restart().await;
    scene.sweeps_after(&database, WINDOW * 3).await;

    scene.shows(&card, "2 failing checks").await;
    assert!(scene.words().is_empty());
    assert!(
        scene
            .program
            .message(&card)
            .text
            .contains("Acknowledged by Anna, 12:00")
    );
}
