//! Weekly sums that may be negative, such as net cash: payouts come on some days of a week or month, so that days cannot
//! be compared.

use std::collections::{BTreeMap, VecDeque};

use chrono::{Datelike, Days, NaiveDate};

use super::{
    evidence::{Direction, Evidence},
    limits::Effect,
    student::chance_of,
    watch::{FALL, Judged, LEARNING_WEEKS, Standing, Usual},
};
use crate::median::{EIGHT_OF_TEN, MAD_TO_SD, median};

const WEEK: u8 = 7;
/// The newest weeks that a week is compared with.
const MOST_WEEKS: usize = 13;
/// After as many unusual weeks in a row they are the usual ones: payouts keep a new rhythm once they have it.
const NEW_LEVEL_WEEKS: usize = 4;
/// The median deviation of a dozen figures is a tenth too small on average, and often more.
const FEW_WEEKS: f64 = 1.2;
/// Weeks differ by a tenth of their size without a reason that anybody could name.
const LEAST_NOISE: f64 = 0.1;
/// Of weeks that are all alike, in the series' own unit.
const LEAST_SCALE: f64 = 1.0;

/// Judges whole weeks from Monday to Sunday by the median of the 13 before, each on its Sunday. `days` has the sum of each
/// day; a week that lacks one is left out, as is one with a day of the calendar.
pub fn judge_weeks(
    days: &BTreeMap<NaiveDate, f64>,
    expected: impl Fn(NaiveDate) -> bool,
    effect: &Effect,
) -> Vec<Judged> {
    let mut weeks = Weeks::default();
    let sundays = days
        .keys()
        .filter(|day| day.weekday() == chrono::Weekday::Sun);
    sundays
        .filter_map(|sunday| {
            let week: Vec<(NaiveDate, f64)> = days
                .range(*sunday - Days::new(6)..=*sunday)
                .map(|(day, sum)| (*day, *sum))
                .collect();
            let sum: f64 = week.iter().map(|(_, sum)| sum).sum();
            let known = week.len() == usize::from(WEEK) && sum.is_finite();
            known.then(|| {
                weeks.next(
                    *sunday,
                    sum,
                    week.iter().any(|(day, _)| expected(*day)),
                    effect,
                )
            })
        })
        .collect()
}

#[derive(Default)]
struct Weeks {
    usual: VecDeque<f64>,
    /// The unusual ones in a row.
    run: Vec<f64>,
}

impl Weeks {
    fn next(&mut self, sunday: NaiveDate, sum: f64, expected: bool, effect: &Effect) -> Judged {
        let known = u32::try_from(self.usual.len()).unwrap_or(u32::MAX);
        let figures = self.figures().filter(|_| known >= LEARNING_WEEKS);
        let usual = figures.map(|(middle, scale)| Usual {
            low: middle - EIGHT_OF_TEN * scale,
            middle,
            high: middle + EIGHT_OF_TEN * scale,
        });
        let mut judged = Judged {
            day: sunday,
            actual: sum,
            usual,
            standing: Standing::AsUsual,
            p: 1.0,
            new_level: false,
            scores: [None; 3],
        };
        if expected {
            judged.standing = Standing::Expected;
            return judged;
        }
        let Some((middle, scale)) = figures else {
            self.learn(sum);
            judged.standing = Standing::Learning { weeks: known + 1 };
            return judged;
        };
        let evidence = evidence(sunday, sum, middle, scale);
        judged.p = evidence.p;
        if evidence.score >= FALL && matters(sum - middle, middle, effect) {
            judged.standing = Standing::Unusual(evidence);
            self.run.push(sum);
            if self.run.len() >= NEW_LEVEL_WEEKS {
                self.usual = std::mem::take(&mut self.run).into();
                judged.new_level = true;
            }
        } else {
            self.run.clear();
            self.learn(sum);
        }
        judged
    }

    fn learn(&mut self, sum: f64) {
        self.usual.push_back(sum);
        if self.usual.len() > MOST_WEEKS {
            self.usual.pop_front();
        }
    }

    /// The median and the scale of the usual weeks.
    fn figures(&self) -> Option<(f64, f64)> {
        let middle = median(self.usual.iter().copied().collect())?;
        let spread = median(self.usual.iter().map(|sum| (sum - middle).abs()).collect())?;
        let size = median(self.usual.iter().map(|sum| sum.abs()).collect())?;
        let scale = (FEW_WEEKS * MAD_TO_SD * spread).max(LEAST_NOISE * size);
        Some((middle, scale.max(LEAST_SCALE)))
    }
}

fn matters(difference: f64, middle: f64, effect: &Effect) -> bool {
    let share = if difference < 0.0 {
        effect.fall
    } else {
        effect.rise
    };
    difference.abs() >= share * middle.abs() && difference.abs() >= effect.sum
}

fn evidence(sunday: NaiveDate, sum: f64, middle: f64, scale: f64) -> Evidence {
    let score = ((sum - middle) / scale).abs();
    Evidence {
        direction: if sum < middle {
            Direction::Down
        } else {
            Direction::Up
        },
        from: sunday - Days::new(u64::from(WEEK) - 1),
        days: WEEK,
        expected: middle,
        actual: sum,
        score,
        p: chance_of(score),
    }
}
