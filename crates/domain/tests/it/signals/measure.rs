//! The share of faults found, and the false alarms, of a method on generated series.

use std::fmt;

use chrono::{Days, NaiveDate};
use sovani_domain::signals::{Direction, Limits, judge};

use super::generator::{JUDGED_YEARS, Kind, Series, series};

/// A fault counts as found if it is told by the second day after its first one. An alarm up to two days after the last
/// day of a fault is not false: the level is settling.
const WITHIN: Days = Days::new(2);
/// An incident closes after two normal days: an alarm after a shorter pause is the same.
const SAME: Days = Days::new(3);

#[derive(Clone, Default)]
pub struct Measured {
    found: [(u32, u32); 4],
    /// By the last day of a fault, or two days later.
    found_late: u32,
    false_alarms: u32,
    false_days: u32,
    series: u32,
}

pub type Alarms = Vec<(NaiveDate, Direction)>;

impl Measured {
    pub fn of(mean: f64, seeds: std::ops::Range<u64>, told: impl Fn(&Series) -> Alarms) -> Self {
        let mut measured = Self::default();
        for seed in seeds {
            let series = series(seed, mean);
            measured.add(&series, &told(&series));
        }
        measured
    }

    fn add(&mut self, series: &Series, alarms: &Alarms) {
        self.series += 1;
        for fault in &series.faults {
            let by = |last: NaiveDate| {
                let right = |(day, direction): &(NaiveDate, Direction)| {
                    *direction == fault.kind.direction() && (fault.from..=last).contains(day)
                };
                u32::from(alarms.iter().any(right))
            };
            let (found, all) = &mut self.found[fault.kind as usize];
            *found += by(fault.from + WITHIN);
            *all += 1;
            self.found_late += by(fault.to + WITHIN);
        }
        let mut last: Option<NaiveDate> = None;
        for (day, _) in alarms {
            let of_a_fault =
                |fault: &super::generator::Fault| (fault.from..=fault.to + WITHIN).contains(day);
            if *day < series.first || series.faults.iter().any(of_a_fault) {
                continue;
            }
            self.false_days += 1;
            self.false_alarms += u32::from(last.is_none_or(|last| *day > last + SAME));
            last = Some(*day);
        }
    }

    pub fn and(mut self, other: &Self) -> Self {
        for (mine, others) in self.found.iter_mut().zip(other.found) {
            mine.0 += others.0;
            mine.1 += others.1;
        }
        self.found_late += other.found_late;
        self.false_alarms += other.false_alarms;
        self.false_days += other.false_days;
        self.series += other.series;
        self
    }

    fn all(&self) -> (u32, u32) {
        let sum = |side: fn(&(u32, u32)) -> u32| self.found.iter().map(side).sum();
        (sum(|pair| pair.0), sum(|pair| pair.1))
    }

    pub fn recall(&self) -> f64 {
        share(self.all())
    }

    pub fn of_kind(&self, kind: Kind) -> f64 {
        share(self.found[kind as usize])
    }

    /// False alarms per series and year.
    pub fn false_alarms(&self) -> f64 {
        self.a_year(self.false_alarms)
    }

    fn a_year(&self, number: u32) -> f64 {
        f64::from(number) / (f64::from(self.series) * JUDGED_YEARS)
    }
}

fn share((part, whole): (u32, u32)) -> f64 {
    f64::from(part) / f64::from(whole)
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "recall {:.3}", self.recall())?;
        write!(
            f,
            " (by the end {:.3};",
            share((self.found_late, self.all().1))
        )?;
        for kind in Kind::ALL {
            write!(f, " {kind:?} {:.2}", self.of_kind(kind))?;
        }
        write!(
            f,
            "), false alarms {:.2} (days {:.2}) per series and year",
            self.false_alarms(),
            self.a_year(self.false_days)
        )
    }
}

/// The alarms of the method under test, the calendar given.
pub fn told(series: &Series) -> Alarms {
    let judged = judge(
        &series.days,
        |day| series.calendar.contains(&day),
        &Limits::of_events(0.0),
    );
    judged
        .iter()
        .filter_map(|judged| Some((judged.day, judged.unusual()?.direction)))
        .collect()
}
