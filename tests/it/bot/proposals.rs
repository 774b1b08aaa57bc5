//! The life of a proposal: confirmed, cancelled, expired, contested, restarted.

use chrono::Duration;
use sovani_ops::{
    bot::buttons::proposal::end_proposals,
    clock::Clock,
    demo::Platform,
    standin::{Fault, Message, Scope, Times},
};

use super::{ANNA, BORIS, TODAY, anna, beside, healthy, proposal, proposal_in, remediations};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ALERT_CHAT, TestProgram, moment},
};

const CONFIRM: &str = "✅ Confirm";
const CANCEL: &str = "✖️ Cancel";
const DONE: &str = "Database vacuumed successfully";
const TOO_LATE: Duration = Duration::minutes(5);

/// The program, and the hand of its clock.
async fn with_clock(database: &TestDatabase) -> (TestProgram, Clock) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = beside(database, &Platform::healthy(TODAY)).await;
    (setup.at(&clock).start().await, clock)
}

/// A proposal whose message is on record, as expiring it needs.
async fn recorded_proposal(database: &TestDatabase, program: &TestProgram) -> Message {
    let proposal = proposal(program).await;
    eventually("the proposal's message is recorded", async || {
        database
            .number("SELECT COUNT(*) FROM ops_proposals WHERE message_id IS NOT NULL")
            .await
            == 1
    })
    .await;
    proposal
}

#[each_database]
async fn a_confirmed_proposal_runs_and_its_result_takes_the_messages_place(database: TestDatabase) {
    let mut program = healthy(&database).await;
    let proposal = proposal(&program).await;
    let press = anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
    assert_eq!(program.told(&press).await, "Running…");
    let done = program.reads(&proposal, DONE).await;
    assert!(
        done.text
            .starts_with("✅ remediate_vacuum_db succeeded in "),
        "{}",
        done.text
    );
    assert!(
        done.text.ends_with("The check passes now."),
        "{}",
        done.text
    );
    assert!(done.keyboard.is_empty());
    assert!(
        done.edits[1].text.contains("Confirmed by Anna, running…"),
        "{:?}",
        done.edits
    );
    assert!(done.edits[1].keyboard.is_empty());
    assert_eq!(
        remediations(&database).await,
        ["remediate_vacuum_db by user:7: success"]
    );
    program.stop().await;
    assert_eq!(program.said_in(ANNA).len(), 1);
}

#[each_database]
async fn a_cancelled_proposal_runs_nothing(database: TestDatabase) {
    let mut program = healthy(&database).await;
    let proposal = proposal(&program).await;
    let press = anna(&program).presses(ANNA, proposal.id, CANCEL).unwrap();
    assert_eq!(program.told(&press).await, "Cancelled");
    let cancelled = program
        .reads(&proposal, "Cancelled by Anna. Nothing was run.")
        .await;
    assert!(cancelled.keyboard.is_empty());
    program.stop().await;
    assert!(remediations(&database).await.is_empty());
}

#[each_database]
async fn of_two_admins_who_press_at_once_one_acts_and_the_other_is_told(database: TestDatabase) {
    let mut program = healthy(&database).await;
    let proposal = proposal_in(&program, ALERT_CHAT).await;
    let boris = program.person(BORIS, "Boris");
    let presses = [
        anna(&program)
            .presses(ALERT_CHAT, proposal.id, CONFIRM)
            .unwrap(),
        boris.presses(ALERT_CHAT, proposal.id, CONFIRM).unwrap(),
    ];
    let mut told = [
        program.told(&presses[0]).await,
        program.told(&presses[1]).await,
    ];
    told.sort();
    assert_eq!(told[0], "Running…");
    assert!(
        [
            "Too late: confirmed by user 7.",
            "Too late: confirmed by user 8."
        ]
        .contains(&told[1].as_str()),
        "{told:?}"
    );
    program.reads(&proposal, DONE).await;
    program.stop().await;
    assert_eq!(remediations(&database).await.len(), 1);
}

#[each_database]
async fn a_late_press_is_told_so_and_takes_the_buttons_away(database: TestDatabase) {
    let (mut program, clock) = with_clock(&database).await;
    let proposal = recorded_proposal(&database, &program).await;
    clock.advance(TOO_LATE);
    let press = anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
    assert_eq!(program.told(&press).await, "Too late: expired.");
    let expired = program
        .reads(
            &proposal,
            "Expired without a confirmation. Nothing was run.",
        )
        .await;
    assert!(expired.keyboard.is_empty());
    program.stop().await;
    assert!(remediations(&database).await.is_empty());
}

#[each_database]
async fn a_proposal_survives_a_restart(database: TestDatabase) {
    let mut program = healthy(&database).await;
    let proposal = proposal(&program).await;
    program.restart().await;
    let press = anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
    assert_eq!(program.told(&press).await, "Running…");
    program.reads(&proposal, DONE).await;
    assert_eq!(
        remediations(&database).await,
        ["remediate_vacuum_db by user:7: success"]
    );
}

#[tokio::test]
async fn a_press_a_second_before_the_end_is_in_time() {
    on_sqlite(async |database| {
        let (program, clock) = with_clock(&database).await;
        let proposal = proposal(&program).await;
        clock.advance(TOO_LATE - Duration::seconds(1));
        anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
        program.reads(&proposal, DONE).await;
    })
    .await;
}

#[tokio::test]
async fn a_proposal_that_nobody_answers_ends_by_itself() {
    on_sqlite(async |database| {
        let (program, clock) = with_clock(&database).await;
        let proposal = recorded_proposal(&database, &program).await;
        end_proposals(program.cx()).await.unwrap();
        assert_eq!(
            program.telegram().message(ANNA, proposal.id).unwrap().text,
            proposal.text
        );
        clock.advance(TOO_LATE);
        end_proposals(program.cx()).await.unwrap();
        let expired = program
            .reads(&proposal, "Expired without a confirmation")
            .await;
        assert!(expired.keyboard.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_late_press_takes_away_buttons_that_an_outage_had_left() {
    on_sqlite(async |database| {
        let (program, clock) = with_clock(&database).await;
        let proposal = recorded_proposal(&database, &program).await;
        clock.advance(TOO_LATE);
        let edits = Scope::method("editMessageText");
        program.telegram().fail(edits, Times::Once, Fault::Dropped);
        end_proposals(program.cx()).await.unwrap();
        let press = anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
        assert_eq!(program.told(&press).await, "Too late: expired.");
        let expired = program
            .reads(&proposal, "Expired without a confirmation")
            .await;
        assert!(expired.keyboard.is_empty());
    })
    .await;
}

#[tokio::test]
async fn pressing_twice_acts_once() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let proposal = proposal(&program).await;
        let anna = anna(&program);
        let presses = [
            anna.presses(ANNA, proposal.id, CONFIRM).unwrap(),
            anna.presses(ANNA, proposal.id, CONFIRM).unwrap(),
        ];
        let mut told = [
            program.told(&presses[0]).await,
            program.told(&presses[1]).await,
        ];
        told.sort();
        assert_eq!(told, ["Running…", "Too late: confirmed by you."]);
        program.reads(&proposal, DONE).await;
        program.stop().await;
        assert_eq!(remediations(&database).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_old_button_pressed_after_the_end_changes_nothing() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let proposal = proposal(&program).await;
        let no = proposal.button(CANCEL).unwrap().data().unwrap().to_owned();
        let anna = anna(&program);
        anna.presses(ANNA, proposal.id, CONFIRM).unwrap();
        let done = program.reads(&proposal, DONE).await;
        let press = anna.presses_data(ANNA, proposal.id, &no).unwrap();
        assert_eq!(program.told(&press).await, "Too late: confirmed by you.");
        program.stop().await;
        let after = program.telegram().message(ANNA, proposal.id).unwrap();
        assert_eq!(after, done);
        assert_eq!(remediations(&database).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_outcome_that_cannot_be_edited_in_is_sent() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let proposal = proposal(&program).await;
        program
            .telegram()
            .delete_message(ANNA, proposal.id)
            .unwrap();
        anna(&program)
            .presses_data(
                ANNA,
                proposal.id,
                proposal.button(CONFIRM).unwrap().data().unwrap(),
            )
            .unwrap();
        let outcome = program.hears(ANNA, DONE).await;
        assert_ne!(outcome.id, proposal.id);
    })
    .await;
}

#[tokio::test]
async fn a_database_error_is_told_without_its_details() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let proposal = proposal(&program).await;
        database.execute("DROP TABLE ops_leases").await;
        anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
        let refused = program.reads(&proposal, "Not run").await;
        assert!(
            refused
                .text
                .ends_with("❌ Not run: The database cannot be reached. Try again in a minute."),
            "{}",
            refused.text
        );
    })
    .await;
}
