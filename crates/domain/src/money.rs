use std::{fmt, iter::Sum, ops, str::FromStr};

use serde::{Deserialize, Serialize};

/// Roubles, exact to the kopeck. Sums saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money {
    kopecks: i64,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected an amount in roubles with at most two decimals, such as -10000 or 250.50")]
pub struct MoneyError;

impl Money {
    pub const fn from_kopecks(kopecks: i64) -> Self {
        Self { kopecks }
    }

    pub const fn from_roubles(roubles: i64) -> Self {
        Self::from_kopecks(roubles * 100)
    }

    /// Rounds to the kopeck, and saturates.
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates")]
    pub fn from_float(kopecks: f64) -> Self {
        Self::from_kopecks(kopecks.round() as i64)
    }

    /// `self * numerator / denominator`, rounded down.
    #[must_use]
    pub const fn scaled(self, numerator: i64, denominator: i64) -> Self {
        Self::from_kopecks(
            self.kopecks
                .saturating_mul(numerator)
                .div_euclid(denominator),
        )
    }

    pub const fn kopecks(self) -> i64 {
        self.kopecks
    }

    /// JSON has only floating-point numbers.
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact up to 90 trillion roubles"
    )]
    pub fn roubles(self) -> f64 {
        self.kopecks as f64 / 100.0
    }
}

impl ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::from_kopecks(self.kopecks.saturating_add(other.kopecks))
    }
}

impl ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::from_kopecks(self.kopecks.saturating_sub(other.kopecks))
    }
}

impl ops::Mul<i64> for Money {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self::from_kopecks(self.kopecks.saturating_mul(times))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), ops::Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.kopecks < 0 { "-" } else { "" };
        let kopecks = self.kopecks.unsigned_abs();
        write!(f, "{sign}{}.{:02}", kopecks / 100, kopecks % 100)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 2 || !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError);
        }
        let kopecks: i64 = format!("{whole}{fraction:0<2}")
            .parse()
            .map_err(|_| MoneyError)?;
        Ok(Self::from_kopecks(if negative {
            -kopecks
        } else {
            kopecks
        }))
    }
}
