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
mod running;
pub mod scheduler;
pub mod unreadable;

use std::{any::Any, collections::HashSet};

use futures::future::BoxFuture;

pub use self::{
    entry::{Configured, Entry, Memory, Probe, Pushed},
    own::QuerySource,
    registry::{InvalidEntry, Registry, UnknownDetector},
    running::run,
};
use crate::{
    db::{Db, Relation, TablesState},
    domain::{Fingerprint, Severity, Target, Timestamp, Verdict},
    facts::{Facts, Reader},
    settings::{Declared, Settings},
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
