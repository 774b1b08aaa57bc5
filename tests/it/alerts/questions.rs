//! Proposals for a detector, as its faults come and go.

use std::fs;

use sovani_ops::{
    bot::buttons::proposal::end_proposals,
    standin::{Fault, Scope, Times},
};
use tempfile::TempDir;

use super::*;
use crate::support::{delivery::delivered, program::ALERT_CHAT};

const ADMIN: i64 = 7;
const CONFIRM: &str = "✅ Confirm";
const QUESTION: &str = "Runs only after an administrator confirms";
const DONE: &str = "remediate_notify_admin done";

/// The program on a healthy platform, asking before it tells the manager of cash.
async fn asking(database: &TestDatabase) -> (TestProgram, Clock, TempDir) {
    let platform = Platform::healthy(TODAY);
    platform.create(database.db()).await.unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    let entry = "[[action]]\nname = \"remediate_notify_admin\"\nmode = \"approve\"\n";
    fs::write(&file, entry).unwrap();
    let clock = noon();
    let setup = Setup::beside(database)
        .with("ADMIN_USER_IDS", ADMIN.to_string())
        .with("OPS_CONFIG", file.display().to_string())
        .with("ALERT_RESOLVE_AFTER_PASSES", "1");
    (setup.at(&clock).start().await, clock, folder)
}

/// The incident of each run, oldest first.
async fn runs(database: &TestDatabase) -> Vec<String> {
    let all = "SELECT COALESCE(CAST(incident_id AS TEXT), '-') FROM ops_remediation_history
        WHERE finished_at IS NOT NULL ORDER BY id";
    database.texts(all).await
}

async fn proposals(database: &TestDatabase) -> Vec<String> {
    let all = "SELECT p.state || ', message ' || m.state FROM ops_proposals p
        JOIN ops_outbox m ON m.id = p.outbox_id ORDER BY p.id";
    database.texts(all).await
}

/// A sweep that finds the marketplace at this balance.
async fn sweeps_at(
    program: &TestProgram,
    database: &TestDatabase,
    marketplace: Marketplace,
    roubles: i64,
) {
    set_balance(database, marketplace, roubles).await;
    program.sweep().await;
}

/// Nothing reaches the chat of the alerts.
fn drops_all(program: &TestProgram) {
    let chat = Scope::Chat(ALERT_CHAT);
    program
        .telegram()
        .fail(chat, Times::UntilCleared, Fault::Dropped);
}

#[each_database]
async fn a_confirmed_run_belongs_to_the_incident_that_it_was_proposed_for(database: TestDatabase) {
    let (mut program, _clock, _folder) = asking(&database).await;
    sweeps_at(&program, &database, Marketplace::Wb, -12_000).await;
    let question = program.hears(ALERT_CHAT, QUESTION).await;
    sweeps_at(&program, &database, Marketplace::Ozon, -15_000).await;

    program
        .person(ADMIN, "Anna")
        .presses(ALERT_CHAT, question.id, CONFIRM)
        .unwrap();

    program.reads(&question, DONE).await;
    assert_eq!(incidents(&database, CASH).await.len(), 2);
    assert_eq!(runs(&database).await, ["1"]);
    program.stop().await;
}

#[each_database]
async fn a_proposal_moves_to_another_fault_of_its_action(database: TestDatabase) {
    let (mut program, _clock, _folder) = asking(&database).await;
    sweeps_at(&program, &database, Marketplace::Wb, -12_000).await;
    let question = program.hears(ALERT_CHAT, QUESTION).await;
    sweeps_at(&program, &database, Marketplace::Ozon, -15_000).await;
    sweeps_at(&program, &database, Marketplace::Wb, 250_000).await;
    end_proposals(program.cx()).await.unwrap();
    assert_eq!(proposals(&database).await, ["pending, message sent"]);

    let press = program
        .person(ADMIN, "Anna")
        .presses(ALERT_CHAT, question.id, CONFIRM)
        .unwrap();

    assert_eq!(program.told(&press).await, "Running…");
    program.reads(&question, DONE).await;
    let open = database
        .number("SELECT MAX(id) FROM ops_incidents WHERE closed_at IS NULL")
        .await;
    assert_eq!(runs(&database).await, [open.to_string()]);
    program.stop().await;
}

#[each_database]
async fn a_question_whose_fault_is_over_does_not_stand_in_the_way_of_the_next(
    database: TestDatabase,
) {
    let (mut program, _clock, _folder) = asking(&database).await;
    sweeps_at(&program, &database, Marketplace::Ozon, -15_000).await;
    program.hears(ALERT_CHAT, QUESTION).await;
    sweeps_at(&program, &database, Marketplace::Ozon, 250_000).await;

    let anna = program.person(ADMIN, "Anna");
    let answer = program
        .asks(&anna, ALERT_CHAT, "/remediate check_cash_balance_threshold")
        .await;

    assert!(answer.text.contains(QUESTION), "{}", answer.text);
    program.stop().await;
}

#[each_database]
async fn a_question_that_ended_before_it_could_be_delivered_is_not_asked(database: TestDatabase) {
    let (mut program, clock, _folder) = asking(&database).await;
    drops_all(&program);
    sweeps_at(&program, &database, Marketplace::Ozon, -15_000).await;
    sweeps_at(&program, &database, Marketplace::Ozon, 250_000).await;

    end_proposals(program.cx()).await.unwrap();

    assert_eq!(proposals(&database).await, ["withdrawn, message obsolete"]);
    program.telegram().clear_faults();
    delivered(&database, &clock).await;
    let said = program.said_in(ALERT_CHAT);
    assert!(
        said.iter().all(|message| !message.text.contains(QUESTION)),
        "{said:?}"
    );
    program.stop().await;
}

#[each_database]
async fn a_question_on_its_way_is_left_until_it_has_arrived_or_not(database: TestDatabase) {
    let (mut program, _clock, _folder) = asking(&database).await;
    drops_all(&program);
    sweeps_at(&program, &database, Marketplace::Ozon, -15_000).await;
    // Another instance is at it.
    database.execute(
        "INSERT INTO ops_leases (name, holder, expires_at) VALUES ('outbox', 'another', '2025-10-02 09:30:00.000000')
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at",
    ).await;
    database.execute(
        "UPDATE ops_outbox SET leased_until = '2025-10-02 09:30:00.000000', claimed_by = 'another' WHERE kind = 'post'",
    ).await;
    sweeps_at(&program, &database, Marketplace::Ozon, 250_000).await;

    end_proposals(program.cx()).await.unwrap();
    assert_eq!(proposals(&database).await, ["pending, message pending"]);

    database
        .execute("UPDATE ops_outbox SET leased_until = NULL WHERE kind = 'post'")
        .await;
    end_proposals(program.cx()).await.unwrap();
    assert_eq!(proposals(&database).await, ["withdrawn, message obsolete"]);
    program.stop().await;
}
