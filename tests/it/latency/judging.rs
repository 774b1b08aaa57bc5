use serde_json::json;
use sovani_ops::{
    detectors::api_latency::judge,
    domain::{FaultState, Fingerprint, Severity, Status},
};

use super::{Buckets, NAME, cumulative};
use crate::support::checks::{judged, said};

const INF: f64 = f64::INFINITY;

#[test]
fn the_current_p95_is_held_against_the_target() {
    // (cumulative counts, target in ms, status, message)
    let cases: [(&Buckets, f64, Status, &str); 7] = [
        (
            &[(1.0, 90.0), (2.0, 100.0), (INF, 100.0)],
            1200.0,
            Status::Fail,
            "API p95 latency 1500ms exceeds SLO 1200ms",
        ),
        (
            &[(1.0, 90.0), (2.0, 100.0), (INF, 100.0)],
            1500.0,
            Status::Pass,
            "API p95 latency 1500ms, SLO 1500ms",
        ),
        (
            &[(0.1, 100.0), (INF, 100.0)],
            1200.0,
            Status::Pass,
            "API p95 latency 95ms, SLO 1200ms",
        ),
        (
            &[(5.0, 50.0), (10.0, 80.0), (INF, 100.0)],
            1200.0,
            Status::Fail,
            "API p95 latency above 10000ms exceeds SLO 1200ms",
        ),
        (
            &[(0.5, 50.0), (1.0, 80.0), (INF, 100.0)],
            1000.0,
            Status::Fail,
            "API p95 latency above 1000ms exceeds SLO 1000ms",
        ),
        (
            &[(0.5, 50.0), (1.0, 80.0), (INF, 100.0)],
            1200.0,
            Status::NotMeasured,
            "API p95 latency above 1000ms, the highest bucket: SLO 1200ms cannot be judged",
        ),
        (
            &[(0.1, 19.0), (INF, 19.0)],
            1200.0,
            Status::NotMeasured,
            "Too few requests to judge API p95 latency in the last 10 minutes: 19, at least 20 are needed",
        ),
    ];
    for (buckets, target, status, message) in cases {
        let verdict = judge(&cumulative(buckets), target);
        assert_eq!(
            (verdict.status, said(&verdict.finding).as_str()),
            (status, message)
        );
    }
}

#[test]
fn twenty_requests_are_enough_and_one_slow_one_among_them_is_not_yet_too_many() {
    let one_slow = judge(
        &cumulative(&[(0.1, 19.0), (10.0, 20.0), (INF, 20.0)]),
        1200.0,
    );
    assert_eq!(one_slow.status, Status::Pass, "{}", one_slow.finding.key);
    let two_slow = judge(
        &cumulative(&[(0.1, 18.0), (10.0, 20.0), (INF, 20.0)]),
        1200.0,
    );
    assert_eq!(two_slow.status, Status::Fail, "{}", two_slow.finding.key);
}

#[test]
fn the_figures_are_told() {
    let verdict = judge(
        &cumulative(&[(1.0, 90.0), (2.0, 100.0), (INF, 100.0)]),
        1200.0,
    );
    let expected = json!({"current_p95_ms": 1500.0, "target_ms": 1200.0, "requests": 100, "window_minutes": 10});
    assert_eq!(json!(verdict.extras), expected);
    assert_eq!(verdict.key, "p95");
    let open = judge(&cumulative(&[(1.0, 90.0), (INF, 100.0)]), 500.0);
    assert_eq!(open.extras["above_highest_bucket"], true);
}

#[test]
fn a_quiet_api_ends_only_what_kept_the_bot_from_looking() {
    let quiet = judge(&cumulative(&[(0.1, 3.0), (INF, 3.0)]), 1200.0);
    let check = judged(NAME, Severity::Warning, quiet);
    let says = |key: &str| check.says_of(&Fingerprint::of(NAME, key));
    for gone in ["unreachable", "no_histogram", "query", "crash"] {
        assert_eq!(says(gone), Some(FaultState::Gone), "{gone}");
    }
    assert_eq!(says("p95"), None);
}
