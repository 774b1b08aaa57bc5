//! When alerts are single messages, and when they are grouped.

use chrono::Duration;

use super::*;
use crate::support::{checks::passing, delivery::delivered};

#[each_database]
async fn five_at_once_are_five_messages_and_six_are_one(database: TestDatabase) {
    let clock = noon();
    let mut program = started(setup(&database, &clock)).await;
    program.finds(&faults("Pump", 5, Severity::Error)).await;
    delivered(&database, &clock).await;
    for chat in CHATS {
        assert_eq!(program.said_in(chat).len(), 5);
    }

    clock.advance(Duration::seconds(61));
    program.finds(&faults("Valve", 6, Severity::Error)).await;
    delivered(&database, &clock).await;
    for chat in CHATS {
        let said = program.said_in(chat);
        assert_eq!(said.len(), 6);
        assert!(
            said[5].text.starts_with("❌ 6 incidents at once\n"),
            "{:?}",
            said[5]
        );
        assert!(!said[5].silent);
    }
    program.stop().await;
}

#[each_database]
async fn four_within_a_minute_of_three_go_into_a_digest(database: TestDatabase) {
    let clock = noon();
    let mut program = started(setup(&database, &clock)).await;
    program.finds(&faults("Pump", 3, Severity::Error)).await;
    delivered(&database, &clock).await;
    clock.advance(Duration::seconds(59));
    program.finds(&faults("Valve", 4, Severity::Error)).await;
    delivered(&database, &clock).await;

    for chat in CHATS {
        let said = program.said_in(chat);
        assert_eq!(said.len(), 4, "three messages and a digest");
        assert!(
            said[3].text.starts_with("❌ 4 incidents at once\n"),
            "{:?}",
            said[3]
        );
        assert!(!said[3].text.contains("Pump") && said[3].text.contains("Valve 4"));
    }
    program.stop().await;
}

#[each_database]
async fn what_comes_after_the_minute_is_told_alone(database: TestDatabase) {
    let clock = noon();
    let mut program = started(setup(&database, &clock)).await;
    program.finds(&faults("Pump", 5, Severity::Error)).await;
    delivered(&database, &clock).await;
    clock.advance(Duration::seconds(60));
    program.finds(&faults("Valve", 1, Severity::Error)).await;
    delivered(&database, &clock).await;

    assert!(program.said_in(ANNA)[5].text.contains("Valve 1 is broken"));
    assert_eq!(program.said_in(ANNA).len(), 6);
    program.stop().await;
}

#[each_database]
async fn warnings_come_in_silence_and_a_critical_one_among_them_makes_a_sound(
    database: TestDatabase,
) {
    let clock = noon();
    let mut program = started(setup(&database, &clock)).await;
    program.finds(&faults("Pump", 6, Severity::Warning)).await;
    delivered(&database, &clock).await;
    for chat in CHATS {
        assert!(only_message(&program, chat).silent);
    }

    clock.advance(Duration::seconds(30));
    program.finds(&faults("Valve", 1, Severity::Critical)).await;
    delivered(&database, &clock).await;
    for chat in CHATS {
        let [louder] = &replies(&program, chat)[..] else {
            panic!("one reply")
        };
        assert_eq!(
            louder.text,
            "🚨 More incidents: 7 open, the worst is critical."
        );
        assert!(!louder.silent);
        let digest = &program.said_in(chat)[0];
        let lines: Vec<&str> = digest.text.lines().collect();
        assert_eq!(lines[0], "🚨 7 incidents at once");
        assert!(
            lines[3].starts_with("🚨 Valve 1 is broken /incident_7"),
            "{digest:?}"
        );
    }

    clock.advance(Duration::seconds(10));
    program
        .finds(&faults("Filter", 1, Severity::Critical))
        .await;
    delivered(&database, &clock).await;
    assert_eq!(
        replies(&program, ANNA).len(),
        1,
        "a sound for the like was made already"
    );
    assert!(
        program.said_in(ANNA)[0]
            .text
            .starts_with("🚨 8 incidents at once\n")
    );
    program.stop().await;
}

#[each_database]
async fn acknowledge_all_acknowledges_the_incidents_that_the_digest_showed(database: TestDatabase) {
    let clock = noon();
    let mut program = started(setup(&database, &clock)).await;
    // One that is open, and joins the digest later than younger ones.
    program.finds(&faults("Old", 1, Severity::Warning)).await;
    clock.advance(Duration::seconds(90));
    program.finds(&faults("Pump", 6, Severity::Error)).await;
    delivered(&database, &clock).await;
    let digest = program.said_in(ANNA).pop().unwrap();
    let shown = digest
        .button("✅ Acknowledge all")
        .unwrap()
        .data()
        .unwrap()
        .to_owned();

    clock.advance(Duration::seconds(30));
    program.finds(&faults("Old", 1, Severity::Critical)).await;
    program.finds(&faults("Valve", 2, Severity::Error)).await;
    delivered(&database, &clock).await;
    let anna = program.person(ANNA, "Anna");
    let press = anna.presses_data(ANNA, digest.id, &shown).unwrap();
    assert_eq!(program.told(&press).await, "6 incidents acknowledged");
    let waiting = "SELECT message FROM ops_incidents WHERE acknowledged_at IS NULL ORDER BY id";
    let waiting = database.texts(waiting).await;
    assert_eq!(waiting.len(), 3, "{waiting:?}");

    delivered(&database, &clock).await;
    let digest = program.message(&digest);
    let press = anna.presses(ANNA, digest.id, "✅ Acknowledge all").unwrap();
    program.told(&press).await;
    let open = "SELECT COUNT(*) FROM ops_incidents WHERE acknowledged_at IS NULL AND digest_id IS NOT NULL";
    assert_eq!(database.number(open).await, 0);
    program.stop().await;
}

#[each_database]
async fn many_ends_at_once_are_one_message(database: TestDatabase) {
    let clock = noon();
    let setup = setup(&database, &clock).with("ALERT_RESOLVE_AFTER_PASSES", "1");
    let mut program = started(setup).await;
    for name in ["Pump", "Valve"] {
        program.finds(&faults(name, 4, Severity::Error)).await;
        delivered(&database, &clock).await;
        clock.advance(Duration::seconds(61));
    }
    program.finds(&[passing()]).await;
    delivered(&database, &clock).await;

    for chat in CHATS {
        let said = program.said_in(chat);
        assert_eq!(said.len(), 9, "eight messages, and one for their end");
        assert!(
            said[..8]
                .iter()
                .all(|card| card.text.contains("RESOLVED") && card.keyboard.rows.is_empty())
        );
        assert!(
            said[8].text.starts_with("✅ 8 incidents, all resolved\n"),
            "{:?}",
            said[8]
        );
        assert!(said[8].silent);
    }
    program.stop().await;
}

#[each_database]
async fn the_end_of_a_storm_is_told_though_other_incidents_end_with_it(database: TestDatabase) {
    let clock = noon();
    let setup = setup(&database, &clock).with("ALERT_RESOLVE_AFTER_PASSES", "1");
    let mut program = started(setup).await;
    for name in ["Pump", "Valve"] {
        program.finds(&faults(name, 4, Severity::Error)).await;
        delivered(&database, &clock).await;
        clock.advance(Duration::seconds(61));
    }
    program.finds(&faults("Filter", 6, Severity::Error)).await;
    delivered(&database, &clock).await;
    clock.advance(Duration::seconds(30));
    program.finds(&[passing()]).await;
    delivered(&database, &clock).await;

    for chat in CHATS {
        let said = program.said_in(chat);
        assert_eq!(
            said.len(),
            10,
            "eight messages, a digest, and the end of it all"
        );
        assert!(
            said[8].text.starts_with("✅ 14 incidents, all resolved\n"),
            "{:?}",
            said[8]
        );
        assert_eq!(
            said[9].text,
            "✅ All 14 incidents are resolved. It lasted 30 s."
        );
        assert_eq!(said[9].reply_to, Some(said[8].id));
    }
    program.stop().await;
}
