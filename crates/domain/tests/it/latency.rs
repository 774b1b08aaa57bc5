//! The counters of a metrics page, the histograms they make, and the days they belong to.

mod counters;
mod histogram;
mod properties;
mod stretches;

use sovani_domain::Histogram;

/// Upper bounds in seconds, and counts.
type Buckets = [(f64, f64)];

fn about(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-6
}

/// Counters in Prometheus' manner, each including those below it.
fn cumulative(buckets: &Buckets) -> Histogram {
    Histogram::from_cumulative(buckets.iter().copied()).unwrap()
}
