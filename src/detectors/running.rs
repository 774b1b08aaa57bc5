//! Runs detectors side by side, and makes a check of whatever comes of each.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures::{FutureExt, future::join_all};

use super::{Entry, Scene, burn, panic_text, unreadable};
use crate::{
    db::{is_outage, words},
    domain::{Check, Finding, NO_TABLE, Timestamp, Verdict},
    views::in_english,
};

/// Runs the detectors concurrently. One that panics, fails or times out becomes a failing check.
pub async fn run(detectors: &[Entry], scene: Scene<'_>) -> Vec<Check> {
    // Before anything is read: figures of a later state are then counted again, never taken for this one's.
    let tables = scene.db.tables_state().await;
    let scene = Scene { tables, ..scene };
    let relations = scene.unless_changed("relations", String::new(), scene.db.relations());
    let relations = tokio::time::timeout(scene.settings.detector_timeout, relations)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut));
    let scene = Scene {
        relations: relations.as_ref().ok(),
        ..scene
    };
    let runs = detectors
        .iter()
        .map(|detector| run_one(detector, scene, &relations));
    let runs = join_all(runs).await;
    let blamed = runs.iter().any(Run::may_be_the_databases_fault);
    let unreachable = blamed && scene.db.out_of_reach().await.is_some();
    let checks = runs
        .into_iter()
        .map(|run| run.check(unreachable, scene.now));
    checks.collect()
}

/// How a detector ran.
struct Run<'a> {
    detector: &'a Entry,
    outcome: Result<Verdict, Crash>,
    took: Duration,
}

/// The reason why a detector came to no verdict.
struct Crash {
    cause: String,
    /// Tells if that may be for want of the database alone.
    database: bool,
}

impl Crash {
    fn of(error: &anyhow::Error) -> Self {
        let mut causes = error.chain();
        Self {
            cause: match error.downcast_ref() {
                Some(error) => words(error),
                None => format!("{error:#}"),
            },
            database: causes.any(|cause| cause.downcast_ref().is_some_and(is_outage)),
        }
    }
}

impl Run<'_> {
    fn may_be_the_databases_fault(&self) -> bool {
        let crash = self.outcome.as_ref().err();
        crash.is_some_and(|crash| crash.database)
    }

    /// An unreachable database is one incident of its own, not one for each detector that it blocks.
    fn check(self, unreachable: bool, now: Timestamp) -> Check {
        let words = in_english(now);
        let Self {
            detector,
            took,
            outcome,
        } = self;
        let (source, severity) = (detector.source(), detector.severity());
        match outcome {
            Ok(verdict) => Check::judged(source, severity, verdict, took, words),
            Err(crash) if crash.database && unreachable => {
                let verdict = Verdict::not_measured("finding-no-database");
                Check::judged(source, severity, verdict, took, words)
            }
            Err(Crash { cause, .. }) => {
                tracing::error!(
                    detector = detector.name(),
                    cause,
                    "a detector could not run"
                );
                Check::crashed(source, &cause, took, words)
            }
        }
    }
}

async fn run_one<'a>(
    detector: &'a Entry,
    scene: Scene<'_>,
    relations: &sqlx::Result<HashSet<String>>,
) -> Run<'a> {
    let started = Instant::now();
    let outcome = match relations {
        _ if detector.reads().is_empty() => guarded(detector, scene).await,
        Ok(relations) => match detector
            .reads()
            .into_iter()
            .find(|name| !relations.contains(*name))
        {
            Some(missing) => Ok(Verdict::not_measured(
                Finding::new(NO_TABLE).text("relation", missing),
            )),
            None => guarded(detector, scene).await,
        },
        Err(error) => Err(Crash {
            cause: words(error),
            database: true,
        }),
    };
    Run {
        detector,
        outcome,
        took: started.elapsed(),
    }
}

async fn guarded(detector: &Entry, scene: Scene<'_>) -> Result<Verdict, Crash> {
    let limit: Duration = scene.settings.detector_timeout;
    let run = AssertUnwindSafe(judged(detector, scene)).catch_unwind();
    let ended = if detector.limits_itself() {
        Ok(run.await)
    } else {
        tokio::time::timeout(limit, run).await
    };
    match ended {
        Ok(Ok(Ok(verdict))) => Ok(verdict),
        Ok(Ok(Err(error))) => Err(Crash::of(&error)),
        Ok(Err(panic)) => Err(Crash {
            cause: panic_text(panic.as_ref()),
            database: false,
        }),
        Err(_) => Err(Crash {
            cause: format!("no result within {}s", limit.as_secs()),
            database: true,
        }),
    }
}

async fn judged(detector: &Entry, scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let verdict = detector.run(scene).await?;
    let verdict = match detector.target() {
        Some(target) => burn::add(detector, target, scene, verdict).await?,
        None => verdict,
    };
    let tables = detector.relations();
    let there = tables.filter(|table| scene.relations.is_some_and(|all| all.contains(table.name)));
    Ok(unreadable::add(detector, there, scene, verdict).await)
}
