//! A detector as the registry holds it: built in, defined by the settings, or known for alerts that others push.

use std::{borrow::Cow, sync::Arc};

use futures::future::BoxFuture;

use super::{Detector, Scene};
use crate::{
    db::Relation,
    domain::{
        Severity, Target, Verdict,
        sql_check::{SqlCheck, Streaks},
    },
};

/// A detector of the registry. Cheap to clone.
#[derive(Clone)]
pub enum Entry {
    BuiltIn(&'static Detector),
    Configured(Arc<Configured>),
    #[allow(
        dead_code,
        reason = "nothing pushes a check yet; the tests hold the registry to it"
    )]
    Pushed(Arc<Pushed>),
}

/// A detector that the settings define.
pub struct Configured {
    pub name: String,
    /// The default severity of its failures.
    pub severity: Severity,
    /// The tables and views that it cannot do without.
    pub reads: Vec<String>,
    /// Markdown.
    pub runbook: Option<String>,
    /// The query, if it is a check by one.
    pub query: Option<Arc<SqlCheck>>,
    pub probe: Box<dyn Probe>,
}

/// A check's memory of its runs; a reload of the settings leaves it to the same check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    pub streaks: Streaks,
    /// How many runs in a row ran out of time.
    pub timeouts: u32,
}

/// The check of a configured detector. A panic, an error or a timeout becomes a failing check, as for the built-in ones.
pub trait Probe: Send + Sync {
    fn run<'a>(&'a self, scene: Scene<'a>) -> BoxFuture<'a, anyhow::Result<Verdict>>;

    /// Tells if it keeps to a limit of time of its own instead of the detectors'.
    fn limits_itself(&self) -> bool {
        false
    }

    fn memory(&self) -> Memory {
        Memory::default()
    }

    fn remember(&self, _: Memory) {}
}

/// A source whose alerts another system judges and pushes. There is nothing to run.
pub struct Pushed {
    pub name: String,
    /// Markdown.
    pub runbook: Option<String>,
}

impl Entry {
    pub fn name(&self) -> &str {
        match self {
            Self::BuiltIn(detector) => detector.name,
            Self::Configured(detector) => &detector.name,
            Self::Pushed(source) => &source.name,
        }
    }

    /// The name for a check, which outlives the entry.
    pub fn source(&self) -> Cow<'static, str> {
        match self {
            Self::BuiltIn(detector) => Cow::Borrowed(detector.name),
            Self::Configured(_) | Self::Pushed(_) => Cow::Owned(self.name().to_owned()),
        }
    }

    /// The value of a metric's label. Names from outside the program have one for each kind, so that they do not
    /// multiply the series.
    pub fn label(&self) -> &'static str {
        match self {
            Self::BuiltIn(detector) => detector.name,
            Self::Configured(_) => "configured",
            Self::Pushed(_) => "pushed",
        }
    }

    /// Tells if a sweep runs it.
    pub fn can_run(&self) -> bool {
        !matches!(self, Self::Pushed(_))
    }

    pub fn is_built_in(&self) -> bool {
        matches!(self, Self::BuiltIn(_))
    }

    /// How often it runs; in each sweep when `None`.
    pub fn every(&self) -> Option<chrono::Duration> {
        self.query()?.every
    }

    /// The query by which it judges, if it does.
    pub fn query(&self) -> Option<&Arc<SqlCheck>> {
        match self {
            Self::Configured(detector) => detector.query.as_ref(),
            Self::BuiltIn(_) | Self::Pushed(_) => None,
        }
    }

    pub(super) fn limits_itself(&self) -> bool {
        match self {
            Self::Configured(detector) => detector.probe.limits_itself(),
            Self::BuiltIn(_) | Self::Pushed(_) => false,
        }
    }

    pub fn severity(&self) -> Severity {
        match self {
            Self::BuiltIn(detector) => detector.severity,
            Self::Configured(detector) => detector.severity,
            // Each pushed alert brings its own.
            Self::Pushed(_) => Severity::Warning,
        }
    }

    pub fn target(&self) -> Option<Target> {
        match self {
            Self::BuiltIn(detector) => detector.target,
            Self::Configured(_) | Self::Pushed(_) => None,
        }
    }

    /// The tables and views that it cannot do without.
    pub fn reads(&self) -> Vec<&str> {
        match self {
            Self::BuiltIn(detector) => detector.reads.iter().map(|table| table.name).collect(),
            Self::Configured(detector) => detector.reads.iter().map(String::as_str).collect(),
            Self::Pushed(_) => Vec::new(),
        }
    }

    /// The tables and views whose columns it declares, those that it can do without too.
    pub fn relations(&self) -> impl Iterator<Item = &'static Relation> {
        let (reads, also_reads): (&[Relation], &[Relation]) = match self {
            Self::BuiltIn(detector) => (detector.reads, detector.also_reads),
            Self::Configured(_) | Self::Pushed(_) => (&[], &[]),
        };
        reads.iter().chain(also_reads)
    }

    /// Markdown.
    pub fn runbook(&self) -> Option<&str> {
        match self {
            Self::BuiltIn(detector) => Some(detector.runbook),
            Self::Configured(detector) => detector.runbook.as_deref(),
            Self::Pushed(source) => source.runbook.as_deref(),
        }
    }

    pub(super) fn run<'a>(&'a self, scene: Scene<'a>) -> BoxFuture<'a, anyhow::Result<Verdict>> {
        match self {
            Self::BuiltIn(detector) => (detector.run)(scene),
            Self::Configured(detector) => detector.probe.run(scene),
            Self::Pushed(_) => Box::pin(async { Ok(Verdict::not_measured("finding-pushed")) }),
        }
    }
}
