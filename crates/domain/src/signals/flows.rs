//! Daily changes of a level, with what returns each month taken out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};

use crate::median::{MAD_TO_SD, median};

const WEEK: usize = 7;
/// The newest weeks that a forecast learns from: older ones are of another season.
const MOST_WEEKS: usize = 13;
const LEAST_WEEKS: usize = 8;
/// A payment that returns each month was seen at least twice.
const LEAST_MONTHS: usize = 2;
/// It is so many scales off each time: rent, a loan, a payout.
const MONTHLY: f64 = 3.0;

/// Older levels are left out: a wrong date long ago would fill centuries.
const KEPT_DAYS: u64 = 400;

/// The level at the end of each day; a day without one keeps that of the day before.
pub(super) fn daily(levels: &BTreeMap<NaiveDate, f64>) -> Vec<(NaiveDate, f64)> {
    let mut days: Vec<(NaiveDate, f64)> = Vec::new();
    let newest = levels.last_key_value().map(|(day, _)| *day);
    let Some(first) = newest.and_then(|day| day.checked_sub_days(Days::new(KEPT_DAYS))) else {
        return days;
    };
    for (day, level) in levels.range(first..).filter(|(_, level)| level.is_finite()) {
        while let Some((last, kept)) = days.last().copied() {
            let next = last + Days::new(1);
            if next >= *day {
                break;
            }
            days.push((next, kept));
        }
        days.push((*day, *level));
    }
    days
}

/// The changes of whole weeks, newest last.
pub(super) struct Flows {
    weeks: Vec<[f64; WEEK]>,
    monthly: BTreeMap<u32, f64>,
}

impl Flows {
    /// Of daily levels; `None` of fewer than eight weeks.
    pub fn of(levels: &[(NaiveDate, f64)]) -> Option<Self> {
        let changes: Vec<(NaiveDate, f64)> = levels
            .windows(2)
            .map(|pair| (pair[1].0, pair[1].1 - pair[0].1))
            .collect();
        let weeks = (changes.len() / WEEK).min(MOST_WEEKS);
        let changes = &changes[changes.len() - weeks * WEEK..];
        if weeks < LEAST_WEEKS {
            return None;
        }
        let monthly = monthly(changes);
        let plain: Vec<f64> = changes
            .iter()
            .map(|(day, change)| change - monthly.get(&day.day()).unwrap_or(&0.0))
            .collect();
        let (weeks, _) = plain.as_chunks();
        Some(Self {
            weeks: weeks.to_vec(),
            monthly,
        })
    }

    /// Each begins with the weekday that follows the last known day.
    pub fn weeks(&self) -> &[[f64; WEEK]] {
        &self.weeks
    }

    pub fn monthly(&self, day: NaiveDate) -> f64 {
        self.monthly.get(&day.day()).copied().unwrap_or_default()
    }
}

/// The amount that returns on each day of the month, beside that of the weekday.
fn monthly(changes: &[(NaiveDate, f64)]) -> BTreeMap<u32, f64> {
    let weekdays: BTreeSet<u32> = (0..7).collect();
    let usual: BTreeMap<u32, f64> = weekdays
        .into_iter()
        .filter_map(|wanted| {
            let same = changes
                .iter()
                .filter(|(day, _)| day.weekday().num_days_from_monday() == wanted);
            Some((wanted, median(same.map(|(_, change)| *change).collect())?))
        })
        .collect();
    let mut by_day: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (day, change) in changes {
        let usual = usual.get(&day.weekday().num_days_from_monday());
        let rest = change - usual.unwrap_or(&0.0);
        by_day.entry(day.day()).or_default().push(rest);
    }
    let sizes = by_day.values().flatten().map(|rest| rest.abs()).collect();
    let least = MONTHLY * MAD_TO_SD * median(sizes).unwrap_or_default();
    let returns = |rests: &[f64]| {
        rests.len() >= LEAST_MONTHS
            && (rests.iter().all(|rest| *rest > least) || rests.iter().all(|rest| *rest < -least))
    };
    by_day
        .into_iter()
        .filter(|(_, rests)| returns(rests))
        .filter_map(|(day, rests)| Some((day, median(rests)?)))
        .collect()
}
