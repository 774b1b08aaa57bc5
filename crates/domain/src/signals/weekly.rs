//! A robust forecast of daily figures with a weekly rhythm, one step ahead.

use chrono::{Datelike, NaiveDate};

use crate::median::{MAD_TO_SD, median};

pub(super) const DAYS: usize = 7;
/// How fast the level follows. Between 0.10 and 0.15 the most planted faults were found (seeds for tuning); 0.2 follows
/// faults too soon.
const LEVEL_RATE: f64 = 0.12;
/// How fast the weekday profile follows: half of it is new after two months.
const PROFILE_RATE: f64 = 0.08;
/// An error beyond this many scales teaches no more than one at it, so that one odd day does not move the level.
const CLIP: f64 = 2.5;
/// The scale is that of the errors of the last twelve weeks. Fewer make a scale that is often far too small.
const SCALE_DAYS: usize = 84;
/// Days differ by 5 % without a reason that anybody could name, however many events there are.
pub(super) const LEAST_NOISE: f64 = 0.05;
/// The level at the start is that of the last two weeks: older ones have drifted.
const START_DAYS: usize = 14;
/// The first errors are those against medians of the same days, which are nearer to them than a forecast is: of 56
/// figures, seven weekdays and four levels leave 45 free, and this is the root of 56 / 45.
const START_ERRORS: f64 = 1.12;

/// Holt-Winters without a trend, on `log(1 + events)`: a level, a profile of weekdays and the scale of the errors.
#[derive(Clone, Debug)]
pub struct Weekly {
    level: f64,
    profile: [f64; DAYS],
    errors: Vec<f64>,
    mad: f64,
}

fn weekday(day: NaiveDate) -> usize {
    usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default()
}

impl Weekly {
    /// Starts from medians of days with their events, oldest first.
    pub fn start(days: &[(NaiveDate, f64)]) -> Self {
        let logs: Vec<(usize, f64)> = days
            .iter()
            .map(|(day, events)| (weekday(*day), events.ln_1p()))
            .collect();
        let middle = median(logs.iter().map(|(_, log)| *log).collect()).unwrap_or_default();
        let of_weekday = |wanted: usize| {
            let same = logs.iter().filter(|(weekday, _)| *weekday == wanted);
            median(same.map(|(_, log)| *log).collect()).unwrap_or(middle) - middle
        };
        let profile: [f64; DAYS] = std::array::from_fn(of_weekday);
        let plain: Vec<f64> = logs.iter().map(|(at, log)| log - profile[*at]).collect();
        let level_of = |part: &[f64]| median(part.to_vec()).unwrap_or(middle);
        let recent = &plain[plain.len().saturating_sub(START_DAYS)..];
        let errors = plain.chunks(START_DAYS).flat_map(|part| {
            let level = level_of(part);
            part.iter().map(move |log| START_ERRORS * (log - level))
        });
        let mut started = Self {
            level: level_of(recent),
            profile,
            errors: errors.collect(),
            mad: 0.0,
        };
        started.rescale();
        started.centre();
        started
    }

    /// The median of `log(1 + events)` of that day.
    pub(super) fn log(&self, day: NaiveDate) -> f64 {
        self.level + self.profile[weekday(day)]
    }

    /// The events that the day usually has, by the median.
    pub fn events(&self, day: NaiveDate) -> f64 {
        self.log(day).exp_m1().max(0.0)
    }

    /// The scale of the errors: that of the last weeks, and never below what chance makes of so few events.
    pub fn scale(&self, day: NaiveDate) -> f64 {
        let chance = 1.0 / (1.0 + self.events(day)) + LEAST_NOISE * LEAST_NOISE;
        self.mad.max(chance.sqrt())
    }

    /// The part of a week's error variance that all its days share, because they have the same level to start from.
    pub(super) const SHARED: f64 = LEVEL_RATE;

    pub fn learn(&mut self, day: NaiveDate, events: f64) {
        let error = events.ln_1p() - self.log(day);
        let most = CLIP * self.scale(day);
        let clipped = error.clamp(-most, most);
        self.errors.push(error);
        if self.errors.len() > SCALE_DAYS {
            self.errors.remove(0);
        }
        self.rescale();
        self.level += LEVEL_RATE * clipped;
        self.profile[weekday(day)] += PROFILE_RATE * clipped;
        self.centre();
    }

    /// Takes the level of these days; the profile and the scale stay.
    pub(super) fn accept_level(&mut self, days: &[(NaiveDate, f64)]) {
        let plain = days
            .iter()
            .map(|(day, events)| events.ln_1p() - self.profile[weekday(*day)]);
        if let Some(level) = median(plain.collect()) {
            self.level = level;
        }
    }

    fn rescale(&mut self) {
        let sizes = self.errors.iter().map(|error| error.abs()).collect();
        self.mad = MAD_TO_SD * median(sizes).unwrap_or_default();
    }

    /// The profile sums to nothing, so that the level alone is the height.
    fn centre(&mut self) {
        let mean = self.profile.iter().sum::<f64>() / 7.0;
        for of_weekday in &mut self.profile {
            *of_weekday -= mean;
        }
        self.level += mean;
    }
}
