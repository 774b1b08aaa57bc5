//! `ops_job_runs`: runs that jobs reported by heartbeats.

use chrono::Duration;

use super::{Db, tx::Tx};
use crate::domain::{Heartbeat, RunStatus, Timestamp};

/// A call without a run's name within this time is a repetition: the client got no answer.
const REPEATED_WITHIN: Duration = Duration::seconds(60);

/// Limit of runs per job and hour. A job that runs every minute with a retry each time stays below; a runaway job
/// cannot fill the disk.
pub const RUNS_AN_HOUR: i64 = 240;

/// A stored run.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ToldRun {
    pub id: i64,
    pub status: RunStatus,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Taken(ToldRun),
    /// The named run has ended already, and not like this.
    Ended(ToldRun),
    /// There were too many recently; the time until another is accepted.
    TooMany(Duration),
}

const NAMED: &str = "SELECT id, status FROM ops_job_runs WHERE job = $1 AND run = $2";
const NEWEST_RUNNING: &str = "SELECT id, status FROM ops_job_runs
    WHERE job = $1 AND status = 'running' ORDER BY started_at DESC, id DESC LIMIT 1";
const JUST_STARTED: &str = "SELECT id, status FROM ops_job_runs
    WHERE job = $1 AND status = 'running' AND run IS NULL AND started_at >= $2
    ORDER BY started_at DESC, id DESC LIMIT 1";
const JUST_ENDED: &str = "SELECT id, status FROM (
        SELECT id, status, finished_at FROM ops_job_runs
        WHERE job = $1 AND finished_at IS NOT NULL ORDER BY finished_at DESC, id DESC LIMIT 1) newest
    WHERE finished_at >= $2 AND status = $3";

impl Db {
    /// Takes down what a job tells. `run` is what the job calls its run, if it does; the same call twice leaves one run.
    pub async fn hear(
        &self,
        job: &str,
        run: Option<&str>,
        heartbeat: &Heartbeat,
        now: Timestamp,
    ) -> sqlx::Result<Heard> {
        let mut tx = self.begin().await?;
        let known = match run {
            Some(run) => tx.named(job, run).await?,
            None => tx.meant(job, heartbeat, now).await?,
        };
        let status = heartbeat.status();
        let heard = match known {
            Some(known) if known.status == status || status == RunStatus::Running => known,
            Some(known) if known.status != RunStatus::Running => return Ok(Heard::Ended(known)),
            Some(known) => tx.end(known.id, heartbeat, now).await?,
            None => {
                if let Some(wait) = tx.room_after(job, now).await? {
                    return Ok(Heard::TooMany(wait));
                }
                tx.insert(job, run, heartbeat, now).await?
            }
        };
        tx.commit().await?;
        Ok(Heard::Taken(heard))
    }
}

impl Tx {
    async fn named(&mut self, job: &str, run: &str) -> sqlx::Result<Option<ToldRun>> {
        self.query(NAMED).bind(job).bind(run).fetch_optional().await
    }

    /// How long until another run of the job may be taken down, if none may now.
    async fn room_after(&mut self, job: &str, now: Timestamp) -> sqlx::Result<Option<Duration>> {
        let hour = Duration::hours(1);
        // Rows in the future, left by a clock that was set back, do not belong to this hour.
        let (runs, oldest): (i64, Option<Timestamp>) = self
            .query(
                "SELECT COUNT(*), MIN(started_at) FROM ops_job_runs
                 WHERE job = $1 AND started_at > $2 AND started_at <= $3",
            )
            .bind(job)
            .bind(now - hour)
            .bind(now)
            .fetch_one()
            .await?;
        let is_full = oldest.filter(|_| runs >= RUNS_AN_HOUR);
        Ok(is_full.map(|oldest| (oldest + hour).since(now)))
    }

    /// The run that a call without a name belongs to, or a new one.
    async fn meant(
        &mut self,
        job: &str,
        heartbeat: &Heartbeat,
        now: Timestamp,
    ) -> sqlx::Result<Option<ToldRun>> {
        let just_now = now - REPEATED_WITHIN;
        if *heartbeat == Heartbeat::Start {
            return self
                .query(JUST_STARTED)
                .bind(job)
                .bind(just_now)
                .fetch_optional()
                .await;
        }
        let running = self
            .query(NEWEST_RUNNING)
            .bind(job)
            .fetch_optional()
            .await?;
        if running.is_some() {
            return Ok(running);
        }
        self.query(JUST_ENDED)
            .bind(job)
            .bind(just_now)
            .bind(heartbeat.status())
            .fetch_optional()
            .await
    }

    async fn end(
        &mut self,
        id: i64,
        heartbeat: &Heartbeat,
        now: Timestamp,
    ) -> sqlx::Result<ToldRun> {
        self.query(
            "UPDATE ops_job_runs SET status = $2, finished_at = $3, message = $4 WHERE id = $1
             RETURNING id, status",
        )
        .bind(id)
        .bind(heartbeat.status())
        .bind(now)
        .bind(message(heartbeat))
        .fetch_one()
        .await
    }

    /// Inserts a run that starts now, and ends now if only its end was reported.
    async fn insert(
        &mut self,
        job: &str,
        run: Option<&str>,
        heartbeat: &Heartbeat,
        now: Timestamp,
    ) -> sqlx::Result<ToldRun> {
        self.query(
            "INSERT INTO ops_job_runs (job, run, started_at, finished_at, status, message)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, status",
        )
        .bind(job)
        .bind(run)
        .bind(now)
        .bind((*heartbeat != Heartbeat::Start).then_some(now))
        .bind(heartbeat.status())
        .bind(message(heartbeat))
        .fetch_one()
        .await
    }
}

fn message(heartbeat: &Heartbeat) -> Option<&str> {
    match heartbeat {
        Heartbeat::Fail { message } => message.as_deref(),
        Heartbeat::Start | Heartbeat::Success => None,
    }
}
