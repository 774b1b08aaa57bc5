//! Daily series like those of a seller, with planted faults.
//!
//! A weekly profile, a drifting level, a yearly wave, seven events of the calendar (×1.6–2.8, ×0.6), six small promotions
//! that nobody announces (×1.15–1.4), 1 % of the days missing, and negative-binomial counts. Its constants were chosen
//! so that the plain method, one day against one scale, finds what it found where it was first measured.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "ages of days"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    f64::consts::TAU,
};

use chrono::{Days, NaiveDate};
use sovani_domain::signals::{Direction, Draws};

/// Days before the first that counts: eight weeks to learn, and two more.
pub const WARM: u64 = 70;
pub const JUDGED: u64 = 400;
pub const JUDGED_YEARS: f64 = 400.0 / 365.0;
const DAYS: u64 = WARM + JUDGED;
/// Events a day: a third of the series each.
pub const MEANS: [f64; 3] = [8.0, 40.0, 400.0];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No sales for one to three days.
    Zero,
    /// −55 % for three days.
    Fall,
    /// An import that ran twice: ×2.3 for a day.
    Double,
    /// −40 % for a week.
    Week,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Week, Self::Fall, Self::Zero, Self::Double];

    fn length(self, draws: &mut Draws) -> u64 {
        match self {
            Self::Week => 7,
            Self::Fall => 3,
            Self::Zero => between(draws, 1, 3),
            Self::Double => 1,
        }
    }

    fn factor(self) -> f64 {
        match self {
            Self::Week => 0.6,
            Self::Fall => 0.45,
            Self::Zero => 0.0,
            Self::Double => 2.3,
        }
    }

    pub fn direction(self) -> Direction {
        match self {
            Self::Double => Direction::Up,
            _ => Direction::Down,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: Kind,
    pub from: NaiveDate,
    pub to: NaiveDate,
}

pub struct Series {
    pub days: BTreeMap<NaiveDate, f64>,
    pub calendar: BTreeSet<NaiveDate>,
    pub faults: Vec<Fault>,
    /// Days before it are for learning.
    pub first: NaiveDate,
}

impl Series {
    /// During a fault, or while the level settles after it.
    pub fn near_a_fault(&self, day: NaiveDate) -> bool {
        let near = |fault: &Fault| (fault.from..=fault.to + Days::new(3)).contains(&day);
        self.faults.iter().any(near)
    }
}

fn start() -> NaiveDate {
    super::day("2025-06-02")
}

fn at(age: u64) -> NaiveDate {
    start() + Days::new(age)
}

fn range(draws: &mut Draws, from: f64, to: f64) -> f64 {
    from + (to - from) * draws.share()
}

fn between(draws: &mut Draws, from: u64, to: u64) -> u64 {
    from + draws.below(usize::try_from(to - from + 1).unwrap()) as u64
}

/// Box and Muller.
pub fn normal(draws: &mut Draws) -> f64 {
    let radius = (-2.0 * (1.0 - draws.share()).ln()).sqrt();
    radius * (TAU * draws.share()).cos()
}

/// Marsaglia and Tsang, for shapes from one on.
fn gamma(draws: &mut Draws, shape: f64) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(draws);
        let v = (1.0 + c * x).powi(3);
        if v > 0.0 && (1.0 - draws.share()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

fn poisson(draws: &mut Draws, mean: f64) -> f64 {
    if mean > 200.0 {
        return (mean + mean.sqrt() * normal(draws)).round().max(0.0);
    }
    let (limit, mut product, mut events) = ((-mean).exp(), 1.0, 0.0);
    loop {
        product *= draws.share();
        if product <= limit {
            return events;
        }
        events += 1.0;
    }
}

/// Events with bursts: the variance is `mean + mean² / shape`.
pub fn negative_binomial(draws: &mut Draws, mean: f64, shape: f64) -> f64 {
    if mean <= 0.0 {
        return 0.0;
    }
    let rate = gamma(draws, shape) * mean / shape;
    poisson(draws, rate)
}

/// Where nothing has been placed yet.
struct Places(Vec<bool>);

impl Places {
    fn new() -> Self {
        Self((0..DAYS + 40).map(|age| age < WARM).collect())
    }

    /// A place with so many free days on either side; the days taken.
    fn take(&mut self, draws: &mut Draws, length: u64, apart: u64) -> std::ops::Range<u64> {
        for _ in 0..2000 {
            let from = WARM + between(draws, 0, JUDGED - length - 4);
            let around = from.saturating_sub(apart)..from + length + apart;
            if around.clone().all(|age| !self.0[age as usize]) {
                for age in from..from + length {
                    self.0[age as usize] = true;
                }
                return from..from + length;
            }
        }
        panic!("no room for {length} days");
    }
}

/// The mean of each day before faults and events.
fn means(draws: &mut Draws, mean: f64) -> Vec<f64> {
    let raw: Vec<f64> = (0..7).map(|_| 0.3 * normal(draws)).collect();
    let centre = raw.iter().sum::<f64>() / 7.0;
    let (height, phase) = (range(draws, 0.1, 0.35), range(draws, 0.0, TAU));
    let mut drift = 0.0;
    (0..DAYS)
        .map(|age| {
            drift += 0.012 * normal(draws);
            let wave = height * (age as f64 / 365.0 * TAU + phase).sin();
            (mean.ln() + raw[age as usize % 7] - centre + wave + drift).exp()
        })
        .collect()
}

/// A series of so many events a day on average, with a fault of each kind.
pub fn series(seed: u64, mean: f64) -> Series {
    let mut draws = Draws::new(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ mean.to_bits());
    let draws = &mut draws;
    let shape = if mean < 100.0 {
        range(draws, 15.0, 50.0)
    } else {
        range(draws, 25.0, 80.0)
    };
    let mut means = means(draws, mean);
    let mut places = Places::new();
    let mut scale = |days: std::ops::Range<u64>, factor: f64| {
        days.for_each(|age| means[age as usize] *= factor);
    };
    let mut faults = Vec::new();
    for kind in Kind::ALL {
        let length = kind.length(draws);
        let days = places.take(draws, length, 10);
        scale(days.clone(), kind.factor());
        faults.push(Fault {
            kind,
            from: at(days.start),
            to: at(days.end - 1),
        });
    }
    let mut calendar = BTreeSet::new();
    for event in 0..7 {
        let factor = if event < 5 {
            range(draws, 1.6, 2.8)
        } else {
            0.6
        };
        let length = between(draws, 1, 4);
        let days = places.take(draws, length, 3);
        scale(days.clone(), factor);
        calendar.extend(days.map(at));
    }
    for _ in 0..6 {
        let factor = range(draws, 1.15, 1.4);
        let length = between(draws, 2, 4);
        let days = places.take(draws, length, 1);
        scale(days, factor);
    }
    let mut days = BTreeMap::new();
    for age in 0..DAYS {
        let events = negative_binomial(draws, means[age as usize], shape);
        if draws.share() >= 0.01 {
            days.insert(at(age), events);
        }
    }
    Series {
        days,
        calendar,
        faults,
        first: at(WARM),
    }
}
