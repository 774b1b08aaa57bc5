//! The detectors. Each built-in one is a file with a query beside a pure `judge`, and a line in [`DETECTORS`]; the
//! [`Registry`] has these and all others.

pub mod api_latency;
pub mod burn;
pub mod cash_balance;
pub mod commission_outliers;
pub mod db_growth;
mod entry;
pub mod ingest;
mod own;
mod recording;
mod registry;
pub mod scheduler;
pub mod unreadable;

use std::{
    any::Any,
    collections::HashSet,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture, future::join_all};

pub use self::{
    entry::{Configured, Entry, Memory, Probe, Pushed},
    own::QuerySource,
    registry::{InvalidEntry, Registry, UnknownDetector},
};
use crate::{
    db::{Db, Relation, TablesState, is_outage, words},
    domain::{Check, Finding, Fingerprint, NO_TABLE, Severity, Target, Timestamp, Verdict},
    facts::{Facts, Reader},
    settings::{Declared, Settings},
    views::in_english,
    web::Web,
};

pub struct Detector {
    pub name: &'static str,
    /// The default severity of its failures.
    pub severity: Severity,
    /// The service level that it watches, whose error budget is judged with it.
    pub target: Option<Target>,
    /// The tables and views that it cannot do without.
    pub reads: &'static [Relation],
    /// Tables that it reads if they exist.
    pub also_reads: &'static [Relation],
    /// The settings that it alone judges by.
    pub thresholds: &'static [&'static dyn Declared],
    /// Markdown.
    pub runbook: &'static str,
    pub run: for<'a> fn(Scene<'a>) -> BoxFuture<'a, anyhow::Result<Verdict>>,
}

/// The input of a detector.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub db: &'a Db,
    facts: &'a Facts,
    pub settings: &'a Settings,
    pub web: &'a Web,
    pub now: Timestamp,
    /// Tells if it is a run of the schedule, which counts for what checks remember.
    pub in_sweep: bool,
    /// The tables and views that [`run`] has found.
    relations: Option<&'a HashSet<String>>,
    /// The state of the platform's tables at the beginning of [`run`].
    tables: Option<TablesState>,
}

impl<'a> Scene<'a> {
    pub fn new(facts: &'a Facts, settings: &'a Settings, web: &'a Web, now: Timestamp) -> Self {
        Self {
            db: facts.db(),
            facts,
            settings,
            web,
            now,
            in_sweep: false,
            relations: None,
            tables: None,
        }
    }

    /// The same for a run of the schedule.
    #[must_use]
    pub fn of_a_sweep(self) -> Self {
        Self {
            in_sweep: true,
            ..self
        }
    }

    /// Tells if there is such a table or view. Asks again only if it could not be asked for all detectors together.
    async fn has(&self, relation: &str) -> sqlx::Result<bool> {
        match self.relations {
            Some(relations) => Ok(relations.contains(relation)),
            None => Ok(self.db.relations().await?.contains(relation)),
        }
    }

    /// The daily facts as the platform's tables are in this run.
    fn facts(&self) -> Reader<'a> {
        let calendar = self.settings.calendar();
        let today = calendar.today(self.now);
        self.facts.reader_at(self.tables, calendar.zone, today)
    }

    /// The figure that `count` gives, or gave if nobody has written to the platform's tables since. It must depend on nothing
    /// but what it is `about` and what the platform writes.
    async fn unless_changed<T: Clone + Send + Sync + 'static>(
        &self,
        question: &str,
        about: String,
        count: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let (db, tables) = (self.db, self.tables);
        db.unless_changed(tables, question, about, count).await
    }

    /// The same at the latest time ever recorded: anything due before the clock was set back is still due.
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

/// The detectors that there are under these settings; all of them or none.
pub fn defined(settings: &Settings) -> Result<Registry, InvalidEntry> {
    Registry::with(own::entries(settings))
}

/// The thresholds that detectors declare.
pub fn thresholds() -> Vec<&'static dyn Declared> {
    let detectors = DETECTORS.iter();
    detectors
        .flat_map(|detector| detector.thresholds)
        .copied()
        .collect()
}

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

/// Tells if no action remedies the fault, although others of its detector may be.
pub fn has_no_remedy(source: &str, fault: &Fingerprint) -> bool {
    burn::is_burn(source, fault)
        || unreadable::is_unreadable(source, fault)
        || own::is_blind(source, fault)
}

/// The message of a panic.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panicked")
        .to_owned()
}
