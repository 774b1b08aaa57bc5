//! Expired rows are deleted in small batches, and no others.

mod interrupted;
mod plans;
mod ranges;
mod worlds;

use sovani_ops::ops::retention::{self, Pass};

use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram},
};

/// Rows of an audit long ago.
async fn old_audit(database: &TestDatabase, rows: usize) {
    database
        .execute(format!(
            "INSERT INTO ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
             SELECT {}, 'rest', 'ADMIN_TOKEN', 'rest', '', 'resolve', 'old', 'done', '' FROM n",
            if database.is_postgres() { "TIMESTAMP '2020-01-01 00:00:00'" } else { "'2020-01-01 00:00:00.000000'" },
        ))
        .await;
}

async fn left(database: &TestDatabase) -> i64 {
    database
        .number("SELECT COUNT(*) FROM ops_audit WHERE subject = 'old'")
        .await
}

async fn cut(program: &TestProgram) -> Pass {
    retention::cut(program.cx()).await.unwrap()
}

fn deleted(page: &str, table: &str) -> String {
    let series = format!("ops_retention_deleted_rows_total{{table=\"{table}\"}} ");
    page.lines()
        .find_map(|line| line.strip_prefix(&series))
        .unwrap()
        .to_owned()
}

#[each_database]
async fn expired_rows_are_deleted_once_an_hour_and_counted(database: TestDatabase) {
    let clock = sovani_ops::clock::Clock::standing_at("2025-10-02 09:00:00".parse().unwrap());
    let program = Setup::beside(&database).at(&clock).start().await;
    old_audit(&database, 1_200).await;

    assert_eq!(cut(&program).await, Pass::Done);
    assert_eq!(left(&database).await, 0);
    old_audit(&database, 1).await;
    clock.advance(chrono::Duration::minutes(59));
    assert_eq!(cut(&program).await, Pass::NotDue);
    assert_eq!(left(&database).await, 1);
    clock.advance(chrono::Duration::minutes(1));
    assert_eq!(cut(&program).await, Pass::Done);
    assert_eq!(left(&database).await, 0);
    cut(&program).await;

    let page = program.get("/metrics").await.text;
    assert_eq!(deleted(&page, "ops_audit"), "1201");
    assert_eq!(deleted(&page, "ops_incidents"), "0");
    assert!(
        page.contains("ops_retention_last_timestamp_seconds 1759399200"),
        "{page}"
    );
}

#[each_database]
async fn of_two_instances_one_deletes(database: TestDatabase) {
    let one = Setup::beside(&database).start().await;
    let other = Setup::beside(&database).start_on(one.telegram()).await;
    old_audit(&database, 3_000).await;

    let (first, second) = tokio::join!(cut(&one), cut(&other));

    let mut passes = [first, second];
    passes.sort_by_key(|pass| *pass == Pass::Done);
    assert_eq!(passes, [Pass::NotDue, Pass::Done]);
    assert_eq!(left(&database).await, 0);
}
