//! The six detectors. Each is a file with a fetch beside a pure `judge`, and a line in [`DETECTORS`].

pub mod api_latency;
pub mod burn;
pub mod cash_balance;
pub mod commission_outliers;
pub mod db_growth;
pub mod ingest;
mod recording;
pub mod scheduler;

use std::{
    any::Any,
    collections::HashSet,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture, future::join_all};

use crate::{
    db::Db,
    domain::{Check, Severity, Target, Timestamp, Verdict},
    settings::Settings,
    web::Web,
};

pub struct Detector {
    pub name: &'static str,
    pub about: &'static str,
    /// Of its failures.
    pub severity: Severity,
    /// The service level that it watches, whose error budget is judged with it.
    pub target: Option<Target>,
    /// Tables and views without which there is nothing to look at.
    pub reads: &'static [&'static str],
    /// Markdown.
    pub runbook: &'static str,
    pub run: for<'a> fn(Scene<'a>) -> BoxFuture<'a, anyhow::Result<Verdict>>,
}

/// What a detector looks at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub db: &'a Db,
    pub settings: &'a Settings,
    pub web: &'a Web,
    pub now: Timestamp,
}

impl Scene<'_> {
    /// The same at the latest that it has been: what was due before the clock was set back is due still.
    async fn at_the_latest(self) -> sqlx::Result<Self> {
        let now = self.db.latest_time(self.now).await?;
        Ok(Self { now, ..self })
    }
}

pub static DETECTORS: &[Detector] = &[
    api_latency::DETECTOR,
    ingest::DETECTOR,
    scheduler::DETECTOR,
    cash_balance::DETECTOR,
    commission_outliers::DETECTOR,
    db_growth::DETECTOR,
];

#[derive(Debug, thiserror::Error)]
#[error("there is no detector {given:?}; there are: {}", names().join(", "))]
pub struct UnknownDetector {
    given: String,
}

pub fn names() -> Vec<&'static str> {
    DETECTORS.iter().map(|detector| detector.name).collect()
}

pub fn find(name: &str) -> Result<&'static Detector, UnknownDetector> {
    DETECTORS
        .iter()
        .find(|detector| detector.name == name)
        .ok_or_else(|| UnknownDetector {
            given: crate::views::clip(name, 60),
        })
}

/// Runs the detectors side by side. One that panics, fails or takes too long is a failing check of its own.
pub async fn run(detectors: &[&'static Detector], scene: Scene<'_>) -> Vec<Check> {
    let relations = tokio::time::timeout(scene.settings.detector_timeout, scene.db.relations())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut));
    join_all(
        detectors
            .iter()
            .map(|detector| run_one(detector, scene, &relations)),
    )
    .await
}

async fn run_one(
    detector: &'static Detector,
    scene: Scene<'_>,
    relations: &sqlx::Result<HashSet<String>>,
) -> Check {
    let started = Instant::now();
    let verdict = match relations {
        _ if detector.reads.is_empty() => guarded(detector, scene).await,
        Ok(relations) => match detector
            .reads
            .iter()
            .find(|name| !relations.contains(**name))
        {
            Some(missing) => Ok(Verdict::not_measured(format!(
                "No data to look at: there is no {missing}"
            ))),
            None => guarded(detector, scene).await,
        },
        Err(error) => Err(error.to_string()),
    };
    let took = started.elapsed();
    match verdict {
        Ok(verdict) => Check::judged(detector.name, detector.severity, verdict, took),
        Err(cause) => {
            tracing::error!(detector = detector.name, cause, "a detector could not run");
            Check::crashed(detector.name, &cause, took)
        }
    }
}

async fn guarded(detector: &'static Detector, scene: Scene<'_>) -> Result<Verdict, String> {
    let limit: Duration = scene.settings.detector_timeout;
    let run = AssertUnwindSafe(judged(detector, scene)).catch_unwind();
    match tokio::time::timeout(limit, run).await {
        Ok(Ok(Ok(verdict))) => Ok(verdict),
        Ok(Ok(Err(error))) => Err(format!("{error:#}")),
        Ok(Err(panic)) => Err(panic_text(panic.as_ref())),
        Err(_) => Err(format!("no result within {}s", limit.as_secs())),
    }
}

async fn judged(detector: &Detector, scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let verdict = (detector.run)(scene).await?;
    Ok(match detector.target {
        Some(target) => burn::add(detector, target, scene, verdict).await?,
        None => verdict,
    })
}

/// The message of a panic.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panicked")
        .to_owned()
}
