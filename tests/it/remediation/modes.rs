//! Modes: automatic, one administrator, two administrators, or off.

use std::{fs, time::Duration};

use chrono::NaiveDate;
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
    standin::{Fault, Message, Scope, Times},
};
use tempfile::TempDir;

use super::{counted, history};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ALERT_CHAT, Setup, TestProgram},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const ANNA: i64 = 7;
const BORIS: i64 = 8;
const CONFIRM: &str = "✅ Confirm";
const NOTIFY: &str = "remediate_notify_admin";
const VACUUM: &str = "remediate_vacuum_db";
/// Long enough for a vacuum to be over before it.
const SLOW: Fault = Fault::Delay(Duration::from_secs(2));

/// The program on a platform that is short of cash, with an action under a mode.
async fn under(database: &TestDatabase, action: &str, mode: &str) -> (TestProgram, TempDir) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    platform.create(database.db()).await.unwrap();
    with_mode(database, action, mode).await
}

async fn with_mode(database: &TestDatabase, action: &str, mode: &str) -> (TestProgram, TempDir) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    fs::write(
        &file,
        format!("[[action]]\nname = {action:?}\nmode = {mode:?}\n"),
    )
    .unwrap();
    let program = Setup::beside(database)
        .with("ADMIN_USER_IDS", format!("{ANNA},{BORIS}"))
        .with("OPS_CONFIG", file.display().to_string())
        .start()
        .await;
    (program, folder)
}

async fn is_done(database: &TestDatabase) {
    eventually("a finished remediation", async || {
        database
            .number("SELECT COUNT(*) FROM ops_remediation_history WHERE finished_at IS NOT NULL")
            .await
            == 1
    })
    .await;
}

#[each_database]
async fn an_action_to_be_approved_waits_for_one_administrator_and_says_what_it_does(
    database: TestDatabase,
) {
    let (mut program, _folder) = under(&database, NOTIFY, "approve").await;

    assert_eq!(program.sweep().await.remediations_triggered, 0);

    let question = program
        .hears(ALERT_CHAT, "🔧 remediate_notify_admin for check_cash")
        .await;
    assert!(
        question.text.contains("Goes to chat 77."),
        "{}",
        question.text
    );
    assert!(
        question
            .text
            .ends_with("Runs only after an administrator confirms, within 60 minutes."),
        "{}",
        question.text
    );
    assert_eq!(
        (
            counted(&program, NOTIFY, "asked"),
            history(&database).await.len()
        ),
        (1, 0)
    );
    program
        .person(ANNA, "Anna")
        .presses(ALERT_CHAT, question.id, CONFIRM)
        .unwrap();
    program
        .reads(&question, "remediate_notify_admin done")
        .await;
    is_done(&database).await;
    assert_eq!(
        history(&database).await,
        [
            "check_cash_balance_threshold remediate_notify_admin success user:7 retries=0 verified=still_failing"
        ]
    );
    program.stop().await;
}

#[each_database]
async fn the_api_is_approval_enough_but_not_for_two(database: TestDatabase) {
    let (program, _folder) = under(&database, VACUUM, "approve").await;
    let path = "/api/v1/ops/remediate?alert_source=check_db_growth";
    assert_eq!(program.post(path).await.ok()["status"], "success");
    drop(program);

    let (program, _folder) = with_mode(&database, VACUUM, "two-person").await;
    let problem = program.post(path).await.problem(409);
    assert_eq!(
        problem,
        "remediate_vacuum_db needs the confirmation of two administrators in the chat"
    );
    assert_eq!(history(&database).await.len(), 1);
}

#[each_database]
async fn two_different_administrators_confirm_and_one_of_them_twice_does_not(
    database: TestDatabase,
) {
    let (mut program, _folder) = under(&database, VACUUM, "two-person").await;
    let (anna, boris) = (program.person(ANNA, "Anna"), program.person(BORIS, "Boris"));
    let question = program
        .asks(&anna, ALERT_CHAT, "/remediate check_db_growth")
        .await;
    assert!(
        question
            .text
            .contains("Runs only after two administrators confirm, within 5 minutes."),
        "{}",
        question.text
    );

    let press = anna.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
    assert_eq!(
        program.told(&press).await,
        "Noted. Another administrator must confirm too."
    );
    let half = program.reads(&question, "👤 Confirmed by Anna.").await;
    assert!(
        half.text.contains("Now: ") && half.labels() == [["✅ Confirm", "✖️ Cancel"]],
        "{}",
        half.text
    );
    let press = anna.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
    assert_eq!(
        program.told(&press).await,
        "You have confirmed already. Another administrator must confirm too."
    );
    assert!(history(&database).await.is_empty());

    let press = boris.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
    assert_eq!(program.told(&press).await, "Running…");
    program
        .reads(&question, "Database vacuumed successfully")
        .await;
    assert_eq!(
        history(&database).await,
        ["check_db_growth remediate_vacuum_db success user:8 retries=0 verified=fixed"]
    );
    program.stop().await;
}

#[each_database]
async fn both_of_two_confirmations_are_on_record(database: TestDatabase) {
    let (mut program, _folder) = under(&database, VACUUM, "two-person").await;
    let (anna, boris) = (program.person(ANNA, "Anna"), program.person(BORIS, "Boris"));
    let question = program
        .asks(&anna, ALERT_CHAT, "/remediate check_db_growth")
        .await;
    for person in [anna, boris] {
        let press = person.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
        program.told(&press).await;
    }
    program
        .reads(&question, "Database vacuumed successfully")
        .await;
    program.stop().await;
    let confirmed = "SELECT actor || ': ' || subject || ', ' || detail FROM ops_audit WHERE act = 'confirm' ORDER BY id";
    assert_eq!(
        database.texts(confirmed).await,
        [
            "user:7: proposal 1: remediate_vacuum_db for check_db_growth, first of two",
            "user:8: proposal 1: remediate_vacuum_db for check_db_growth, ",
        ]
    );
}

#[each_database]
async fn either_of_two_may_call_it_off(database: TestDatabase) {
    let (mut program, _folder) = under(&database, VACUUM, "two-person").await;
    let (anna, boris) = (program.person(ANNA, "Anna"), program.person(BORIS, "Boris"));
    let question = program
        .asks(&anna, ALERT_CHAT, "/remediate check_db_growth")
        .await;
    let press = anna.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
    program.told(&press).await;
    program.reads(&question, "👤 Confirmed by Anna.").await;
    let press = boris.presses(ALERT_CHAT, question.id, "✖️ Cancel").unwrap();
    assert_eq!(program.told(&press).await, "Cancelled");
    program
        .reads(&question, "Cancelled by Boris. Nothing was run.")
        .await;
    assert!(history(&database).await.is_empty());
    program.stop().await;
}

#[each_database]
async fn an_action_that_is_off_runs_for_nobody(database: TestDatabase) {
    let (mut program, _folder) = under(&database, NOTIFY, "off").await;
    let off = "remediate_notify_admin is switched off in sovani-ops.toml";

    assert_eq!(program.sweep().await.remediations_triggered, 0);

    let card = program
        .hears(ALERT_CHAT, "CRITICAL | check_cash_balance_threshold")
        .await;
    assert!(
        card.labels()
            .iter()
            .flatten()
            .all(|label| !label.contains("Remediate")),
        "{:?}",
        card.labels()
    );
    let problem = program
        .post("/api/v1/ops/remediate?alert_source=check_cash_balance_threshold")
        .await
        .problem(409);
    assert_eq!(problem, off);
    let anna = program.person(ANNA, "Anna");
    let answer = program
        .asks(&anna, ANNA, "/remediate check_cash_balance_threshold")
        .await;
    assert_eq!(answer.text, off);
    assert!(history(&database).await.is_empty());
    program.stop().await;
}

#[each_database]
async fn a_vacuum_is_told_with_its_figures_and_its_lock(database: TestDatabase) {
    let (program, _folder) = under(&database, VACUUM, "approve").await;
    let anna = program.person(ANNA, "Anna");
    let question = program
        .asks(&anna, ANNA, "/remediate check_db_growth")
        .await
        .text;
    let parts: &[&str] = if database.is_postgres() {
        &[
            "Now: ",
            " MB.",
            "Lock: reading and writing continue; only changes to tables wait.",
        ]
    } else {
        &[
            "Now: ",
            " of it unused.",
            "of free disk space at ",
            "Lock: no other program can write until it is done.",
        ]
    };
    for part in parts {
        assert!(question.contains(part), "{part}: {question}");
    }
}

/// The final message when this call of the first confirmation is slow and the second comes in the meantime.
async fn shown_after_a_slow(method: &str) -> Message {
    let (shown, show) = tokio::sync::oneshot::channel();
    on_sqlite(async |database| {
        let (mut program, _folder) = under(&database, VACUUM, "two-person").await;
        let (anna, boris) = (program.person(ANNA, "Anna"), program.person(BORIS, "Boris"));
        let question = program
            .asks(&anna, ALERT_CHAT, "/remediate check_db_growth")
            .await;
        let telegram = program.telegram().clone();
        telegram.fail(Scope::method(method), Times::Once, SLOW);
        anna.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
        eventually("the first is being answered", async || {
            !telegram.calls_of(method).is_empty()
        })
        .await;
        let press = boris.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
        assert_eq!(program.told(&press).await, "Running…");
        is_done(&database).await;
        program.stop().await;
        shown.send(program.message(&question)).unwrap();
    })
    .await;
    show.await.unwrap()
}

#[tokio::test]
async fn the_first_of_two_confirmations_is_not_shown_after_the_second() {
    for method in ["editMessageText", "answerCallbackQuery"] {
        let shown = shown_after_a_slow(method).await;
        assert!(
            shown.text.contains("Database vacuumed successfully"),
            "{method}: {shown:?}"
        );
        assert!(shown.keyboard.is_empty(), "{method}: {shown:?}");
    }
}

#[tokio::test]
async fn a_file_that_can_be_shrunk_in_place_is_not_rewritten() {
    on_sqlite(async |database| {
        let mut connection = match database.db() {
            sovani_ops::db::Db::Sqlite(pool, ..) => pool.acquire().await.unwrap(),
            sovani_ops::db::Db::Postgres(..) => unreachable!(),
        };
        for statement in ["PRAGMA auto_vacuum = INCREMENTAL", "VACUUM"] {
            sqlx::query(statement)
                .execute(&mut *connection)
                .await
                .unwrap();
        }
        drop(connection);
        let program = Setup::beside(&database).start().await;
        database
            .execute("CREATE TABLE ballast (filling TEXT)")
            .await;
        let rows = vec![format!("('{}')", "x".repeat(4_000)); 500].join(",");
        database
            .execute(format!("INSERT INTO ballast VALUES {rows}"))
            .await;
        database.execute("DELETE FROM ballast").await;

        let details = super::succeeded(&program, "check_db_growth").await;

        assert!(
            details.starts_with("Database shrunk successfully: "),
            "{details}"
        );
        let pages = program.cx().db.pages().await.unwrap().unwrap();
        assert!(pages.incremental && pages.unused == 0, "{pages:?}");
    })
    .await;
}
