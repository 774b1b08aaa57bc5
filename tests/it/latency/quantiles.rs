//! Our quantiles are those that a real Prometheus computes.

use std::fmt::Write as _;

use sovani_ops::domain::Histogram;

use crate::support::{program::moment, prometheus::Prometheus};

/// Histograms of all kinds, sound and unsound: some of the bounds, some of them not positive, counts that are lower than
/// those of the bucket below, and empty ones.
fn any_histograms() -> Vec<Vec<(f64, f64)>> {
    let mut random = fastrand::Rng::with_seed(20_251_002);
    let bounds = [-1.0, 0.0, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];
    (0..300)
        .map(|_| {
            let mut count = 0.0;
            let mut buckets = Vec::new();
            for bound in bounds {
                if random.u8(..) < 150 {
                    count += f64::from(random.u16(..50) * u16::from(random.bool())) / 4.0;
                    let torn = if random.u8(..) < 20 { 3.0 } else { 0.0 };
                    buckets.push((bound, f64::max(count - torn, 0.0)));
                }
            }
            if buckets.is_empty() {
                buckets.push((1.0, 3.0));
            }
            buckets.push((f64::INFINITY, count + f64::from(random.u8(..3))));
            buckets
        })
        .collect()
}

#[tokio::test]
async fn quantiles_are_those_of_prometheus() {
    let histograms = any_histograms();
    let mut samples = "# TYPE made_up histogram\n".to_owned();
    let now = moment("2025-10-02 09:00:00");
    for (case, buckets) in histograms.iter().enumerate() {
        for (bound, count) in buckets {
            let le = if bound.is_infinite() {
                "+Inf".to_owned()
            } else {
                bound.to_string()
            };
            let time = now.utc().timestamp();
            writeln!(
                samples,
                "made_up_bucket{{case=\"{case}\",le=\"{le}\"}} {count} {time}"
            )
            .unwrap();
        }
    }
    samples += "# EOF\n";
    let Some(prometheus) = Prometheus::knowing(&samples).await else {
        return;
    };
    for rank in [0.05, 0.5, 0.95, 0.99, 1.0] {
        let theirs = prometheus
            .ask(&format!("histogram_quantile({rank}, made_up_bucket)"), now)
            .await;
        assert_eq!(theirs.len(), histograms.len());
        for (labels, theirs) in theirs {
            let case: usize = labels["case"].as_str().unwrap().parse().unwrap();
            let buckets = &histograms[case];
            let ours = Histogram::from_cumulative(buckets.iter().copied())
                .unwrap()
                .quantile(rank);
            let same = match ours {
                Some(ours) => (ours.seconds - theirs).abs() < 1e-9,
                None => theirs.is_nan(),
            };
            assert!(
                same,
                "{rank} of {buckets:?}: {ours:?}, and Prometheus says {theirs}"
            );
        }
    }
}
