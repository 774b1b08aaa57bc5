//! Large backlogs, and deletions that are cut short.

use std::time::Duration;

use sovani_ops::ops::retention::{self, Pass};

use super::{cut, left, old_audit};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually_within,
    process::{Process, telegram},
    program::Setup,
};

/// A pass deletes 100,000.
const BACKLOG: usize = 100_100;
const KILLED_IN: usize = 60_000;

#[each_database]
async fn sweeps_and_requests_are_answered_while_a_backlog_goes_in_passes(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    old_audit(&database, BACKLOG).await;

    let between = async {
        let mut seen = Vec::new();
        for _ in 0..3 {
            program.sweep().await;
            program
                .post("/api/v1/ops/silences?scope=all&duration=1h")
                .await;
            seen.push(left(&database).await);
        }
        seen
    };
    let (pass, seen) = tokio::join!(cut(&program), between);

    assert_eq!(pass, Pass::Unfinished);
    assert!(
        seen.iter().all(|left| *left > 100),
        "they had to wait for the end: {seen:?}"
    );
    assert_eq!(left(&database).await, 100);
    assert_eq!(cut(&program).await, Pass::Done);
    assert_eq!(left(&database).await, 0);
}

#[each_database]
async fn an_interrupted_pass_is_continued_by_the_next_one(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    old_audit(&database, 5_000).await;
    let cx = std::sync::Arc::clone(program.cx());
    let pass = tokio::spawn(async move { retention::cut(&cx).await });
    eventually_within(Duration::from_secs(20), "the first rows go", async || {
        left(&database).await < 5_000
    })
    .await;
    pass.abort();
    assert!(pass.await.is_err_and(|error| error.is_cancelled()));
    assert!(left(&database).await > 0);
    // The lease's holder is gone; the lease expires by itself.
    database
        .execute("DELETE FROM ops_leases WHERE name = 'retention'")
        .await;

    assert_eq!(cut(&program).await, Pass::Done);

    assert_eq!(left(&database).await, 0);
}

#[each_database]
async fn a_table_that_cannot_be_cleaned_keeps_no_other_from_it(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    database.execute("DROP TABLE ops_proposals").await;
    old_audit(&database, 10).await;

    assert_eq!(
        cut(&program).await,
        Pass::Unfinished,
        "nor is it told to be done"
    );

    assert_eq!(left(&database).await, 0);
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_retention WHERE done_at IS NOT NULL")
            .await,
        0
    );
}

#[tokio::test]
async fn a_program_that_is_killed_while_it_deletes_continues_after_the_next_start() {
    on_sqlite(async |database| {
        database.db().migrate().await.unwrap();
        old_audit(&database, KILLED_IN).await;
        let telegram = telegram().await;
        let begun = i64::try_from(KILLED_IN).unwrap();

        let process = Process::start(&database, &telegram, &[]);
        let soon = Duration::from_secs(60);
        eventually_within(soon, "the first rows go", async || {
            left(&database).await < begun
        })
        .await;
        process.kill().await;
        assert!(left(&database).await > 0, "it was killed too late");
        let first_day = database
            .texts("SELECT CAST(first_day AS TEXT) FROM ops_retention WHERE done_at IS NULL")
            .await;
        assert_eq!(
            first_day.len(),
            1,
            "the days that are gone are on record before they go"
        );

        let process = Process::start(&database, &telegram, &[]);
        eventually_within(soon, "the last rows go", async || {
            left(&database).await == 0
        })
        .await;
        let (status, log) = process.terminate().await;

        assert!(status.success(), "{log}");
    })
    .await;
}
