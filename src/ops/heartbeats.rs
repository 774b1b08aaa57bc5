//! Records heartbeats of jobs.

use crate::{
    context::Context,
    db::{Heard, RUNS_AN_HOUR, ToldRun},
    domain::{Heartbeat, RunStatus, Who},
    views::clip,
};

/// How much of an unknown name is repeated.
const NAME_UNITS: usize = 60;
/// How many listed jobs an error names.
const NAMED: usize = 20;

#[derive(Debug, thiserror::Error)]
pub enum HeartbeatError {
    #[error("there is no job {:?} in sovani-ops.toml; there {}", clip(.given, NAME_UNITS), those(.listed))]
    Unknown { given: String, listed: Vec<String> },
    #[error("run {run:?} of {job} has ended already: {status}")]
    Ended {
        job: String,
        run: String,
        status: RunStatus,
    },
    #[error(
        "{job} has told of {RUNS_AN_HOUR} runs within the hour, which is as many as are kept; it is heard again in {} s",
        .wait.num_seconds()
    )]
    TooMany { job: String, wait: chrono::Duration },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Records a job's report about a run, which the job may have named.
pub async fn hear(
    cx: &Context,
    who: &Who,
    job: &str,
    run: Option<&str>,
    heartbeat: &Heartbeat,
) -> Result<ToldRun, HeartbeatError> {
    let settings = cx.settings.get();
    if settings.jobs().iter().all(|listed| listed.name != job) {
        return Err(HeartbeatError::Unknown {
            given: job.to_owned(),
            listed: settings.jobs().iter().map(|job| job.name.clone()).collect(),
        });
    }
    let now = cx.clock.now();
    match cx.db.hear(job, run, heartbeat, now).await? {
        Heard::Taken(run) => {
            cx.books.heard.count(who, job, heartbeat, now);
            Ok(run)
        }
        Heard::TooMany(wait) => Err(HeartbeatError::TooMany {
            job: job.to_owned(),
            wait,
        }),
        Heard::Ended(ToldRun { status, .. }) => Err(HeartbeatError::Ended {
            job: job.to_owned(),
            run: run.unwrap_or_default().to_owned(),
            status,
        }),
    }
}

fn those(listed: &[String]) -> String {
    let more = match listed.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match listed {
        [] => "are none".to_owned(),
        listed => format!(
            "are: {}{more}",
            listed[..listed.len().min(NAMED)].join(", ")
        ),
    }
}
