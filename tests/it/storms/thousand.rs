//! A thousand faults in one sweep, from the first message to the last.

use std::collections::BTreeSet;

use chrono::Duration;
use sovani_ops::{
    domain::{By, Who},
    ops::incidents::{self, Operation},
    standin::utf16_len,
};

use super::*;
use crate::support::{checks::passing, delivery::delivered};

const WINDOW: Duration = Duration::seconds(300);
const CRITICAL: usize = 7;
const ERRORS: usize = 300;
const WARNINGS: usize = 693;

/// The loudest come last, so that their place in the digest is not that of the sweep.
fn thousand() -> Vec<Check> {
    let warnings = faults("Warehouse", WARNINGS, Severity::Warning);
    let errors = faults("Engine", ERRORS, Severity::Error);
    let critical = faults("Core", CRITICAL, Severity::Critical);
    [warnings, errors, critical].concat()
}

/// The numbers that follow each of these marks.
fn numbers_after(text: &str, mark: &str) -> Vec<i64> {
    let digits = |rest: &str| -> String { rest.chars().take_while(char::is_ascii_digit).collect() };
    let rests = text.split(mark).skip(1);
    rests.filter_map(|rest| digits(rest).parse().ok()).collect()
}

/// The ids that Vera collects by turning page after page to the last one.
async fn pages(program: &TestProgram, ask: &str, turn: &str, mark: &str) -> Vec<i64> {
    let vera = program.person(VERA, "Vera");
    let mut page = program.asks(&vera, VERA, ask).await;
    let mut ids = numbers_after(&page.text, mark);
    while page.button(turn).is_some() {
        vera.presses(VERA, page.id, turn).unwrap();
        let before = page.edits.len();
        let turned = program
            .telegram()
            .wait_for(std::time::Duration::from_secs(20), |state| {
                let page = state.message(VERA, page.id);
                page.filter(|page| page.edits.len() > before).cloned()
            });
        page = turned.await.unwrap();
        ids.extend(numbers_after(&page.text, mark));
    }
    ids
}

async fn all(database: &TestDatabase, ids: &str) -> BTreeSet<i64> {
    let ids = database
        .texts(format!("SELECT CAST(id AS TEXT) FROM {ids}"))
        .await;
    ids.iter().map(|id| id.parse().unwrap()).collect()
}

fn counted(program: &TestProgram) -> u64 {
    let counter = &program.cx().metrics.alerts_total;
    let of = |severity: Severity| {
        // The source of these faults is no detector.
        let labels = ["unknown", severity.as_str()];
        counter.with_label_values(&labels).get()
    };
    Severity::ALL.into_iter().map(of).sum()
}

async fn told(
    program: &TestProgram,
    person: i64,
    name: &str,
    digest: &Message,
    data: &str,
) -> String {
    let person = program.person(person, name);
    let press = person.presses_data(digest.chat, digest.id, data).unwrap();
    program.told(&press).await
}

/// The storm, with its notifications.
async fn storm(database: &TestDatabase, clock: &Clock) -> TestProgram {
    let program = started(setup(database, clock)).await;
    assert_eq!(program.finds(&thousand()).await, 1000);
    delivered(database, clock).await;
    program
}

fn is_loudest_first(digest: &Message) {
    let lines: Vec<&str> = digest.text.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "🚨 1,000 incidents at once",
            "Since 12:00 · 1,000 open, 0 of them acknowledged",
            ""
        ]
    );
    let core =
        (1..=7).map(|number| format!("🚨 Core {number} is broken /incident_{}", 993 + number));
    let engine =
        (1..=3).map(|number| format!("❌ Engine {number} is broken /incident_{}", 693 + number));
    assert_eq!(lines[3..13], core.chain(engine).collect::<Vec<_>>());
    assert_eq!(lines[13..], ["", "… and 990 more: /incident"]);
    assert!(utf16_len(&digest.text) <= 700, "it fits a phone's screen");
}

#[each_database]
async fn a_thousand_faults_are_one_message_a_chat(database: TestDatabase) {
    let clock = noon();
    let mut program = storm(&database, &clock).await;

    for chat in CHATS {
        let digest = only_message(&program, chat);
        is_loudest_first(&digest);
        assert!(!digest.silent);
    }
    let reached =
        "SELECT COUNT(*) FROM ops_alerts_history WHERE sent_to_chat_ids IN ('-1001,7', '7,-1001')";
    assert_eq!(database.number(reached).await, 1000);
    assert_eq!(counted(&program), 1000);

    let incidents = pages(&program, "/incident", "Next ▶", "/incident_").await;
    assert_eq!(incidents.len(), 1000, "each on one page");
    assert_eq!(
        BTreeSet::from_iter(incidents),
        all(&database, "ops_incidents").await
    );
    let alerts = pages(&program, "/alerts 20", "Older ▶", " #").await;
    assert_eq!(alerts.len(), 1000, "each on one page");
    assert_eq!(
        BTreeSet::from_iter(alerts),
        all(&database, "ops_alerts_history").await
    );
    program.stop().await;
}

#[each_database]
async fn the_digest_of_a_thousand_is_kept_up_to_date_and_acknowledged_at_one_press(
    database: TestDatabase,
) {
    let clock = noon();
    let mut program = storm(&database, &clock).await;
    let boris = Who::in_chat(By::user(8, "Boris"), 8);
    incidents::perform(program.cx(), 994, Operation::Acknowledge, boris.clone())
        .await
        .unwrap();
    incidents::perform(program.cx(), 995, Operation::Resolve, boris)
        .await
        .unwrap();
    delivered(&database, &clock).await;
    for chat in CHATS {
        let digest = only_message(&program, chat);
        assert!(
            digest.text.contains("999 open, 1 of them acknowledged"),
            "{digest:?}"
        );
        assert!(digest.text.contains("👀 Core 1 is broken") && !digest.text.contains("Core 2 "));
    }

    let digest = only_message(&program, ALERT_CHAT);
    let data = digest.button("✅ Acknowledge all").unwrap().data().unwrap();
    assert_eq!(
        told(&program, VERA, "Vera", &digest, data).await,
        "Only administrators may do that."
    );
    let taken_on = "SELECT COUNT(*) FROM ops_incidents WHERE acknowledged_at IS NOT NULL";
    assert_eq!(database.number(taken_on).await, 1);
    assert_eq!(
        told(&program, ANNA, "Anna", &digest, data).await,
        "998 incidents acknowledged"
    );
    assert_eq!(
        told(&program, ANNA, "Anna", &digest, data).await,
        "There is nothing left to acknowledge."
    );
    assert_eq!(database.number(taken_on).await, 999);

    delivered(&database, &clock).await;
    for chat in CHATS {
        let digest = only_message(&program, chat);
        assert!(
            digest.text.contains("999 open, 999 of them acknowledged"),
            "{digest:?}"
        );
        assert_eq!(digest.labels(), [["📋 Open incidents"]]);
    }
    clock.advance(WINDOW * 4);
    let mut still = thousand();
    still.retain(|check| check.message != "Core 2 is broken");
    assert_eq!(
        program.finds(&still).await,
        0,
        "nobody is reminded of what is taken on"
    );
    program.stop().await;
}

#[each_database]
async fn a_thousand_are_reminded_of_and_ended_by_one_message_each(database: TestDatabase) {
    let clock = noon();
    let mut program = storm(&database, &clock).await;
    for (reminders, after) in [(1, WINDOW), (2, WINDOW * 2)] {
        clock.advance(after);
        assert_eq!(program.finds(&thousand()).await, 1000);
        delivered(&database, &clock).await;
        for chat in CHATS {
            let replies = replies(&program, chat);
            assert_eq!(replies.len(), reminders);
            assert!(
                replies[reminders - 1]
                    .text
                    .contains("nobody has acknowledged 1,000 of 1,000 incidents")
            );
            assert!(replies[reminders - 1].silent);
        }
    }

    program.finds(&[passing()]).await;
    program.finds(&[passing()]).await;
    delivered(&database, &clock).await;
    for chat in CHATS {
        let digest = &program.said_in(chat)[0];
        assert!(
            digest
                .text
                .starts_with("✅ 1,000 incidents, all resolved\nLasted 15 min.\n"),
            "{digest:?}"
        );
        assert!(digest.keyboard.rows.is_empty());
        let replies = replies(&program, chat);
        assert_eq!(replies.len(), 3);
        assert_eq!(
            replies[2].text,
            "✅ All 1,000 incidents are resolved. It lasted 15 min."
        );
    }
    assert_eq!(
        counted(&program),
        3000,
        "each alert once, the reminders among them"
    );
    program.stop().await;
}
