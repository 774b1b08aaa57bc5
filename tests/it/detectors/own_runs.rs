//! The journal of jobs, whose columns are the platform's.

use crate::support::{database::TestDatabase, program::moment};

#[each_database]
async fn a_run_of_this_program_is_journalled_whatever_the_columns_are(database: TestDatabase) {
    let db = database.db();
    let begun = moment("2025-10-02 09:00:00");
    for columns in [
        "job_name TEXT, started_at TEXT, finished_at TEXT, status TEXT, error_message TEXT",
        "id TEXT, job_name TEXT, started_at TEXT, finished_at TEXT, status TEXT, duration_seconds TEXT, metadata TEXT",
        "id SMALLINT, job_name VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP, status VARCHAR, error_message JSON, \
         job_metadata JSON",
    ] {
        database
            .execute(format!("CREATE TABLE job_runs ({columns})"))
            .await;

        // It is killed before it ends.
        db.start_run(begun).await.unwrap();
        let minute = chrono::Duration::minutes(1);
        let run = db.start_run(begun + minute).await.unwrap();
        db.finish_run(run, begun + minute * 2, 0.25, &["a report"])
            .await
            .unwrap();

        let runs = "SELECT status || ' ' || SUBSTR(CAST(started_at AS TEXT), 12, 5) || ' ' ||
            SUBSTR(CAST(finished_at AS TEXT), 12, 5) FROM job_runs ORDER BY started_at";
        let runs = database.texts(runs).await;
        assert_eq!(
            runs,
            ["failed 09:00 09:01", "success 09:01 09:02"],
            "{columns}"
        );
        database.execute("DROP TABLE job_runs").await;
    }
}
