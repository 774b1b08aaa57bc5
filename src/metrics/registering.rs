//! Registers each kind of metric.

use prometheus::{
    Gauge, GaugeVec, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
    Opts, Registry, Result,
};

use super::SummaryVec;

/// Seconds; from a healthy answer of a small page to the request time limit.
const HTTP_BUCKETS: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];

pub(super) trait Registering: Sized {
    #[allow(dead_code, reason = "the tests write docs/metrics.md from it")]
    const KIND: &str;

    fn register(
        registry: &Registry,
        name: &str,
        help: &str,
        labels: &[&'static str],
    ) -> Result<Self>;
}

macro_rules! registering {
    ($($kind:ty, $word:literal: |$name:ident, $help:ident, $labels:ident| $made:expr;)*) => {$(
        impl Registering for $kind {
            const KIND: &str = $word;

            fn register(
                registry: &Registry,
                $name: &str,
                $help: &str,
                $labels: &[&'static str],
            ) -> Result<Self> {
                let made: Self = $made?;
                registry.register(Box::new(made.clone()))?;
                Ok(made)
            }
        }
    )*};
}

registering! {
    IntCounter, "counter": |name, help, _labels| Self::new(name, help);
    IntGauge, "gauge": |name, help, _labels| Self::new(name, help);
    Gauge, "gauge": |name, help, _labels| Self::new(name, help);
    IntCounterVec, "counter": |name, help, labels| Self::new(Opts::new(name, help), labels);
    GaugeVec, "gauge": |name, help, labels| Self::new(Opts::new(name, help), labels);
    IntGaugeVec, "gauge": |name, help, labels| Self::new(Opts::new(name, help), labels);
    HistogramVec, "histogram": |name, help, labels| Self::new(HistogramOpts::new(name, help).buckets(HTTP_BUCKETS.to_vec()), labels);
    SummaryVec, "summary": |name, help, labels| Self::new(name, help, labels[0]);
}
