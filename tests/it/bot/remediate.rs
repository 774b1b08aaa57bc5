//! `/remediate`: what is proposed, and when nothing is.

use sovani_ops::detectors::Registry;

use super::{ANNA, TODAY, anna, beside, healthy, proposal};
use crate::support::database::{TestDatabase, on_sqlite};

#[tokio::test]
async fn a_proposal_says_what_will_happen_and_has_two_buttons() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let proposal = proposal(&program).await;
        let text = &proposal.text;
        assert!(
            text.starts_with("🔧 remediate_vacuum_db for check_db_growth"),
            "{text}"
        );
        assert!(text.contains("Runs VACUUM."), "{text}");
        assert!(text.contains("within 5 minutes"), "{text}");
        assert_eq!(proposal.labels(), [["✅ Confirm", "✖️ Cancel"]]);
    })
    .await;
}

#[tokio::test]
async fn without_a_detector_the_choices_are_listed() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let choices = program.asks(&anna(&program), ANNA, "/remediate").await.text;
        let settings = program.cx().settings.get();
        for (detector, _) in sovani_ops::actions::mapping(&settings, &Registry::built_in()) {
            assert!(
                choices.contains(&format!("/remediate {detector}")),
                "{choices}"
            );
        }
        assert!(!choices.contains("check_ingest_success_rate"), "{choices}");
    })
    .await;
}

#[tokio::test]
async fn a_detector_without_an_action_is_answered_with_its_runbook_and_those_that_have_one() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let answer = program
            .asks(&anna(&program), ANNA, "/remediate check_ingest_success_rate")
            .await;
        assert_eq!(
            answer.text,
            "no remediation is mapped to check_ingest_success_rate: it needs investigation, see its runbook; there are \
             remediations for check_api_latency_p95, check_scheduler_on_time, check_cash_balance_threshold, check_db_growth"
        );
        assert!(answer.keyboard.is_empty());
    })
    .await;
}

#[tokio::test]
async fn with_remediation_disabled_nothing_is_proposed() {
    on_sqlite(async |database| {
        let platform = sovani_ops::demo::Platform::healthy(TODAY);
        let setup = beside(&database, &platform).await;
        let program = setup
            .with("AUTO_REMEDIATION_ENABLED", "false")
            .start()
            .await;
        let answer = proposal(&program).await;
        assert_eq!(
            answer.text,
            "remediation is disabled: AUTO_REMEDIATION_ENABLED is false"
        );
        assert!(answer.keyboard.is_empty());
    })
    .await;
}

#[each_database]
async fn a_proposal_is_kept_with_its_message(database: TestDatabase) {
    let program = healthy(&database).await;
    let proposal = proposal(&program).await;
    let kept = "SELECT COUNT(*) FROM ops_proposals WHERE state = 'pending' AND requested_by = 7 AND message_id = ";
    crate::support::deadline::eventually("the message's id is kept", async || {
        database.number(format!("{kept}{}", proposal.id)).await == 1
    })
    .await;
}
