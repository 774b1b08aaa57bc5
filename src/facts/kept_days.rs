//! The days of a series that are kept, each with the state of the platform's tables in which it was counted.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::Kept;
use crate::db::{Db, TablesState, reading::Written};

/// So many figures of a series are kept, in about ten megabytes: those of forty categories over seven years. A table with
/// more names has something else in that column, and its days are counted when they are read.
const FIGURES_MAX: usize = 100_000;

/// The first and the last day.
pub type Range = (NaiveDate, NaiveDate);

/// Something that is counted of each day.
pub trait Series: Sized + Send + Sync + 'static {
    /// Counts these days from the platform's tables.
    fn count(
        db: &Db,
        days: Range,
        zone: Tz,
    ) -> impl Future<Output = sqlx::Result<ByDay<Self>>> + Send;

    fn kept(kept: &mut Kept) -> &mut KeptDays<Self>;

    /// The number of the platform's rows.
    fn rows(&self) -> i64;
}

/// The figures of each day. A day without rows may be missing.
#[derive(Debug, PartialEq)]
pub struct ByDay<S> {
    pub days: BTreeMap<NaiveDate, Arc<[S]>>,
    /// How many marketplaces are left out because there are more than can be.
    pub left_out: i64,
}

/// Names, each once in memory.
#[derive(Default)]
pub struct Names(HashSet<Arc<str>>);

pub struct KeptDays<S> {
    days: BTreeMap<NaiveDate, KeptDay<S>>,
    /// The number of figures of all days.
    figures: usize,
    /// Figures were too many to be kept.
    is_crowded: bool,
}

struct KeptDay<S> {
    figures: Arc<[S]>,
    /// Before it was counted.
    at: Option<TablesState>,
    /// The round of verifying in which it was counted as an old day. Changes of other days are not looked for.
    round: Option<u64>,
}

/// The circumstances in which days are read or counted.
#[derive(Clone, Copy)]
pub struct Moment {
    pub at: Option<TablesState>,
    /// The first of the days that are not old.
    pub recent: NaiveDate,
    /// The number of the round of verifying.
    pub round: u64,
}

impl Names {
    pub fn share(&mut self, name: Option<Written>) -> Option<Arc<str>> {
        let Written(name) = name?;
        if let Some(known) = self.0.get(name.as_str()) {
            return Some(Arc::clone(known));
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        Some(name)
    }
}

impl<S> Default for ByDay<S> {
    fn default() -> Self {
        Self {
            days: BTreeMap::new(),
            left_out: 0,
        }
    }
}

impl<S> FromIterator<(NaiveDate, S)> for ByDay<S> {
    fn from_iter<I: IntoIterator<Item = (NaiveDate, S)>>(figures: I) -> Self {
        let mut days: BTreeMap<NaiveDate, Vec<S>> = BTreeMap::new();
        for (day, figure) in figures {
            days.entry(day).or_default().push(figure);
        }
        let days = days.into_iter();
        Self {
            days: days.map(|(day, figures)| (day, figures.into())).collect(),
            left_out: 0,
        }
    }
}

impl<S> ByDay<S> {
    /// All figures, in the order of their days.
    pub fn figures(&self) -> impl Iterator<Item = (NaiveDate, &S)> {
        let days = self.days.iter();
        days.flat_map(|(day, figures)| figures.iter().map(move |figure| (*day, figure)))
    }

    pub(super) fn and(mut self, others: Self) -> Self {
        self.days.extend(others.days);
        self.left_out += others.left_out;
        self
    }
}

impl<S> Default for KeptDays<S> {
    fn default() -> Self {
        Self {
            days: BTreeMap::new(),
            figures: 0,
            is_crowded: false,
        }
    }
}

impl<S: Series> KeptDays<S> {
    /// The kept figures of the days of a range that have not changed since, and the range of the others.
    pub fn find(&self, (from, to): Range, moment: Moment) -> (ByDay<S>, Option<Range>) {
        // A range of which all days are older than the kept history has ended before it begins.
        if from > to {
            return (ByDay::default(), None);
        }
        let unknown = |day: &NaiveDate| {
            let kept = self.days.get(day);
            !kept.is_some_and(|kept| kept.is_true(*day, moment))
        };
        let days = || from.iter_days().take_while(|day| *day <= to);
        let first = days().find(unknown);
        let others = first.map(|first| (first, days().filter(unknown).last().unwrap_or(first)));
        let found = self.days.range(from..=to);
        let found = found
            .filter(|(day, _)| others.is_none_or(|(first, last)| **day < first || last < **day));
        let days = found.map(|(day, kept)| (*day, Arc::clone(&kept.figures)));
        let found = ByDay {
            days: days.collect(),
            left_out: 0,
        };
        (found, others)
    }

    /// Keeps what was counted of these days. Figures that are too many are not kept, and neither are those that they replace.
    pub fn keep(&mut self, (from, to): Range, counted: &ByDay<S>, moment: Moment) {
        self.is_crowded = false;
        for day in from.iter_days().take_while(|day| *day <= to) {
            let old = self.days.remove(&day);
            self.figures -= old.map_or(0, |old| old.figures.len());
            let figures = counted.days.get(&day).cloned().unwrap_or_default();
            if counted.left_out > 0 || self.figures + figures.len() > FIGURES_MAX {
                self.is_crowded = true;
                continue;
            }
            self.figures += figures.len();
            let day_kept = KeptDay {
                figures,
                at: moment.at,
                round: (day < moment.recent).then_some(moment.round),
            };
            self.days.insert(day, day_kept);
        }
    }

    /// The old days with the rows of each, and the rounds in which they were counted.
    pub fn old(&self, moment: Moment) -> impl Iterator<Item = (NaiveDate, i64, Option<u64>)> {
        let old = self.days.range(..moment.recent);
        old.map(|(day, kept)| (*day, kept.figures.iter().map(S::rows).sum(), kept.round))
    }

    /// Tells if no more days are to be counted ahead.
    pub fn is_full(&self) -> bool {
        self.is_crowded || self.figures * 10 > FIGURES_MAX * 9
    }

    /// Tells if the day was counted in this state, or is counted when it is read.
    pub fn is_of(&self, day: NaiveDate, at: Option<TablesState>) -> bool {
        self.days.get(&day).is_none_or(|kept| kept.at == at)
    }
}

impl<S> KeptDay<S> {
    /// Tells if counting again would give the same, as far as is known.
    fn is_true(&self, day: NaiveDate, moment: Moment) -> bool {
        let unchanged = moment.at.is_some() && self.at == moment.at;
        unchanged || (day < moment.recent && self.round.is_some())
    }
}
