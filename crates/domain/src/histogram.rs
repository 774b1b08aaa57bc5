//! How long requests took, as counts by bucket, and the quantiles that follow.

use serde::{Deserialize, Serialize};

use super::Counted;

/// The rank of the quantile that the service level is about.
pub const P95: f64 = 0.95;

/// Counts per bucket, not cumulative.
///
/// As JSON `[[bound, count], …]`: upper bounds in seconds, ascending, and finally `[null, count]` for requests above
/// the highest bound.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "Vec<Stored>", try_from = "Vec<Stored>")]
pub struct Histogram {
    /// Upper bound and count, ascending, no bound twice; all are finite.
    buckets: Vec<(f64, f64)>,
    /// Requests above the highest bound.
    above: f64,
}

type Stored = (Option<f64>, f64);

/// A duration below which a part of the requests stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    pub seconds: f64,
    /// It lies above the highest bound, which `seconds` then is.
    pub at_least: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHistogram {
    #[error("no bucket +Inf")]
    NoInfinity,
    #[error("no bucket but +Inf")]
    OnlyInfinity,
    #[error("{0} buckets, which is too many")]
    TooManyBounds(usize),
}

impl Histogram {
    /// Reads cumulative counters in Prometheus' form, repaired as Prometheus does: duplicate bounds are one bucket, and
    /// a bucket with less than the one below it (they are not read atomically) gets the same count. Invalid counts and
    /// bounds are ignored.
    pub fn from_cumulative(
        buckets: impl IntoIterator<Item = (f64, f64)>,
    ) -> Result<Self, BadHistogram> {
        let mut finite: Vec<(f64, f64)> = Vec::new();
        let mut all: Option<f64> = None;
        let usable = buckets
            .into_iter()
            .filter(|(bound, count)| !bound.is_nan() && count.is_finite() && *count >= 0.0);
        for (bound, count) in usable {
            if bound == f64::INFINITY {
                *all.get_or_insert(0.0) += count;
            } else if bound.is_finite() {
                finite.push((bound, count));
            }
        }
        let all = all.ok_or(BadHistogram::NoInfinity)?;
        if finite.is_empty() {
            return Err(BadHistogram::OnlyInfinity);
        }
        let mut below: f64 = 0.0;
        let mut histogram = Self::default();
        for (bound, count) in gathered(finite) {
            let count = count.max(below);
            histogram.buckets.push((bound, count - below));
            below = count;
        }
        histogram.above = (all - below).max(0.0);
        Ok(histogram)
    }

    /// Adds the other's requests. If the bounds differ, both sets are kept: a request stays within the bound that it
    /// was counted under, so merging makes none look faster.
    pub fn merge(&mut self, other: &Self) {
        let both = self.buckets.iter().chain(&other.buckets).copied().collect();
        self.buckets = gathered(both);
        self.above += other.above;
    }

    /// In seconds.
    pub fn highest_bound(&self) -> Option<f64> {
        self.buckets.last().map(|(bound, _)| *bound)
    }

    pub fn total(&self) -> f64 {
        self.buckets.iter().map(|(_, count)| count).sum::<f64>() + self.above
    }

    /// The quantile of `rank` from 0 to 1, as Prometheus computes it: requests are spread evenly within a bucket, the
    /// lowest bucket begins at 0 if its bound is positive, and anything above the highest bound is reported as that
    /// bound. `None` without requests or without bounds.
    ///
    /// Source: <https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile>
    pub fn quantile(&self, rank: f64) -> Option<Quantile> {
        let wanted = rank.clamp(0.0, 1.0) * self.total();
        let (highest, _) = *self.buckets.last()?;
        if self.total() <= 0.0 {
            return None;
        }
        let mut below = 0.0;
        for (start, bound, count) in self.spans() {
            if below + count >= wanted {
                // Only rank 0 meets an empty bucket, for which Prometheus computes 0/0.
                let part = if count > 0.0 {
                    (wanted - below) / count
                } else {
                    0.0
                };
                return Some(Quantile {
                    seconds: start + (bound - start) * part,
                    at_least: false,
                });
            }
            below += count;
        }
        Some(Quantile {
            seconds: highest,
            at_least: true,
        })
    }

    /// The requests, of which those of at most `seconds` are good; within a bucket they are spread as for
    /// [`Histogram::quantile`]. Requests above the highest bound count as bad, because they may be.
    pub fn within(&self, seconds: f64) -> Counted {
        let part = |start: f64, bound: f64| {
            if seconds >= bound {
                1.0
            } else if seconds <= start {
                0.0
            } else {
                (seconds - start) / (bound - start)
            }
        };
        Counted {
            good: self
                .spans()
                .map(|(start, bound, count)| count * part(start, bound))
                .sum(),
            total: self.total(),
        }
    }

    /// The bounds, and the counts: one for each bound and one for what lies above them.
    pub(super) fn columns(&self) -> (Vec<f64>, Vec<f64>) {
        let (bounds, mut counts): (Vec<f64>, Vec<f64>) = self.buckets.iter().copied().unzip();
        counts.push(self.above);
        (bounds, counts)
    }

    /// Each bucket's lower and upper bound, and its count.
    fn spans(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let lowest = self.buckets.first().map_or(0.0, |(bound, _)| *bound);
        // A bucket of negative durations has no lower bound.
        let begin = if lowest > 0.0 { 0.0 } else { lowest };
        let starts = std::iter::once(begin).chain(self.buckets.iter().map(|(bound, _)| *bound));
        starts
            .zip(&self.buckets)
            .map(|(start, (bound, count))| (start, *bound, *count))
    }
}

/// In ascending order, the same bound once.
fn gathered(mut buckets: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    buckets.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    buckets.dedup_by(|(bound, count), (kept, sum)| {
        let same = bound.total_cmp(kept).is_eq();
        if same {
            *sum += *count;
        }
        same
    });
    buckets
}

impl From<Histogram> for Vec<Stored> {
    fn from(histogram: Histogram) -> Self {
        let finite = histogram.buckets.into_iter();
        let finite = finite.map(|(bound, count)| (Some(bound), count));
        finite.chain([(None, histogram.above)]).collect()
    }
}

impl TryFrom<Vec<Stored>> for Histogram {
    type Error = &'static str;

    fn try_from(stored: Vec<Stored>) -> Result<Self, Self::Error> {
        let sound = |(bound, count): &Stored| {
            bound.is_none_or(f64::is_finite) && count.is_finite() && *count >= 0.0
        };
        if !stored.iter().all(sound) {
            return Err("expected finite bounds and counts that are not negative");
        }
        let mut histogram = Self::default();
        for (bound, count) in stored {
            match bound {
                Some(bound) => histogram.buckets.push((bound, count)),
                None => histogram.above += count,
            }
        }
        histogram.buckets = gathered(histogram.buckets);
        Ok(histogram)
    }
}
