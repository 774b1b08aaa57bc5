//! Which requests are worked on when there are too many.

use tokio::sync::{Semaphore, SemaphorePermit};

use axum::http::request::Parts;

use super::auth::is_trusted;
use crate::settings::Settings;

/// As many requests as are worked on at once: several times what the database has connections for. With those beyond it
/// everybody would wait longer, and nobody be served better.
const ANYBODY: usize = 48;
/// Beyond them, kept for whoever shows a token with which something can be done: when everybody looks at a figure is when
/// somebody has to act.
const TRUSTED: usize = 16;
/// Kept for what watches this program, which would take it for dead.
const PROBES: usize = 8;
const PROBED: [&str; 2] = ["/readyz", "/metrics"];
/// What tells whether the process is alive is answered under any load: killing it would help nobody.
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
    /// `None` when there is too much to do.
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
