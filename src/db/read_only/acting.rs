//! Functions of `PostgreSQL` that may do more than read.
//!
//! A read-only transaction refuses writes to tables. It does not refuse a function that ends another session, waits, takes
//! a lock that outlives the transaction, sends a notification or writes a file. The server calls all of these volatile.

use sqlx::PgConnection;

use crate::domain::sql_check::Statement;

/// They are volatile because they give something else each time, and do nothing.
const HARMLESS: [&str; 6] = [
    "clock_timestamp",
    "gen_random_uuid",
    "random",
    "random_normal",
    "timeofday",
    "uuidv7",
];

/// Those among the functions that the statement calls.
pub async fn functions(
    connection: &mut PgConnection,
    statement: &Statement,
) -> sqlx::Result<Vec<String>> {
    let called: Vec<&str> = statement
        .functions()
        .filter(|name| !HARMLESS.contains(name))
        .collect();
    sqlx::query_scalar(
        "/* own limits */ SELECT DISTINCT CAST(proname AS TEXT) FROM pg_proc \
         WHERE provolatile = 'v' AND prorettype <> 'trigger'::regtype AND CAST(proname AS TEXT) = ANY($1) ORDER BY 1",
    )
    .bind(called)
    .fetch_all(connection)
    .await
}
