//! The reasons why the latency cannot be measured.

use crate::domain::{Finding, Verdict};

const UNREACHABLE: &str = "unreachable";
pub const NO_HISTOGRAM: &str = "no_histogram";
const QUERY: &str = "query";
/// The keys of what cannot be looked at.
pub const BLIND: [&str; 3] = [UNREACHABLE, NO_HISTOGRAM, QUERY];

/// The reason why there is nothing to judge. It contains no address, which may have a password.
#[derive(Debug, thiserror::Error)]
#[error("API latency cannot be measured: {cause}")]
pub struct Blind {
    key: &'static str,
    cause: String,
}

impl Blind {
    pub fn new(key: &'static str, cause: impl Into<String>) -> Self {
        let cause = cause.into();
        Self { key, cause }
    }

    pub fn verdict(self) -> Verdict {
        let finding = Finding::new("finding-latency-blind").text("cause", self.cause);
        Verdict::blind(self.key, finding)
    }

    pub fn unreachable(cause: impl Into<String>) -> Self {
        Self::new(UNREACHABLE, cause)
    }

    pub fn query(cause: impl Into<String>) -> Self {
        Self::new(QUERY, cause)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Unmeasured {
    #[error(transparent)]
    Blind(#[from] Blind),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("several processes answer in turn")]
    Several,
}
