//! Whether the jobs that are listed in `sovani-ops.toml` start on time and succeed.

mod judging;
mod trouble;

use chrono::{Days, Duration};

use super::{Detector, Scene};
use crate::{
    db::HEALTH_CHECK,
    domain::{Counted, Outcome, Severity, Target, Tick, Timestamp, Verdict, ticks},
};

pub use self::judging::{Judged, judge};

/// A tick of so long before may have ended since.
const STILL_ENDING: Duration = Duration::days(2);
/// Whose jobs are mentioned when they are not listed.
const JOURNAL: &str = "job_runs";

pub const DETECTOR: Detector = Detector {
    name: "check_scheduler_on_time",
    about: "Scheduled jobs start on time",
    severity: Severity::Warning,
    target: Some(Target::SchedulerOnTime),
    reads: &[],
    runbook: include_str!("../../runbooks/check_scheduler_on_time.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let Scene {
        db, settings, now, ..
    } = scene;
    if settings.jobs().is_empty() {
        return Ok(Verdict::not_measured(
            "Scheduler on-time rate is not measured: no jobs are listed in sovani-ops.toml",
        ));
    }
    let journalled = db.relations().await?.contains(JOURNAL);
    if !journalled && !db.ever_told().await? {
        return Ok(Verdict::not_measured(
            "Scheduler on-time rate is not measured: there is no job_runs, and no job has sent a heartbeat",
        ));
    }
    let from = recorded_from(scene).await?;
    let mut jobs = Vec::with_capacity(settings.jobs().len());
    for job in settings.jobs() {
        let since = job.look_back(now).min(from - STILL_ENDING);
        let runs = db.job_history(&job.name, since, journalled).await?;
        let first = runs.first().map(|run| run.started_at);
        // Nobody knows since when a job is expected. One that has never run is judged from yesterday on, and of
        // another nothing is said of the time before its first run.
        let since = first.map_or_else(|| yesterday(scene), |_| since);
        let mut ticks = ticks(job, &runs, since, now);
        if let Some(first) = first {
            ticks.retain(|tick| tick.due >= first || tick.outcome != Outcome::Missed);
        }
        jobs.push(Judged {
            job,
            ticks,
            has_run: first.is_some(),
        });
    }
    record(scene, from, &jobs).await;
    let unlisted = if journalled {
        unlisted(scene).await?
    } else {
        Vec::new()
    };
    let target = settings.slo_scheduler_on_time_pct;
    Ok(judge(&jobs, &unlisted, target, settings.timezone, now))
}

fn yesterday(Scene { settings, now, .. }: Scene<'_>) -> Timestamp {
    let calendar = settings.calendar();
    calendar.start_of(calendar.today(now) - Days::new(1))
}

/// From when on the events are written anew. What came after the newest of them was never seen, as while this
/// program stood still; what is older than two days is settled, and its runs may be gone by now.
async fn recorded_from(scene: Scene<'_>) -> sqlx::Result<Timestamp> {
    let Scene {
        db, settings, now, ..
    } = scene;
    let calendar = settings.calendar();
    let farthest = calendar.today(now) - Days::new(settings.slo_period_days.into());
    let newest = db.newest_event(Target::SchedulerOnTime).await?;
    let day = newest.map_or(farthest, |newest| calendar.today(newest).max(farthest));
    Ok(calendar.start_of(day).min(yesterday(scene)))
}

/// What cannot be written now is written by the next check.
async fn record(Scene { db, settings, .. }: Scene<'_>, from: Timestamp, jobs: &[Judged<'_>]) {
    let calendar = settings.calendar();
    let events: Vec<_> = jobs
        .iter()
        .flat_map(|judged| &judged.ticks)
        .filter_map(|tick| Some((tick.known_at.filter(|at| *at >= from)?, event(tick))))
        .map(|(at, counted)| (at, calendar.today(at), counted))
        .collect();
    let written = db.replace_sli(Target::SchedulerOnTime, from, &events);
    if let Err(error) = written.await {
        tracing::warn!(%error, "what became of the jobs cannot be recorded yet");
    }
}

fn event(tick: &Tick) -> Counted {
    Counted {
        good: if tick.good() { 1.0 } else { 0.0 },
        total: 1.0,
    }
}

/// Jobs that have run lately and are not listed; this program's own need not be.
async fn unlisted(
    Scene {
        db, settings, now, ..
    }: Scene<'_>,
) -> sqlx::Result<Vec<String>> {
    let mut names = db.journalled_jobs(now - Duration::days(1)).await?;
    names
        .retain(|name| name != HEALTH_CHECK && settings.jobs().iter().all(|job| job.name != *name));
    Ok(names)
}
