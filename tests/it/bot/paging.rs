//! Long answers, page by page, in one message.

use sovani_ops::standin::Message;

use super::{ANNA, VIEWER, anna, healthy};
use crate::support::{database::TestDatabase, program::TestProgram};

/// So many alerts on record, one a minute; every third is critical. Two of them are of the same moment.
async fn with_history(database: &TestDatabase, alerts: u32) -> TestProgram {
    let program = healthy(database).await;
    for number in 1..=alerts {
        let severity = if number % 3 == 0 {
            "critical"
        } else {
            "warning"
        };
        let minute = number - u32::from(number == 4);
        database
            .execute(&format!(
                "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
                 VALUES ('2025-10-02 08:{minute:02}:00.000000', 'check_db_growth', '{severity}', 'fault {number}.', 'f')"
            ))
            .await;
    }
    program
}

/// The numbers of the faults that are shown, from top to bottom.
fn faults(message: &Message) -> Vec<u32> {
    message
        .text
        .split("fault ")
        .skip(1)
        .map(|rest| rest.split('.').next().unwrap().parse().unwrap())
        .collect()
}

fn buttons(message: &Message) -> Vec<&str> {
    let rows = message.keyboard.rows.iter().flatten();
    rows.map(|button| button.text.as_str()).collect()
}

async fn turned(program: &TestProgram, message: &Message, label: &str, to: &str) -> Message {
    let press = anna(program)
        .presses(message.chat, message.id, label)
        .unwrap();
    assert_eq!(program.told(&press).await, "");
    program.reads(message, to).await
}

#[each_database]
async fn the_history_is_turned_back_and_forth_in_its_message(database: TestDatabase) {
    let program = with_history(&database, 12).await;
    let first = program.asks(&anna(&program), ANNA, "/alerts").await;
    assert!(
        first.text.starts_with("The newest alerts 1–5 of 12\n"),
        "{}",
        first.text
    );
    assert_eq!(faults(&first), [12, 11, 10, 9, 8]);
    assert_eq!(buttons(&first), ["Older ▶"]);

    let second = turned(&program, &first, "Older ▶", "6–10 of 12").await;
    assert!(second.text.starts_with("Older alerts "), "{}", second.text);
    assert_eq!(faults(&second), [7, 6, 5, 4, 3]);
    assert_eq!(buttons(&second), ["◀ Newer", "Older ▶"]);

    let last = turned(&program, &second, "Older ▶", "11–12 of 12").await;
    assert_eq!(faults(&last), [2, 1]);
    assert_eq!(buttons(&last), ["◀ Newer"]);

    let back = turned(&program, &last, "◀ Newer", "6–10 of 12").await;
    assert_eq!(faults(&back), [7, 6, 5, 4, 3]);
    let top = turned(&program, &back, "◀ Newer", "1–5 of 12").await;
    assert_eq!(
        (faults(&top), buttons(&top)),
        (vec![12, 11, 10, 9, 8], vec!["Older ▶"])
    );
    assert_eq!(program.said_in(ANNA).len(), 1);
}

#[each_database]
async fn a_page_keeps_its_severity_and_its_length(database: TestDatabase) {
    let program = with_history(&database, 12).await;
    let first = program
        .asks(&anna(&program), ANNA, "/alerts critical 3")
        .await;
    assert_eq!(faults(&first), [12, 9, 6]);
    let second = turned(&program, &first, "Older ▶", "4–4 of 4").await;
    assert_eq!(faults(&second), [3]);
    let top = turned(&program, &second, "◀ Newer", "1–3 of 4").await;
    assert_eq!(faults(&top), [12, 9, 6]);
}

#[each_database]
async fn pages_do_not_shift_when_an_alert_comes_in_between(database: TestDatabase) {
    let program = with_history(&database, 7).await;
    let first = program.asks(&anna(&program), ANNA, "/alerts").await;
    database
        .execute(
            "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
             VALUES ('2025-10-02 08:30:00.000000', 'check_db_growth', 'error', 'fault 30.', 'f')",
        )
        .await;
    let second = turned(&program, &first, "Older ▶", "7–8 of 8").await;
    assert_eq!(faults(&second), [2, 1]);
    let top = turned(&program, &second, "◀ Newer", "2–6 of 8").await;
    assert_eq!(faults(&top), [7, 6, 5, 4, 3]);
}

#[each_database]
async fn a_page_of_alerts_that_are_gone_has_expired(database: TestDatabase) {
    let program = with_history(&database, 12).await;
    let first = program.asks(&anna(&program), ANNA, "/alerts").await;
    database.execute("DELETE FROM ops_alerts_history").await;
    let press = anna(&program).presses(ANNA, first.id, "Older ▶").unwrap();
    assert_eq!(program.told(&press).await, "This button has expired.");
    assert_eq!(program.said_in(ANNA), [first]);
}

#[tokio::test]
async fn a_runbook_is_turned_in_its_message() {
    crate::support::database::on_sqlite(async |database| {
        let program = healthy(&database).await;
        let first = program
            .asks(&anna(&program), ANNA, "/runbook check_db_growth")
            .await;
        assert!(first.text.ends_with("Page 1 of 3"), "{}", first.text);
        assert_eq!(buttons(&first), ["Next ▶"]);
        let second = turned(&program, &first, "Next ▶", "Page 2 of 3").await;
        assert_eq!(buttons(&second), ["◀ Back", "Next ▶"]);
        let third = turned(&program, &second, "Next ▶", "Page 3 of 3").await;
        assert_eq!(buttons(&third), ["◀ Back"]);
        turned(&program, &third, "◀ Back", "Page 2 of 3").await;
        assert_eq!(program.said_in(ANNA).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_viewer_turns_pages_and_a_deleted_page_is_no_trouble() {
    crate::support::database::on_sqlite(async |database| {
        let program = with_history(&database, 6).await;
        let viewer = program.person(VIEWER, "Vera");
        let first = program.asks(&viewer, VIEWER, "/alerts").await;
        assert_eq!(buttons(&first), ["Older ▶"]);
        let older = first.button("Older ▶").unwrap().data().unwrap();
        program.telegram().delete_message(VIEWER, first.id).unwrap();
        let press = viewer.presses_data(VIEWER, first.id, older).unwrap();
        assert_eq!(program.told(&press).await, "");
        let later = program.asks(&viewer, VIEWER, "/alerts 1").await;
        assert_eq!(faults(&later), [6]);
    })
    .await;
}
