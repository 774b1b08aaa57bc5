//! Roles and rights.

use super::{ANNA, STRANGER, VIEWER, anna, healthy, proposal_in, remediations};
use crate::support::{
    database::on_sqlite,
    deadline::eventually,
    program::{ALERT_CHAT, TestProgram},
};

fn presses_counted(program: &TestProgram, button: &str, outcome: &str) -> u64 {
    program
        .cx()
        .metrics
        .bot_callbacks_total
        .with_label_values(&[button, outcome])
        .get()
}

fn commands_counted(program: &TestProgram, command: &str, outcome: &str) -> u64 {
    program
        .cx()
        .metrics
        .bot_commands_total
        .with_label_values(&[command, outcome])
        .get()
}

#[tokio::test]
async fn a_viewer_reads_everything_and_changes_nothing() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let vera = program.person(VIEWER, "Vera");
        for command in ["/health", "/alerts", "/slo"] {
            let answer = program.asks(&vera, VIEWER, command).await;
            assert!(!answer.text.contains("administrators"), "{}", answer.text);
        }
        for command in ["/run", "/remediate check_db_growth"] {
            let answer = program.asks(&vera, VIEWER, command).await;
            assert_eq!(answer.text, "Only administrators may do that.");
        }
        assert_eq!(commands_counted(&program, "run", "refused"), 1);
        assert_eq!(commands_counted(&program, "health", "ok"), 1);
        let detectors_run = database.number("SELECT COUNT(*) FROM ops_proposals").await;
        assert_eq!(detectors_run, 0);
    })
    .await;
}

#[tokio::test]
async fn a_viewers_help_shows_only_what_a_viewer_may_do() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let vera = program.person(VIEWER, "Vera");
        let help = program.asks(&vera, VIEWER, "/help").await.text;
        assert!(help.contains("/health"), "{help}");
        assert!(
            !help.contains("/run [") && !help.contains("/remediate"),
            "{help}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_stranger_gets_one_refusal_per_command_that_tells_the_id_to_be_added() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let eve = program.person(STRANGER, "Eve");
        for command in ["/health", "/run", "/whoami", "/weather"] {
            let answer = program.asks(&eve, STRANGER, command).await;
            assert_eq!(
                answer.text,
                "You are not authorised. Your id is 66; an administrator can add it."
            );
        }
        assert_eq!(commands_counted(&program, "health", "refused"), 1);
        assert_eq!(commands_counted(&program, "unknown", "refused"), 1);
        program.stop().await;
        assert_eq!(program.said_in(STRANGER).len(), 4);
    })
    .await;
}

#[tokio::test]
async fn membership_of_the_group_is_not_enough_to_press_a_button() {
    on_sqlite(async |database| {
        let mut program = healthy(&database).await;
        let proposal = proposal_in(&program, ALERT_CHAT).await;
        let eve = program.person(STRANGER, "Eve");
        eve.says(ALERT_CHAT, "hello all").unwrap();
        let press = eve.presses(ALERT_CHAT, proposal.id, "✅ Confirm").unwrap();
        assert_eq!(program.told(&press).await, "You are not authorised.");
        let vera = program.person(VIEWER, "Vera");
        let press = vera.presses(ALERT_CHAT, proposal.id, "✅ Confirm").unwrap();
        assert_eq!(
            program.told(&press).await,
            "Only administrators may do that."
        );
        eventually("both refusals are counted", async || {
            presses_counted(&program, "proposal", "refused") == 2
        })
        .await;
        program.stop().await;
        assert!(remediations(&database).await.is_empty());
        let unchanged = program.telegram().message(ALERT_CHAT, proposal.id).unwrap();
        assert_eq!(unchanged.text, proposal.text);
        assert_eq!(unchanged.labels(), [["✅ Confirm", "✖️ Cancel"]]);
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_away_no_longer_presses_what_it_asked_for() {
    on_sqlite(async |database| {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("env");
        let platform = sovani_ops::demo::Platform::healthy(super::TODAY);
        let setup = super::beside(&database, &platform).await;
        let program = setup.start_on_file(&file).await;
        let proposal = super::proposal(&program).await;
        let settings = std::fs::read_to_string(&file).unwrap();
        let without = settings.replace("ADMIN_USER_IDS='7,8'", "ADMIN_USER_IDS='8'");
        assert_ne!(settings, without);
        std::fs::write(&file, without).unwrap();
        program.cx().settings.reload().unwrap();
        let press = anna(&program)
            .presses(ANNA, proposal.id, "✅ Confirm")
            .unwrap();
        assert_eq!(program.told(&press).await, "You are not authorised.");
        assert!(remediations(&database).await.is_empty());
    })
    .await;
}
