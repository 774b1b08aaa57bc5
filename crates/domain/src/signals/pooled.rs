//! Evidence over several series: each alone says little, all together say it.

use chrono::NaiveDate;

use super::{
    evidence::{Direction, Evidence},
    limits::Effect,
    student::chance_of,
    watch::{FALL, Judged},
};
use crate::median::{count, median};

/// Two series are a pair, not a crowd.
const LEAST_SERIES: usize = 3;
/// Of one series no more than this counts, so that one alone is not taken for several.
const MOST_OF_ONE: f64 = 3.0;
/// The errors of the categories of a marketplace go together a little: weather, pay days, the marketplace's own moods.
const CORRELATION: f64 = 0.2;

/// A fall of several series together, by Stouffer's sum of their scores, for correlated ones. `recent` are the newest
/// days of each, oldest first, all ending with the same day. Half of them must have fallen by the minimum share: a large one
/// that has not does not hide the others.
pub(super) fn pooled(recent: &[&[Judged]], effect: &Effect) -> Option<Evidence> {
    let windows = recent.first()?.last()?.scores.len();
    (1..=windows)
        .filter_map(|days| fall_of(recent, days, effect))
        .max_by(|one, other| one.score.total_cmp(&other.score))
}

fn fall_of(recent: &[&[Judged]], days: usize, effect: &Effect) -> Option<Evidence> {
    let judged: Vec<(f64, Vec<&Judged>)> = recent
        .iter()
        .filter_map(|series| {
            let score = series.last()?.scores[days - 1]?;
            let window = series.iter().rev().filter(|day| day.is_judged());
            let window = window.take(days).collect();
            Some((score.clamp(-MOST_OF_ONE, MOST_OF_ONE), window))
        })
        .collect();
    if judged.len() < LEAST_SERIES {
        return None;
    }
    let series = count(judged.len());
    let variance = series + series * (series - 1.0) * CORRELATION;
    let score = -judged.iter().map(|(score, _)| score).sum::<f64>() / variance.sqrt();
    let sums: Vec<(f64, f64)> = judged.iter().map(|(_, window)| sums(window)).collect();
    let changes = sums
        .iter()
        .map(|(expected, actual)| actual / expected - 1.0);
    let change = median(changes.filter(|change| change.is_finite()).collect())?;
    let (expected, actual) = sums
        .iter()
        .fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
    let matters = -change >= effect.fall && expected - actual >= effect.sum;
    (matters && score >= FALL).then(|| Evidence {
        direction: Direction::Down,
        from: first_of(&judged),
        days: u8::try_from(days).unwrap_or(u8::MAX),
        expected,
        actual,
        score,
        p: chance_of(score),
    })
}

/// The sums of the days that were expected, and that came.
fn sums(window: &[&Judged]) -> (f64, f64) {
    let usual = |judged: &&Judged| judged.usual.map_or(0.0, |usual| usual.middle);
    let actual = window.iter().map(|judged| judged.actual).sum();
    (window.iter().map(usual).sum(), actual)
}

fn first_of(judged: &[(f64, Vec<&Judged>)]) -> NaiveDate {
    let firsts = judged.iter().filter_map(|(_, window)| window.last());
    firsts.map(|day| day.day).min().unwrap_or_default()
}
