//! Checks that jobs are listed, and that those listed have run.

use chrono::Duration;

use super::{Check, Finding, Installation};
use crate::db::Db;

/// A job that ran before is forgotten by the platform, or has another name by now.
const LOOK_BACK: Duration = Duration::days(30);

pub const CHECK: Check = Check {
    name: "jobs",
    needs: &["OPS_CONFIG", "DATABASE_URL"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let jobs = installation.settings.jobs();
    if jobs.is_empty() {
        return vec![Finding::warning(
            "no jobs are listed: one that stops running is not noticed",
            "list them in sovani-ops.toml; sovani-ops.example.toml explains how",
        )];
    }
    let db = match installation.db() {
        Ok(db) => db,
        Err(finding) => return vec![finding],
    };
    let since = installation.clock.now() - LOOK_BACK;
    let mut silent = Vec::new();
    for job in jobs {
        match has_run(db, &job.name, since).await {
            Ok(true) => {}
            Ok(false) => silent.push(job.name.as_str()),
            Err(_) => {
                return vec![Finding::not_checked(
                    "the program's own tables are not made yet",
                    "start sovani-ops, or run: sovani-ops migrate",
                )];
            }
        }
    }
    vec![if silent.is_empty() {
        Finding::ok(format!("{} are listed, and all have run", jobs.len()))
    } else {
        Finding::warning(
            format!("no run is known of {}", silent.join(", ")),
            "see that the names are those of job_runs, or have the jobs tell of themselves over HTTP",
        )
    }]
}

async fn has_run(db: &Db, job: &str, since: crate::domain::Timestamp) -> sqlx::Result<bool> {
    let journalled = !db.column_types("job_runs").await?.is_empty();
    Ok(!db.job_history(job, since, journalled).await?.is_empty())
}
