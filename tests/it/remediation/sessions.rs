//! Ending a session of PostgreSQL that is stuck for real.

use std::time::Duration;

use sovani_ops::{domain::Session, standin::Message};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use url::Url;

use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    deadline::eventually,
    program::{Setup, TestProgram},
};

const ANNA: i64 = 7;
const NAME: &str = "remediate_end_longest_query";
const LATENCY: &str = "check_api_latency_p95";
const CONFIRM: &str = "✅ Confirm";

async fn with_limit(database: &TestDatabase) -> (TestProgram, TempDir) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    let entry = format!("[[action]]\nname = {NAME:?}\nlimit = \"1s\"\n");
    std::fs::write(&file, entry).unwrap();
    let program = Setup::beside(database)
        .with("ADMIN_USER_IDS", ANNA.to_string())
        .with("OPS_CONFIG", file.display().to_string())
        .start()
        .await;
    (program, folder)
}

/// A session of an ordinary user that sits in a transaction, and its process.
async fn stuck(database: &TestDatabase) -> (PgConnection, i32) {
    let mut url: Url = database.url().parse().unwrap();
    let role = format!("reporter_{}", url.path().trim_start_matches('/'));
    database
        .execute(format!("CREATE ROLE {role} LOGIN PASSWORD 'reporter'"))
        .await;
    url.set_username(&role).unwrap();
    url.set_password(Some("reporter")).unwrap();
    url.set_query(Some("application_name=<reports>"));
    let mut session = PgConnection::connect(url.as_str()).await.unwrap();
    let pid = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut session)
        .await
        .unwrap();
    session.execute("BEGIN").await.unwrap();
    session
        .execute("SELECT 'SECRET' AS \"<b>stuck</b>\"")
        .await
        .unwrap();
    (session, pid)
}

async fn is_over_the_limit(database: &TestDatabase, pid: i32) {
    eventually("the session is over the limit", async || {
        let longest = database
            .db()
            .longest_session(Duration::from_secs(1))
            .await
            .unwrap();
        longest.is_some_and(|session| session.pid == pid)
    })
    .await;
}

async fn is_there(database: &TestDatabase, pid: i32) -> bool {
    database
        .number(format!(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = {pid}"
        ))
        .await
        == 1
}

fn not_ended(pid: i32) -> String {
    format!("session {pid} is gone, or not at the same work any more; nothing was ended")
}

async fn question(program: &TestProgram) -> Message {
    let anna = program.person(ANNA, "Anna");
    let choice = program
        .asks(&anna, ANNA, &format!("/remediate {LATENCY}"))
        .await;
    anna.presses(ANNA, choice.id, NAME).unwrap();
    program.answer_after(ANNA, choice.id).await
}

fn confirms(program: &TestProgram, question: &Message) {
    let anna = program.person(ANNA, "Anna");
    anna.presses(ANNA, question.id, CONFIRM).unwrap();
}

#[tokio::test]
async fn the_session_that_was_shown_is_ended() {
    on_postgres(async |database| {
        let (mut program, _folder) = with_limit(&database).await;
        let (_session, pid) = stuck(&database).await;
        is_over_the_limit(&database, pid).await;

        let question = question(&program).await;
        for part in [
            &format!("Ends session {pid} of reporter_"),
            "(<reports>), idle in transaction for ",
            "SELECT ? AS \"<b>stuck</b>\"",
        ] {
            assert!(question.text.contains(part), "{part}: {}", question.text);
        }
        assert!(!question.text.contains("SECRET"), "{}", question.text);
        confirms(&program, &question);

        program
            .reads(&question, &format!("Session {pid} was ended"))
            .await;
        eventually("the session is gone", async || {
            !is_there(&database, pid).await
        })
        .await;
        program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_has_come_to_its_end_costs_no_other_one_its_life() {
    on_postgres(async |database| {
        let (mut program, _folder) = with_limit(&database).await;
        let (mut session, pid) = stuck(&database).await;
        is_over_the_limit(&database, pid).await;
        let question = question(&program).await;

        session.execute("COMMIT").await.unwrap();
        confirms(&program, &question);

        program.reads(&question, &not_ended(pid)).await;
        assert!(is_there(&database, pid).await);
        session.execute("BEGIN").await.unwrap();
        let db = database.db();
        let shown = db
            .longest_session(Duration::ZERO)
            .await
            .unwrap()
            .unwrap()
            .session();
        let other = Session {
            began: shown.began + 1,
            ..shown
        };
        assert!(
            !db.end_session(other).await.unwrap(),
            "of another session with its number"
        );
        let other = Session {
            busy_since: shown.busy_since - 1,
            ..shown
        };
        assert!(
            !db.end_session(other).await.unwrap(),
            "of what it was at before"
        );
        assert!(db.end_session(shown).await.unwrap());
        program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_at_other_work_by_now_is_not_ended() {
    on_postgres(async |database| {
        let (mut program, _folder) = with_limit(&database).await;
        let (mut session, pid) = stuck(&database).await;
        is_over_the_limit(&database, pid).await;
        let question = question(&program).await;

        // As a pool does it: the connection stays, and somebody else's transaction is on it.
        session.execute("COMMIT").await.unwrap();
        session.execute("BEGIN").await.unwrap();
        session.execute("SELECT 'harmless'").await.unwrap();
        confirms(&program, &question);

        program.reads(&question, &not_ended(pid)).await;
        assert!(is_there(&database, pid).await);
        session.execute("COMMIT").await.unwrap();
        program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn neither_our_own_sessions_nor_a_superusers_are_ended() {
    on_postgres(async |database| {
        let (program, _folder) = with_limit(&database).await;
        // The tests' own user is a superuser; this program's sessions say who they are.
        let mut superuser = PgConnection::connect(database.url()).await.unwrap();
        superuser.execute("BEGIN").await.unwrap();
        superuser
            .execute(AssertSqlSafe("SELECT 1".to_owned()))
            .await
            .unwrap();
        assert!(
            database
                .db()
                .longest_session(Duration::ZERO)
                .await
                .unwrap()
                .is_none()
        );
        let body = program
            .post(&format!(
                "/api/v1/ops/remediate?alert_source={LATENCY}&action={NAME}"
            ))
            .await
            .ok();
        assert_eq!(
            body["details"],
            "no session has been busy for longer than 1s"
        );
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_there_is_no_such_action() {
    on_sqlite(async |database| {
        let (program, _folder) = with_limit(&database).await;
        let path = format!("/api/v1/ops/remediate?alert_source={LATENCY}&action={NAME}");
        program.post(&path).await.problem(404);
    })
    .await;
}
