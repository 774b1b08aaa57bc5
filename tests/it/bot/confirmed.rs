//! A confirmed proposal while Telegram is slow or the program stops.

use std::time::Duration as StdDuration;

use chrono::Duration;
use sovani_ops::{
    bot::buttons::proposal::end_proposals,
    demo::Platform,
    standin::{Fault, Scope, Times},
};

use super::{ANNA, TODAY, anna, beside, healthy, proposal, proposal_in};
use crate::support::{
    database::on_sqlite,
    deadline::eventually,
    held_command::HeldCommand,
    program::{ALERT_CHAT, Setup, noon},
};

const CONFIRM: &str = "✅ Confirm";
const NEVER: StdDuration = StdDuration::from_secs(600);

#[tokio::test]
async fn a_confirmed_action_waits_for_no_message() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let proposal = proposal(&program).await;
        for method in ["answerCallbackQuery", "editMessageText"] {
            let scope = Scope::method(method);
            program
                .telegram()
                .fail(scope, Times::UntilCleared, Fault::Delay(NEVER));
        }

        anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();

        let done = "SELECT COUNT(*) FROM ops_remediation_history WHERE status = 'success'";
        eventually("the action has run", async || {
            database.number(done).await == 1
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_action_that_a_stop_cuts_off_is_told_in_the_proposals_place() {
    on_sqlite(async |database| {
        let command = HeldCommand::new();
        let clock = noon();
        let mut program = Setup::beside(&database)
            .with("ADMIN_USER_IDS", ANNA.to_string())
            .with("SCHEDULER_RESTART_CMD", command.setting())
            .at(&clock)
            .start()
            .await;
        let ask = "/remediate check_scheduler_on_time";
        let proposal = program.asks(&anna(&program), ANNA, ask).await;
        anna(&program).presses(ANNA, proposal.id, CONFIRM).unwrap();
        command.started().await;
        program.reads(&proposal, "running…").await;

        program.restart().await;
        end_proposals(program.cx()).await.unwrap();
        let said = program.message(&proposal).text;
        assert!(
            said.contains("running…"),
            "it may only just have begun: {said}"
        );
        clock.advance(Duration::minutes(2));
        end_proposals(program.cx()).await.unwrap();

        let told = program
            .reads(
                &proposal,
                "The program stopped before the outcome was known.",
            )
            .await;
        assert!(told.keyboard.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_late_press_is_answered_before_the_messages_are_edited() {
    on_sqlite(async |database| {
        let clock = noon();
        let setup = beside(&database, &Platform::healthy(TODAY)).await;
        let program = setup.at(&clock).start().await;
        let recorded = "SELECT COUNT(*) FROM ops_proposals WHERE message_id IS NOT NULL";
        let proposals = [
            proposal(&program).await,
            proposal_in(&program, ALERT_CHAT).await,
        ];
        eventually("the messages are recorded", async || {
            database.number(recorded).await == 2
        })
        .await;
        program.telegram().fail(
            Scope::method("editMessageText"),
            Times::UntilCleared,
            Fault::Delay(NEVER),
        );
        clock.advance(Duration::minutes(5));

        let press = anna(&program)
            .presses(ANNA, proposals[0].id, CONFIRM)
            .unwrap();

        assert_eq!(program.told(&press).await, "Too late: expired.");
    })
    .await;
}
