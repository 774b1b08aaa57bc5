//! Money to the kopeck, so that a planned sum is exact.

use std::{fmt, iter::Sum, ops};

use crate::domain::Money;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kopecks(pub i64);

impl Kopecks {
    pub const fn roubles(roubles: i64) -> Self {
        Self(roubles * 100)
    }

    /// `self * numerator / denominator`, rounded down.
    pub(super) const fn scaled(self, numerator: i64, denominator: i64) -> Self {
        Self((self.0 * numerator).div_euclid(denominator))
    }
}

/// The form of an SQL literal: `-15000.00`.
impl fmt::Display for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", whole / 100, whole % 100)
    }
}

impl ops::Add for Kopecks {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl ops::Sub for Kopecks {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl ops::Mul<i64> for Kopecks {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl Sum for Kopecks {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), ops::Add::add)
    }
}

impl From<Kopecks> for Money {
    fn from(amount: Kopecks) -> Self {
        Self::from_kopecks(amount.0)
    }
}
