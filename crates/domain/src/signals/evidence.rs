//! The evidence of the last days together against the forecast that was made before them.

use chrono::NaiveDate;

use super::{
    limits::Limits,
    student::chance_of,
    weekly::{LEAST_NOISE, Weekly},
};
use crate::median::count;

/// Below this many expected events only "none at all" can be told from chance.
const FEW: f64 = 10.0;
/// None of a few expected events counts if chance makes it once in 500 such days or more seldom.
const NONE_BY_CHANCE: f64 = 0.002;
/// Orders come in bursts, so that "none" is likelier than of independent events: the variance is at least that of
/// `events + 0.02 · events²`.
const LEAST_BURSTS: f64 = 0.02;
/// Several days are evidence only if each of them was at least this many scales low.
const EACH: f64 = 1.0;
/// Of a day among several no more than this many scales count, so that one day alone is not taken for several.
const MOST_OF_A_DAY: f64 = 3.0;
/// As many days may be missing among several.
const MISSING: i64 = 2;
/// The continuity correction of a count.
const HALF_AN_EVENT: f64 = 0.5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    Down,
    Up,
}

/// The last days against what was expected of them, in the series' own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    pub direction: Direction,
    /// The first of the days; the last one is the judged day.
    pub from: NaiveDate,
    pub days: u8,
    pub expected: f64,
    pub actual: f64,
    /// In standard deviations, positive.
    pub score: f64,
    /// The probability that chance alone says as much on a quiet day.
    pub p: f64,
}

impl Evidence {
    /// The difference as a share of what was expected: −0.43 is −43 %.
    pub fn change(&self) -> f64 {
        if self.expected == 0.0 {
            0.0
        } else {
            (self.actual - self.expected) / self.expected.abs()
        }
    }
}

/// The sums over several days, in events.
#[derive(Default)]
struct Sums {
    actual: f64,
    limited: f64,
    expected: f64,
    variance: f64,
    all_low: bool,
}

/// The forecast before the first of the days.
fn sums(before: &Weekly, days: &[(NaiveDate, f64)]) -> Sums {
    let alone = days.len() == 1;
    let mut sums = Sums {
        all_low: true,
        ..Sums::default()
    };
    for (day, events) in days {
        let (log, scale) = (before.log(*day), before.scale(*day));
        // The sum of several days is compared with means; the forecast is a median, and of log-normal figures the mean
        // is higher by half the variance.
        let shift = if alone { 0.0 } else { scale * scale / 2.0 };
        let expected = (log + shift).exp_m1().max(0.0);
        let least = if alone {
            0.0
        } else {
            (log - MOST_OF_A_DAY * scale).exp_m1()
        };
        sums.actual += events;
        sums.limited += events.max(least);
        sums.expected += expected;
        sums.variance += (expected * scale).powi(2);
        sums.all_low &= alone || (events.ln_1p() - log) <= -EACH * scale;
    }
    if sums.actual == 0.0 {
        sums.limited = 0.0;
    }
    sums
}

/// The variance of the logarithm of the sum of so many days.
fn variance(sums: &Sums, days: f64) -> f64 {
    let shared = 1.0 + Weekly::SHARED * (days - 1.0);
    sums.variance * shared / (sums.expected * sums.expected)
}

/// The score of the days, signed, in standard deviations of the logarithm of their sum.
fn score(sums: &Sums, days: f64) -> f64 {
    if sums.expected <= 0.0 {
        return 0.0;
    }
    ((1.0 + sums.limited) / (1.0 + sums.expected)).ln() / variance(sums, days).sqrt()
}

/// The same as the root of the deviance of negative-binomial counts, without a sign. The logarithm of few events falls
/// far, so that among many small series its score makes too much of chance; this one does not.
fn score_of_counts(sums: &Sums, days: f64) -> f64 {
    let expected = sums.expected;
    let bursts = (variance(sums, days) - 1.0 / (1.0 + expected)).max(LEAST_NOISE * LEAST_NOISE);
    let actual = if sums.limited < expected {
        (sums.limited + HALF_AN_EVENT).min(expected)
    } else {
        (sums.limited - HALF_AN_EVENT).max(expected)
    };
    let spread = (1.0 + bursts * actual) / (1.0 + bursts * expected);
    let deviance = actual * (actual / expected).ln() - (actual + 1.0 / bursts) * spread.ln();
    (2.0 * deviance).max(0.0).sqrt()
}

/// The probability of no event at all, of negative-binomial counts.
fn none_by_chance(sums: &Sums) -> f64 {
    let relative = sums.variance / (sums.expected * sums.expected);
    let bursts = (relative - 1.0 / (1.0 + sums.expected)).max(LEAST_BURSTS);
    (1.0 + bursts * sums.expected).powf(-1.0 / bursts)
}

fn can_be_judged(sums: &Sums) -> bool {
    sums.expected >= FEW
        || (sums.expected > 0.0 && sums.actual == 0.0 && none_by_chance(sums) <= NONE_BY_CHANCE)
}

fn matters(sums: &Sums, direction: Direction, limits: &Limits) -> bool {
    let change = (1.0 + sums.actual) / (1.0 + sums.expected) - 1.0;
    let enough = match direction {
        Direction::Down => -change >= limits.effect.fall,
        Direction::Up => change >= limits.effect.rise,
    };
    let sum = (sums.actual - sums.expected).abs() * limits.event;
    enough && sum >= limits.effect.sum
}

/// The signed score of these days, for evidence over several series; `None` while there are too many gaps.
pub(super) fn signed_score(before: &Weekly, days: &[(NaiveDate, f64)]) -> Option<f64> {
    let (first, last) = (days.first()?.0, days.last()?.0);
    let length = i64::try_from(days.len()).unwrap_or(i64::MAX);
    let together = (last - first).num_days() < length + MISSING;
    together.then(|| score(&sums(before, days), count(days.len())))
}

/// The evidence of these days, with their events, against the forecast before the first of them. `None` if there is none,
/// or too little to matter. Several days are evidence of a fall only: promotions last several days as well.
pub(super) fn evidence(
    before: &Weekly,
    days: &[(NaiveDate, f64)],
    limits: &Limits,
) -> Option<Evidence> {
    let signed = signed_score(before, days)?;
    let sums = sums(before, days);
    let direction = if signed < 0.0 {
        Direction::Down
    } else {
        Direction::Up
    };
    let several = days.len() > 1;
    if !can_be_judged(&sums)
        || !matters(&sums, direction, limits)
        || (several && (direction == Direction::Up || !sums.all_low))
    {
        return None;
    }
    Some(Evidence {
        direction,
        from: days.first()?.0,
        days: u8::try_from(days.len()).unwrap_or(u8::MAX),
        expected: sums.expected * limits.event,
        actual: sums.actual * limits.event,
        score: signed.abs(),
        p: chance_of(signed.abs().min(score_of_counts(&sums, count(days.len())))),
    })
}
