//! The runs of jobs, from the platform's journal and from what jobs tell themselves.

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

use super::{
    Db,
    reading::{NAME_CHARS, WORD_CHARS, Written, moment},
    unreadable::{Column, Holds, Relation},
};
use crate::domain::{JobRun, RunEnd, RunStatus, Target, Timestamp, one_line};

/// A job of every minute for 35 days has half of these.
const RUNS_MAX: usize = 100_000;
/// More names than that are no overview.
const NAMES_MAX: i64 = 300;
/// Length limit for a run's error.
const ERROR_CHARS: usize = 1_000;

/// The platform's journal of its jobs' runs.
pub const JOB_RUNS: Relation = Relation {
    name: "job_runs",
    columns: &[
        Column::recent("job_name", Holds::Name, "started_at", "started_at"),
        Column::ordered("started_at", Holds::Moment, "job_name"),
        Column::recent("finished_at", Holds::End, "job_name", "started_at"),
        Column::anything("status"),
        Column::anything("error_message"),
    ],
};

/// A table of runs, with the names of its columns.
pub(super) struct Journal {
    table: &'static str,
    job: &'static str,
    error: &'static str,
}

/// The platform's journal and that of heartbeats.
const JOURNALS: [Journal; 2] = [
    Journal {
        table: JOB_RUNS.name,
        job: "job_name",
        error: "error_message",
    },
    Journal {
        table: "ops_job_runs",
        job: "job",
        error: "message",
    },
];

/// Both journals, or that of heartbeats alone where the platform has none.
pub(super) fn journals(journalled: bool) -> impl Iterator<Item = &'static Journal> {
    JOURNALS.iter().skip(usize::from(!journalled))
}

/// A selection of a job's runs.
#[derive(Clone, Copy)]
pub(super) enum Journalled {
    /// Includes the last run before, because later ticks depend on it.
    StartedSince(Timestamp),
    EndedSince(Timestamp),
}

/// Start, end, status and error.
type Row = (
    Option<Written>,
    Option<Written>,
    Option<Written>,
    Option<Written>,
);

impl Db {
    /// The job's runs since that moment and the last one before, in the order in which they started. `journalled`
    /// says whether there is a `job_runs`.
    pub async fn job_history(
        &self,
        job: &str,
        since: Timestamp,
        journalled: bool,
    ) -> sqlx::Result<Vec<JobRun>> {
        let mut runs = Vec::new();
        for journal in journals(journalled) {
            runs.extend(
                self.runs_of(journal, job, Journalled::StartedSince(since))
                    .await?,
            );
        }
        for run in &mut runs {
            let started_at = run.started_at;
            run.end
                .iter_mut()
                .for_each(|end| end.at = end.at.max(started_at));
        }
        runs.sort_by_key(|run| run.started_at);
        Ok(runs)
    }

    /// The runs of which can be read when they started, the newest first.
    pub(super) async fn runs_of(
        &self,
        journal: &Journal,
        job: &str,
        which: Journalled,
    ) -> sqlx::Result<Vec<JobRun>> {
        let Journal {
            table,
            job: name,
            error,
        } = journal;
        let reading = self.reading(table).await?;
        let (start, end) = (
            reading.sortable("started_at"),
            reading.sortable("finished_at"),
        );
        let is_job = reading.is_text(name);
        let condition = match which {
            Journalled::StartedSince(since) => {
                let since = before(since);
                format!(
                    "{start} >= COALESCE((SELECT MAX({start}) FROM {table}
                        WHERE {is_job} = $1 AND {start} < '{since}'), '{since}')"
                )
            }
            Journalled::EndedSince(since) => {
                let since = before(since);
                format!("({start} >= '{since}' OR {end} >= '{since}')")
            }
        };
        let sql = format!(
            "SELECT {started}, {finished}, {status}, {error} FROM {table}
             WHERE {is_job} = $1 AND {condition} ORDER BY {start} DESC LIMIT {RUNS_MAX}",
            started = reading.moment("started_at"),
            finished = reading.moment("finished_at"),
            status = reading.text("status", WORD_CHARS),
            error = reading.text(error, ERROR_CHARS),
        );
        let rows: Vec<Row> = self.query(AssertSqlSafe(sql)).bind(job).fetch_all().await?;
        Ok(rows.into_iter().filter_map(run).collect())
    }

    /// Tells if any job has ever sent a heartbeat.
    pub async fn ever_told(&self) -> sqlx::Result<bool> {
        self.query("SELECT EXISTS (SELECT 1 FROM ops_job_runs)")
            .fetch_value()
            .await
    }

    /// The jobs that the platform has journalled since that day.
    pub async fn journalled_jobs(&self, since: NaiveDate) -> sqlx::Result<Vec<String>> {
        let reading = self.reading(JOB_RUNS.name).await?;
        let sql = format!(
            "SELECT DISTINCT {name} AS name FROM job_runs WHERE {since} ORDER BY name
             LIMIT {NAMES_MAX}",
            name = reading.text("job_name", NAME_CHARS),
            since = reading.since("started_at", since),
        );
        let names: Vec<Option<Written>> = self.query(AssertSqlSafe(sql)).fetch_values().await?;
        let names = names.into_iter().flatten();
        Ok(names.map(|name| one_line(&name.0)).collect())
    }

    /// The moment of the service level's first stored event.
    pub async fn first_event(&self, target: Target) -> sqlx::Result<Option<Timestamp>> {
        self.query("SELECT MIN(at) FROM ops_sli WHERE target = $1")
            .bind(target.as_str())
            .fetch_value()
            .await
    }

    /// The moment of the service level's newest event.
    pub async fn newest_event(&self, target: Target) -> sqlx::Result<Option<Timestamp>> {
        self.query("SELECT MAX(at) FROM ops_sli WHERE target = $1")
            .bind(target.as_str())
            .fetch_value()
            .await
    }
}

/// A day earlier: moments with an offset sort up to so far off.
fn before(moment: Timestamp) -> Timestamp {
    moment - chrono::Duration::days(1)
}

/// Versions of the platform differ in what they write; a run that is neither under way nor a success has failed.
fn run((started_at, finished_at, status, error): Row) -> Option<JobRun> {
    let read = |written: Option<Written>| written.and_then(|text| moment(&text.0));
    let started_at = read(started_at)?;
    let status = status.unwrap_or_default().0.trim().to_lowercase();
    let end = (status != RunStatus::Running.as_str()).then(|| RunEnd {
        at: read(finished_at).unwrap_or(started_at),
        success: status == RunStatus::Success.as_str(),
        error: error.map(|error| error.0.into()),
    });
    Some(JobRun { started_at, end })
}
