//! The checks that an operator defines by queries.

mod findings;
mod source;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;

pub use self::source::QuerySource;
use super::{Configured, Entry, Memory, Probe, Scene};
use crate::{
    db::ReadError,
    domain::{
        Fingerprint, Verdict,
        sql_check::{SqlCheck, judge, verdict},
    },
    settings::Settings,
};

/// Running out of time so many times in a row suspends a check, which would only go on loading the database.
const TIMEOUTS: u32 = 5;
const SUSPENDED: &str = "suspended";
const CRASH: &str = "crash";

/// A check and what it remembers from run to run.
struct Query {
    check: Arc<SqlCheck>,
    source: Arc<QuerySource>,
    memory: Mutex<Memory>,
}

/// The checks that these settings define.
pub fn entries(settings: &Settings) -> impl Iterator<Item = Entry> {
    let source = Arc::new(QuerySource::new(settings));
    settings.sql_checks().iter().map(move |check| {
        Entry::Configured(Arc::new(Configured {
            name: check.name.clone(),
            severity: check.severity,
            // Only the query knows what it reads.
            reads: Vec::new(),
            runbook: check.runbook.clone(),
            query: Some(Arc::clone(check)),
            probe: Box::new(Query {
                check: Arc::clone(check),
                source: Arc::clone(&source),
                memory: Mutex::default(),
            }),
        }))
    })
}

impl Probe for Query {
    fn run<'a>(&'a self, scene: Scene<'a>) -> BoxFuture<'a, anyhow::Result<Verdict>> {
        Box::pin(self.judged(scene))
    }

    fn limits_itself(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        self.remembered().clone()
    }

    fn remember(&self, memory: Memory) {
        *self.remembered() = memory;
    }
}

impl Query {
    async fn judged(&self, scene: Scene<'_>) -> anyhow::Result<Verdict> {
        if scene.in_sweep && self.remembered().timeouts >= TIMEOUTS {
            return Ok(suspended());
        }
        let judged = match self
            .source
            .ask(&self.check, scene.settings, scene.now)
            .await
        {
            Ok(answer) => judge(&self.check, &answer),
            Err(ReadError::Timeout(limit)) if scene.in_sweep => return Ok(self.timed_out(limit)),
            Err(ReadError::Timeout(limit)) => return Ok(findings::timeout(CRASH, limit)),
            Err(ReadError::Acts(functions)) => return Ok(findings::acts(CRASH, &functions)),
            Err(ReadError::Database(error)) => return Err(error.into()),
        };
        let mut memory = self.remembered();
        memory.timeouts = 0;
        let outcome = match judged {
            Ok(outcome) => outcome,
            Err(bad) => return Ok(findings::bad_answer(CRASH, &bad)),
        };
        // A run on request shows what there is now, and counts for nothing.
        if !scene.in_sweep {
            return Ok(verdict(outcome, |_| true));
        }
        memory.streaks.ran(outcome.keys());
        let runs = self.check.runs;
        Ok(verdict(outcome, |key| memory.streaks.reaches(key, runs)))
    }

    fn timed_out(&self, limit: std::time::Duration) -> Verdict {
        let mut memory = self.remembered();
        memory.timeouts += 1;
        if memory.timeouts >= TIMEOUTS {
            tracing::warn!(check = self.check.name, "a check is suspended");
            return suspended();
        }
        findings::timeout(CRASH, limit)
    }

    fn remembered(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// It takes the place of the incident about the timeouts, and leaves those about faults as they are.
fn suspended() -> Verdict {
    findings::suspended(SUSPENDED, TIMEOUTS).over(&[CRASH])
}

/// Tells if a check of this kind could not judge. No action remedies that.
pub fn is_blind(source: &str, fault: &Fingerprint) -> bool {
    *fault == Fingerprint::of(source, SUSPENDED)
}
