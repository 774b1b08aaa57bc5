//! One series of a histogram: its identity, and its counts one by one.

use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use crate::{BadHistogram, Histogram};

/// A label set without `le`, as a 64-bit hash. With 10,000 series a collision happens once in 10^11 pages, and would
/// merge two series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeriesId(String);

impl SeriesId {
    /// The order of the labels does not matter.
    pub fn of<S: AsRef<str>>(labels: &[(S, S)]) -> Self {
        let mut sorted: Vec<_> = labels
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .collect();
        sorted.sort_unstable();
        let mut hash = Md5::new();
        for (name, value) in sorted {
            for part in [name, value] {
                hash.update(part);
                // This byte occurs in no UTF-8 text, so the encoding is unambiguous.
                hash.update([0xff]);
            }
        }
        Self(hex::encode(&hash.finalize()[..8]))
    }
}

/// One series: its bounds, and the counts, each including those below it; the last is of all.
pub struct Cumulative<'a> {
    pub bounds: &'a [f64],
    pub counts: Vec<u64>,
}

impl Cumulative<'_> {
    pub fn since(&self, earlier: Option<&Self>) -> Result<Histogram, BadHistogram> {
        let all = || self.entries().map(|(bound, count)| (bound, float(count)));
        let Some(earlier) = earlier else {
            return Histogram::from_cumulative(all());
        };
        // Only shared bounds can be compared, because a page may lack a bucket.
        let shared: Vec<(f64, Option<u64>)> = self
            .entries()
            .filter_map(|(bound, count)| {
                let before = earlier.at(bound)?;
                Some((bound, count.checked_sub(before)))
            })
            .collect();
        let same_program = shared.len() > 1 && shared.iter().all(|(_, grown)| grown.is_some());
        if !same_program {
            return Histogram::from_cumulative(all());
        }
        Histogram::from_cumulative(
            shared
                .into_iter()
                .map(|(bound, grown)| (bound, float(grown.unwrap_or_default()))),
        )
    }

    /// Bounds and counts, with `+Inf` at last.
    pub fn entries(&self) -> impl Iterator<Item = (f64, u64)> {
        let bounds = self.bounds.iter().copied().chain([f64::INFINITY]);
        bounds.zip(self.counts.iter().copied())
    }

    pub fn at(&self, bound: f64) -> Option<u64> {
        if bound == f64::INFINITY {
            return self.counts.last().copied();
        }
        let found = self
            .bounds
            .binary_search_by(|own| own.total_cmp(&bound))
            .ok()?;
        self.counts.get(found).copied()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of requests")]
fn float(count: u64) -> f64 {
    count as f64
}
