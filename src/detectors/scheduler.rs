//! Checks that the jobs listed in `sovani-ops.toml` start on time and succeed.

mod judging;
mod trouble;

use chrono::Duration;

use super::{
    Detector, Scene,
    recording::{record, recorded_from, yesterday},
};
use crate::{
    db::{HEALTH_CHECK, JOB_RUNS},
    domain::{Counted, ExpectedJob, Outcome, Severity, Target, Tick, Verdict, ticks},
};

pub use self::judging::judge;

const TARGET: Target = Target::SchedulerOnTime;
/// An older tick may have ended since.
const STILL_ENDING: Duration = Duration::days(2);

/// A job and what became of its ticks, oldest first.
pub struct Judged<'a> {
    pub job: &'a ExpectedJob,
    pub ticks: Vec<Tick>,
    /// It has run at least once.
    pub has_run: bool,
}

pub const DETECTOR: Detector = Detector {
    name: "check_scheduler_on_time",
    severity: Severity::Warning,
    target: Some(TARGET),
    reads: &[],
    also_reads: &[JOB_RUNS],
    thresholds: &[],
    runbook: include_str!("../../runbooks/check_scheduler_on_time.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    if scene.settings.jobs().is_empty() {
        return Ok(Verdict::not_measured("finding-scheduler-no-jobs"));
    }
    let scene = scene.at_the_latest().await?;
    let Scene {
        db, settings, now, ..
    } = scene;
    let journalled = scene.has(JOB_RUNS.name).await?;
    if !journalled && !db.ever_told().await? {
        return Ok(Verdict::not_measured("finding-scheduler-no-runs"));
    }
    let from = recorded_from(scene, TARGET).await?;
    let mut jobs = Vec::with_capacity(settings.jobs().len());
    for job in settings.jobs() {
        let since = job.look_back(now).min(from - STILL_ENDING);
        let runs = db.job_history(&job.name, since, journalled).await?;
        let first = runs.first().map(|run| run.started_at);
        // It is unknown since when a job has been expected. One that has never run is judged from yesterday on; for
        // another, the time before its first run does not count.
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
    let decided = jobs
        .iter()
        .flat_map(|judged| &judged.ticks)
        .filter_map(|tick| Some((tick.known_at.filter(|at| *at >= from)?, event(tick))));
    record(scene, TARGET, from, decided).await;
    let unlisted = if journalled {
        unlisted(scene).await?
    } else {
        Vec::new()
    };
    let target = settings.slo_scheduler_on_time_pct;
    Ok(judge(&jobs, &unlisted, target, settings.timezone, now))
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
    let mut names = db.journalled_jobs(now.utc().date_naive()).await?;
    names
        .retain(|name| name != HEALTH_CHECK && settings.jobs().iter().all(|job| job.name != *name));
    Ok(names)
}
