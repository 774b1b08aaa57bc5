//! The newest run of each check in this process.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::domain::{Check, Timestamp};

#[derive(Default)]
pub struct CheckRuns(Mutex<HashMap<String, CheckRun>>);

#[derive(Clone)]
pub struct CheckRun {
    pub at: Timestamp,
    pub check: Check,
    /// The beginning of its newest run by schedule.
    scheduled: Option<Timestamp>,
}

impl CheckRuns {
    /// Takes note of checks that began at that time.
    pub fn ran(&self, checks: &[Check], at: Timestamp, in_sweep: bool) {
        let mut runs = self.runs();
        for check in checks {
            let earlier = runs.get(&*check.source).and_then(|run| run.scheduled);
            let run = CheckRun {
                at,
                check: check.clone(),
                scheduled: if in_sweep { Some(at) } else { earlier },
            };
            runs.insert(check.source.to_string(), run);
        }
    }

    pub fn last(&self, name: &str) -> Option<CheckRun> {
        self.runs().get(name).cloned()
    }

    /// The beginning of the check's newest run by schedule.
    pub fn scheduled(&self, name: &str) -> Option<Timestamp> {
        self.runs().get(name)?.scheduled
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<String, CheckRun>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
