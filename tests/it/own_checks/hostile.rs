//! Queries that mean harm, or do it by mistake.

use std::time::{Duration, Instant};

use super::*;
use crate::support::{database::on_postgres, program::moment};

fn query(sql: &str) -> String {
    check(
        "check_own_hostile",
        &format!("sql = '''{sql}'''\nwhen = \"rows\"\ntext = \"{{x}}\"\ntimeout = \"1s\""),
    )
}

/// The result of each query, in a table that must keep its row.
async fn results(database: &TestDatabase, queries: &[(&str, &str)]) {
    let shop = Shop::with(database, &query("SELECT 1 AS x")).await;
    database.execute(rows(&[("WB", "A1", "1")])).await;
    for (sql, told) in queries {
        shop.reload(&query(sql)).await.unwrap();
        let begun = Instant::now();
        let said = shop.tells().await;
        assert!(
            begun.elapsed() < Duration::from_secs(8),
            "{sql}: {:?}",
            begun.elapsed()
        );
        assert!(said.contains(told), "{sql}: {said}");
        assert_eq!(
            database.number("SELECT COUNT(*) FROM margins").await,
            1,
            "{sql}"
        );
    }
    assert_eq!(shop.program.get("/healthz").await.status, 200);
}

const ENDLESS: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 - x FROM n) SELECT COUNT(*) AS x FROM n";
const A_BILLION: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000) SELECT x FROM n";
const DELETING: &str = "WITH gone AS (DELETE FROM margins RETURNING 1 AS x) SELECT x FROM gone";

#[each_database]
async fn one_without_end_ends_at_its_limit(database: TestDatabase) {
    results(&database, &[(ENDLESS, "no result within 1 s")]).await;
}

#[each_database]
async fn of_a_billion_rows_no_more_are_read_than_it_may_have(database: TestDatabase) {
    results(&database, &[(A_BILLION, "1")]).await;
}

#[each_database]
async fn a_query_that_writes_writes_nothing(database: TestDatabase) {
    results(
        &database,
        &[(DELETING, "crashed: error returned from database")],
    )
    .await;
}

#[each_database]
async fn of_a_megabyte_of_text_a_line_leaves_the_database(database: TestDatabase) {
    let sql = if database.is_postgres() {
        "SELECT repeat('<b>', 400000) AS x"
    } else {
        "SELECT replace(hex(zeroblob(200000)), '0', '<b>') AS x"
    };
    results(&database, &[(sql, "<b><b>")]).await;
    let longest = "SELECT MAX(length(message)) FROM ops_incidents";
    assert!(database.number(longest).await < 400);
}

#[tokio::test]
async fn functions_that_act_are_not_called() {
    on_postgres(async |database| {
        database.execute("CREATE SEQUENCE counted").await;
        results(
            &database,
            &[
                ("SELECT pg_sleep(60) AS x", "calls pg_sleep"),
                ("SELECT pg_catalog.\"pg_sleep\" (60) AS x", "calls pg_sleep"),
                (
                    "SELECT pg_terminate_backend(pid) AS x FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
                    "calls pg_terminate_backend",
                ),
                ("SELECT PG_CANCEL_BACKEND(1) AS x", "calls pg_cancel_backend"),
                ("SELECT nextval('counted') AS x", "calls nextval"),
                ("SELECT set_config('statement_timeout', '0', false) AS x", "calls set_config"),
                ("SELECT pg_advisory_lock(7) AS x", "calls pg_advisory_lock"),
                ("SELECT query_to_xml('DELETE FROM margins', true, true, '') AS x", "calls query_to_xml"),
                ("SELECT marketplace AS x FROM margins FOR UPDATE", "read-only transaction"),
            ],
        )
        .await;
        // None of these sessions was ended, nor was the sequence moved.
        assert_eq!(database.number("SELECT CAST(is_called AS INTEGER) FROM counted").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_view_that_sleeps_is_ended_by_the_server() {
    on_postgres(async |database| {
        database
            .execute("CREATE VIEW sleeping AS SELECT CAST(pg_sleep(60) AS TEXT) AS x")
            .await;
        results(&database, &[("SELECT x FROM sleeping", "no result within 1 s")]).await;
        let busy = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' \
                    AND query LIKE '%own_check%' AND pid <> pg_backend_pid()";
        assert_eq!(database.number(busy).await, 0);
    })
    .await;
}

#[each_database]
async fn the_parameters_are_bound_to_the_platforms_days(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-01 22:30:00"));
    let sql = "SELECT article AS x FROM days WHERE d = :yesterday OR d = :due_day OR (d >= :days_ago_7 AND d < :days_ago_6) \
               OR d > :today -- :nothing";
    database
        .execute("CREATE TABLE days (d DATE, article VARCHAR)")
        .await;
    database
        .execute(
            "INSERT INTO days VALUES ('2025-10-01', 'yesterday'), ('2025-09-30', 'due'), ('2025-09-25', 'week'), \
             ('2025-10-02', 'today'), ('2025-10-03', 'tomorrow'), ('2025-09-20', 'old')",
        )
        .await;
    let checks = query(sql) + "key = [\"x\"]\n";
    let shop = Shop::started(&database, &checks, &clock, &[]).await;

    shop.program.sweep().await;

    assert_eq!(
        shop.messages().await,
        ["due", "tomorrow", "week", "yesterday"]
    );
}
