//! Load shedding: which requests are admitted when there are too many.

use tokio::sync::{Semaphore, SemaphorePermit};

use axum::http::request::Parts;

use super::auth::is_trusted;
use crate::settings::Settings;

/// Limit for concurrent requests, several times the number of database connections. More would make everybody wait
/// longer without serving anybody faster.
const ANYBODY: usize = 48;
/// Extra slots for requests with a token that can change something: the API is busiest exactly when an operator has to
/// act.
const TRUSTED: usize = 16;
/// Reserved for probes, which would otherwise report the program as dead.
const PROBES: usize = 8;
const PROBED: [&str; 2] = ["/readyz", "/metrics"];
/// The liveness probe is answered under any load, because killing a busy process would not help.
const ALWAYS: &str = "/healthz";

pub struct Admission {
    anybody: Semaphore,
    trusted: Semaphore,
    probes: Semaphore,
}

/// Held while a request is worked on.
pub struct Admitted<'a>(
    #[expect(dead_code, reason = "given back when it is dropped")] Option<SemaphorePermit<'a>>,
);

impl Default for Admission {
    fn default() -> Self {
        Self {
            anybody: Semaphore::new(ANYBODY),
            trusted: Semaphore::new(TRUSTED),
            probes: Semaphore::new(PROBES),
        }
    }
}

impl Admission {
    /// `None` when the limit is reached.
    pub fn admit(&self, request: &Parts, settings: &Settings) -> Option<Admitted<'_>> {
        let path = request.uri.path();
        if path == ALWAYS {
            return Some(Admitted(None));
        }
        let kept = if PROBED.contains(&path) {
            Some(&self.probes)
        } else if is_trusted(&request.headers, settings) {
            Some(&self.trusted)
        } else {
            None
        };
        let places = [Some(&self.anybody), kept];
        let mut places = places.into_iter().flatten();
        let permit = places.find_map(|places| places.try_acquire().ok())?;
        Some(Admitted(Some(permit)))
    }
}
