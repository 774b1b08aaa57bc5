//! Deleting looks at what it deletes, not at the whole table.

use chrono::NaiveDate;
use sovani_ops::{
    db::{Db, KEPT},
    demo::Platform,
};
use sqlx::{AssertSqlSafe, Row};

use crate::support::database::TestDatabase;

/// One row for each source of latencies.
const SMALL: [&str; 1] = ["ops_scrapes"];

async fn plan(database: &TestDatabase, statement: &str) -> Vec<String> {
    let statement = statement
        .replace("$1", "'2025-04-05'")
        .replace("$2", "500")
        .replace("$3", "'2025-10-03'");
    match database.db() {
        Db::Sqlite(pool, ..) => {
            let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")))
                .fetch_all(pool);
            rows.await
                .unwrap()
                .iter()
                .map(|row| row.get("detail"))
                .collect()
        }
        Db::Postgres(pool, ..) => {
            let mut tx = pool.begin().await.unwrap();
            // The tables are empty, where reading them whole would be the cheapest.
            sqlx::query("SET LOCAL enable_seqscan = off")
                .execute(&mut *tx)
                .await
                .unwrap();
            sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {statement}")))
                .fetch_all(&mut *tx)
                .await
                .unwrap()
        }
    }
}

#[each_database]
async fn no_deletion_reads_a_table_from_end_to_end(database: TestDatabase) {
    let today = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
    Platform::healthy(today)
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();

    for kept in KEPT.iter().filter(|kept| !SMALL.contains(&kept.table)) {
        let plan = plan(&database, &kept.statement()).await;

        let scan = plan.iter().find(|line| {
            line.contains("Seq Scan") || (line.starts_with("SCAN") && !line.contains("USING"))
        });
        assert_eq!(scan, None, "{}: {plan:#?}", kept.table);
    }
}
