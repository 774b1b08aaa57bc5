//! Each row has a digest of itself and of the one before.

use futures::future::join_all;
use sovani_ops::{clock::Clock, db::AuditChain, ops::retention};

use super::{act, chain, is_broken};
use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram, moment},
};

async fn with_acts(database: &TestDatabase, acts: usize) -> TestProgram {
    let program = Setup::beside(database).start().await;
    for number in 0..acts {
        act(&program, &format!("incident {number} «é» 😀")).await;
    }
    program
}

fn whole(rows: i64) -> AuditChain {
    AuditChain::Whole { rows }
}

#[each_database]
async fn what_nobody_has_touched_is_whole(database: TestDatabase) {
    let program = with_acts(&database, 0).await;
    assert_eq!(chain(&database).await, AuditChain::NotBegun);
    for _ in 0..5 {
        act(&program, "incident 1").await;
    }
    program
        .post("/api/v1/ops/silences?scope=all&duration=2h")
        .await;
    assert_eq!(chain(&database).await, whole(6));
    assert_eq!(
        database
            .number("SELECT COUNT(DISTINCT hash) FROM ops_audit")
            .await,
        6
    );
}

#[each_database]
async fn a_changed_row_is_found(database: TestDatabase) {
    let program = with_acts(&database, 5).await;
    let changes = [
        "UPDATE ops_audit SET actor = 'user:8' WHERE id = 3",
        "UPDATE ops_audit SET detail = 'x' WHERE id = 5",
        "UPDATE ops_audit SET hash = NULL WHERE id = 2",
        "DELETE FROM ops_audit WHERE id = 1",
        "DELETE FROM ops_audit WHERE id = 3",
        "DELETE FROM ops_audit WHERE id > 3",
        "DELETE FROM ops_audit",
        "DELETE FROM ops_audit_chain",
        "UPDATE ops_audit_chain SET hash = '', rows = 0, audit_id = 0",
        "INSERT INTO ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail)
            SELECT at, actor, actor_name, door, origin, act, subject, outcome, detail FROM ops_audit WHERE id = 1",
        "UPDATE ops_audit SET id = 100 WHERE id = 2",
    ];
    database
        .execute("CREATE TABLE kept AS SELECT * FROM ops_audit")
        .await;
    database
        .execute("CREATE TABLE ends AS SELECT * FROM ops_audit_chain")
        .await;
    for change in changes {
        database.execute(change).await;
        assert!(is_broken(&chain(&database).await), "{change}");
        // New operations are recorded all the same, and hide nothing.
        act(&program, "incident 9").await;
        assert!(is_broken(&chain(&database).await), "{change}");
        for statement in [
            "DELETE FROM ops_audit",
            "DELETE FROM ops_audit_chain",
            "INSERT INTO ops_audit SELECT * FROM kept",
            "INSERT INTO ops_audit_chain SELECT * FROM ends",
        ] {
            database.execute(statement).await;
        }
        assert_eq!(chain(&database).await, whole(5));
    }
}

#[each_database]
async fn rows_of_older_versions_begin_the_chain(database: TestDatabase) {
    let mut program = with_acts(&database, 1_100).await;
    let as_before = async || {
        for statement in [
            "UPDATE ops_audit SET hash = NULL",
            "UPDATE ops_audit_chain SET audit_id = 0, hash = '', rows = 0",
            // As the migration does.
            "INSERT INTO ops_audit_chain SELECT 'older', MAX(id), '', 0 FROM ops_audit HAVING MAX(id) IS NOT NULL",
        ] {
            database.execute(statement).await;
        }
        assert_eq!(chain(&database).await, AuditChain::NotBegun);
    };
    as_before().await;
    act(&program, "the first of the new version").await;
    assert_eq!(chain(&database).await, whole(1_101));
    as_before().await;
    program.restart().await;
    assert_eq!(chain(&database).await, whole(1_101));
    database
        .execute("UPDATE ops_audit SET subject = 'x' WHERE id = 17")
        .await;
    assert!(is_broken(&chain(&database).await));
}

#[each_database]
async fn acts_in_several_instances_at_once_are_one_chain(database: TestDatabase) {
    let program = with_acts(&database, 0).await;
    let other = database.another_connection().await;
    let acts = (0..40).map(|number| {
        let db = if number % 2 == 0 {
            &program.cx().db
        } else {
            &other
        };
        let program = &program;
        async move { super::record(db, &format!("incident {number}"), program).await }
    });
    join_all(acts).await;
    assert_eq!(chain(&database).await, whole(40));
}

#[each_database]
async fn expired_rows_are_cut_off_and_the_rest_stays_verifiable(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-01-02 09:00:00"));
    let program = Setup::beside(&database).at(&clock).start().await;
    for month in 0..9 {
        act(&program, &format!("month {month}")).await;
        clock.advance(chrono::Duration::days(30));
    }
    // A clock that was wrong for a moment has dated this one long ago, and that one far ahead.
    clock.advance(chrono::Duration::days(-3_000));
    act(&program, "long ago").await;
    clock.advance(chrono::Duration::days(6_000));
    act(&program, "far ahead").await;
    clock.advance(chrono::Duration::days(-3_000));

    retention::cut(program.cx()).await.unwrap();

    let subjects = database
        .texts("SELECT subject FROM ops_audit ORDER BY id")
        .await;
    assert_eq!(
        subjects,
        [
            "month 3",
            "month 4",
            "month 5",
            "month 6",
            "month 7",
            "month 8",
            "long ago",
            "far ahead"
        ]
    );
    assert_eq!(chain(&database).await, whole(8));
    act(&program, "now").await;
    assert_eq!(chain(&database).await, whole(9));
    clock.advance(chrono::Duration::days(400));
    retention::cut(program.cx()).await.unwrap();
    assert_eq!(database.number("SELECT COUNT(*) FROM ops_audit").await, 0);
    act(&program, "anew").await;
    act(&program, "and again").await;
    assert_eq!(chain(&database).await, whole(2));
    database
        .execute("DELETE FROM ops_audit WHERE subject = 'anew'")
        .await;
    assert!(is_broken(&chain(&database).await));
}
