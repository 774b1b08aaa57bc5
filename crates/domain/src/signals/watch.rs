//! Judges the days of one series, each by what was known before it.

use std::collections::{BTreeMap, VecDeque};

use chrono::NaiveDate;

use super::{
    evidence::{Direction, Evidence, evidence, signed_score},
    limits::Limits,
    weekly::Weekly,
};
use crate::median::EIGHT_OF_TEN;

/// A weekday's median of fewer than eight is guesswork.
pub const LEARNING_WEEKS: u32 = 8;
const LEARNING_DAYS: usize = LEARNING_WEEKS as usize * super::weekly::DAYS;
/// Up to three days are judged together: the −40 % of a week shows in three days at most volumes, and a fault should
/// be told within two days of its start. Windows of five or seven days found no more and told more falsely.
const WINDOWS: usize = 3;
/// The scores from which a day is told. On seeds for tuning they make 1.4 false alarms per series and year, of two that
/// are allowed.
pub(super) const FALL: f64 = 3.5;
/// Rises need less: the logarithm of a count is skewed downwards, so that chance makes fewer of them.
const RISE: f64 = 3.2;
/// After as many unusual days in a row the new level is the usual one.
const NEW_LEVEL_DAYS: usize = 10;
/// After a longer gap the old rhythm says little, and learning starts again.
const LONGEST_GAP: i64 = 28;

/// The figures that eight of ten such days have, in the series' own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    pub low: f64,
    pub middle: f64,
    pub high: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// As many of `LEARNING_WEEKS` weeks are known.
    Learning {
        weeks: u32,
    },
    /// A day of the calendar, neither judged nor learnt from.
    Expected,
    AsUsual,
    Unusual(Evidence),
}

/// A day of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub day: NaiveDate,
    pub actual: f64,
    /// `None` while the series is being learnt.
    pub usual: Option<Usual>,
    pub standing: Standing,
    /// The probability that chance alone says as much; 1 where nothing speaks against the day.
    pub p: f64,
    /// On this day the level of the last unusual days was accepted as the new one.
    pub new_level: bool,
    /// Signed scores of the day, the last two days and the last three, in standard deviations.
    pub scores: [Option<f64>; WINDOWS],
}

impl Judged {
    /// Neither a day of learning nor one of the calendar.
    pub fn is_judged(&self) -> bool {
        matches!(self.standing, Standing::AsUsual | Standing::Unusual(_))
    }

    pub fn unusual(&self) -> Option<&Evidence> {
        match &self.standing {
            Standing::Unusual(evidence) => Some(evidence),
            _ => None,
        }
    }
}

/// Judges the days of a series: sums by day in the series' own unit, only those that are due and whose ingestion
/// passed. `expected` tells the days of the calendar. Each day is judged before it is learnt from, and unusual days are
/// not learnt from at all. Negative figures count as none.
pub fn judge(
    days: &BTreeMap<NaiveDate, f64>,
    expected: impl Fn(NaiveDate) -> bool,
    limits: &Limits,
) -> Vec<Judged> {
    let event = if limits.event > 0.0 {
        limits.event
    } else {
        1.0
    };
    let mut watch = Watch::new(limits.worth(event));
    let judged = days.iter().filter(|(_, actual)| actual.is_finite());
    judged
        .map(|(day, actual)| watch.next(*day, *actual, expected(*day)))
        .collect()
}

/// A judged day and the forecast before it.
struct Past {
    before: Weekly,
    day: NaiveDate,
    events: f64,
}

struct Watch {
    limits: Limits,
    learning: Vec<(NaiveDate, f64)>,
    weekly: Option<Weekly>,
    past: VecDeque<Past>,
    /// The unusual days in a row.
    run: Vec<(NaiveDate, f64)>,
    last: Option<NaiveDate>,
}

impl Watch {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            learning: Vec::new(),
            weekly: None,
            past: VecDeque::new(),
            run: Vec::new(),
            last: None,
        }
    }

    fn next(&mut self, day: NaiveDate, actual: f64, expected: bool) -> Judged {
        let gap = self.last.replace(day);
        if gap.is_some_and(|last| (day - last).num_days() > LONGEST_GAP) {
            *self = Self {
                last: self.last,
                ..Self::new(self.limits)
            };
        }
        let events = (actual / self.limits.event).max(0.0);
        let mut judged = Judged {
            day,
            actual,
            usual: self.usual(day),
            standing: Standing::AsUsual,
            p: 1.0,
            new_level: false,
            scores: [None; WINDOWS],
        };
        match self.weekly.take() {
            Some(weekly) if expected => {
                self.weekly = Some(weekly);
                judged.standing = Standing::Expected;
            }
            Some(weekly) => self.judge(weekly, events, &mut judged),
            None => judged.standing = self.learn_first(day, events, expected),
        }
        judged
    }

    fn learn_first(&mut self, day: NaiveDate, events: f64, expected: bool) -> Standing {
        if !expected {
            self.learning.push((day, events));
        }
        let weeks = self.learning.len() / super::weekly::DAYS;
        if self.learning.len() >= LEARNING_DAYS {
            self.weekly = Some(Weekly::start(&self.learning));
            self.learning = Vec::new();
        }
        Standing::Learning {
            weeks: u32::try_from(weeks).unwrap_or(LEARNING_WEEKS),
        }
    }

    fn usual(&self, day: NaiveDate) -> Option<Usual> {
        let weekly = self.weekly.as_ref()?;
        let (log, width) = (weekly.log(day), EIGHT_OF_TEN * weekly.scale(day));
        let figure = |log: f64| log.exp_m1().max(0.0) * self.limits.event;
        Some(Usual {
            low: figure(log - width),
            middle: figure(log),
            high: figure(log + width),
        })
    }

    fn judge(&mut self, mut weekly: Weekly, events: f64, judged: &mut Judged) {
        let day = judged.day;
        let before = weekly.clone();
        self.past.push_back(Past {
            before,
            day,
            events,
        });
        if self.past.len() > WINDOWS {
            self.past.pop_front();
        }
        let strongest = self.strongest(judged);
        judged.p = strongest.map_or(1.0, |evidence| evidence.p);
        let told = strongest.filter(|evidence| {
            evidence.score
                >= match evidence.direction {
                    Direction::Down => FALL,
                    Direction::Up => RISE,
                }
        });
        if let Some(evidence) = told {
            judged.standing = Standing::Unusual(evidence);
            // The days before it in the same evidence were learnt from too early.
            if let Some(first) = self.past.iter().find(|past| past.day == evidence.from) {
                weekly = first.before.clone();
            }
            self.run.push((day, events));
            if self.run.len() >= NEW_LEVEL_DAYS {
                weekly.accept_level(&self.run);
                self.run.clear();
                self.past.clear();
                judged.new_level = true;
            }
        } else {
            self.run.clear();
            weekly.learn(day, events);
        }
        self.weekly = Some(weekly);
    }

    /// The strongest evidence of the windows that end with the newest day.
    fn strongest(&mut self, judged: &mut Judged) -> Option<Evidence> {
        let past = self.past.make_contiguous();
        let mut strongest: Option<Evidence> = None;
        for length in 1..=past.len() {
            let window = &past[past.len() - length..];
            let days: Vec<_> = window.iter().map(|past| (past.day, past.events)).collect();
            judged.scores[length - 1] = signed_score(&window[0].before, &days);
            let found = evidence(&window[0].before, &days, &self.limits);
            let known = strongest.map_or(0.0, |evidence| evidence.score);
            strongest = found.filter(|found| found.score > known).or(strongest);
        }
        strongest
    }
}
