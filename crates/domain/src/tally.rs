use super::{Check, Status};

/// The number of checks per result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub not_measured: usize,
}

impl Tally {
    pub fn of(checks: &[Check]) -> Self {
        let mut tally = Self::default();
        for check in checks {
            match check.status {
                Status::Pass => tally.passed += 1,
                Status::Fail => tally.failed += 1,
                Status::NotMeasured => tally.not_measured += 1,
            }
        }
        tally
    }
}
