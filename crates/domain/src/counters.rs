//! The counters of a histogram on a metrics page, series by series, and what they have counted between two looks.

mod series;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use self::series::Cumulative;
pub use self::series::SeriesId;
use super::{BadHistogram, Birth, Histogram};

/// Limit for remembered series that are missing from the current page. A truncated page lacks them only once, and they
/// must not count from 0 afterwards; but a platform that keeps creating series must not fill the database.
const REMEMBERED_SERIES: usize = 20_000;

/// A histogram has about a dozen bounds. More than this is a broken page, and merging would take long.
const MOST_BOUNDS: usize = 500;

/// The counters of every series, in a form that is small enough to be stored at each look.
///
/// As JSON `{"bounds": [[0.1, …], …], "series": {"<id>": [i, n, …]}}`: `i` says which of the bounds the series has; then
/// comes one `n` for each bound, and the last for what took longer. Each counts its own bucket only, which makes most of
/// them 0: 10,000 series of nine buckets take less than half a megabyte.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Counters {
    bounds: Vec<Vec<f64>>,
    series: BTreeMap<SeriesId, Vec<u64>>,
    /// The process that the counters belong to.
    #[serde(skip_serializing_if = "Birth::is_unknown")]
    birth: Birth,
    /// Several processes answered in turn, so these counters cannot be compared with others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    of_several: bool,
}

#[derive(Deserialize)]
struct Stored {
    bounds: Vec<Vec<f64>>,
    series: BTreeMap<SeriesId, Vec<u64>>,
    #[serde(default)]
    birth: Birth,
    #[serde(default)]
    of_several: bool,
}

impl TryFrom<Stored> for Counters {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let counters = Self {
            bounds: stored.bounds,
            series: stored.series,
            birth: stored.birth,
            of_several: stored.of_several,
        };
        let sound = counters
            .series
            .values()
            .all(|row| counters.read(row).is_some());
        sound
            .then_some(counters)
            .ok_or("expected a count for each bound")
    }
}

impl Counters {
    /// Builds counters from the buckets of a page, in any order: series, upper bound in seconds, cumulative count.
    /// Series without durations are left out; it is an error if none remains.
    pub fn gather(
        buckets: impl IntoIterator<Item = (SeriesId, f64, f64)>,
    ) -> Result<Self, BadHistogram> {
        let mut by_series: BTreeMap<SeriesId, Vec<(f64, f64)>> = BTreeMap::new();
        for (id, bound, count) in buckets {
            by_series.entry(id).or_default().push((bound, count));
        }
        let mut counters = Self::default();
        let mut places = Places::default();
        let mut bad = None;
        for (id, buckets) in by_series {
            match Histogram::from_cumulative(buckets) {
                Ok(histogram) => counters.insert(id, &histogram, &mut places),
                Err(error) => bad = Some(error),
            }
        }
        let bounds: HashSet<u64> = counters
            .bounds
            .iter()
            .flatten()
            .map(|bound| bound.to_bits())
            .collect();
        if bounds.len() > MOST_BOUNDS {
            return Err(BadHistogram::TooManyBounds(bounds.len()));
        }
        match bad {
            Some(error) if counters.series.is_empty() => Err(error),
            _ => Ok(counters),
        }
    }

    fn insert(&mut self, id: SeriesId, histogram: &Histogram, places: &mut Places) {
        let (bounds, counts) = histogram.columns();
        let place = places.of(&mut self.bounds, &bounds);
        let row = std::iter::once(place).chain(counts.into_iter().map(whole));
        self.series.insert(id, row.collect());
    }

    /// The requests counted since `earlier`. A series that shrank (its process restarted) or is new contributes its
    /// whole count.
    pub fn since(&self, earlier: &Self) -> Histogram {
        let mut counted = Histogram::default();
        for (id, row) in &self.series {
            let Some(now) = self.read(row) else { continue };
            let before = earlier.series.get(id).and_then(|row| earlier.read(row));
            // Only a series without bounds fails here, and `gather` rejects those.
            if let Ok(grown) = now.since(before.as_ref()) {
                counted.merge(&grown);
            }
        }
        counted
    }

    /// The counters to store: includes series that are missing from this page. An empty page belongs to a process that
    /// has just started, so nothing is carried over.
    #[must_use]
    pub fn remembering(mut self, earlier: &Self) -> Self {
        if self.is_empty() {
            return self;
        }
        let mut places = Places::default();
        for bounds in std::mem::take(&mut self.bounds) {
            places.of(&mut self.bounds, &bounds);
        }
        for (id, row) in &earlier.series {
            if self.series.len() >= REMEMBERED_SERIES {
                break;
            }
            let Some((bounds, counts)) = earlier.row(row) else {
                continue;
            };
            if !self.series.contains_key(id) {
                let place = places.of(&mut self.bounds, bounds);
                let row = std::iter::once(place).chain(counts.iter().copied());
                self.series.insert(id.clone(), row.collect());
            }
        }
        self
    }

    #[must_use]
    pub fn born(self, birth: Birth) -> Self {
        Self { birth, ..self }
    }

    #[must_use]
    pub fn of_several(self, of_several: bool) -> Self {
        Self { of_several, ..self }
    }

    pub fn are_of_several(&self) -> bool {
        self.of_several
    }

    pub fn birth(&self) -> Birth {
        self.birth
    }

    /// The highest bound that any series has, in seconds.
    pub fn highest_bound(&self) -> Option<f64> {
        let highest = self.bounds.iter().filter_map(|bounds| bounds.last());
        highest.copied().max_by(f64::total_cmp)
    }

    /// Tells if a series shrank or disappeared: its process restarted, or another process answered.
    pub fn have_fallen_since(&self, earlier: &Self) -> bool {
        earlier.series.iter().any(|(id, before)| {
            let Some(before) = earlier.read(before) else {
                return false;
            };
            let now = self.series.get(id).and_then(|row| self.read(row));
            now.is_none_or(|now| {
                let mut entries = now.entries();
                entries.any(|(bound, count)| before.at(bound).is_some_and(|before| count < before))
            })
        })
    }

    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// A stored row's bounds and counts; `None` if they do not go together.
    fn row<'a>(&'a self, row: &'a [u64]) -> Option<(&'a [f64], &'a [u64])> {
        let (place, counts) = row.split_first()?;
        let bounds = self.bounds.get(usize::try_from(*place).ok()?)?;
        (counts.len() == bounds.len() + 1).then_some((bounds, counts))
    }

    fn read<'a>(&'a self, row: &'a [u64]) -> Option<Cumulative<'a>> {
        let (bounds, counts) = self.row(row)?;
        let mut below = 0_u64;
        let counts = counts.iter().map(|count| {
            below = below.saturating_add(*count);
            below
        });
        Some(Cumulative {
            bounds,
            counts: counts.collect(),
        })
    }
}

/// Index of the sets of bounds met so far, by the bits of their values.
#[derive(Default)]
struct Places(HashMap<Vec<u64>, u64>);

impl Places {
    /// Among all bounds, to which new ones are added.
    fn of(&mut self, all: &mut Vec<Vec<f64>>, bounds: &[f64]) -> u64 {
        let bits = bounds.iter().map(|bound| bound.to_bits()).collect();
        *self.0.entry(bits).or_insert_with(|| {
            all.push(bounds.to_vec());
            all.len() as u64 - 1
        })
    }
}

/// A page writes counts as floating-point numbers.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is not negative, and `as` stops at the largest"
)]
fn whole(count: f64) -> u64 {
    count.round() as u64
}
