use sovani_domain::{BadHistogram, Counted, Histogram, Quantile};

use super::{Buckets, about, cumulative};

const INF: f64 = f64::INFINITY;

#[test]
fn a_quantile_is_found_within_its_bucket() {
    // (cumulative counts, rank, the quantile worked out by hand)
    let cases: [(&Buckets, f64, f64); 9] = [
        // 95 of 100: five of the ten between 0.5 and 1, so half of the way.
        (
            &[(0.1, 10.0), (0.5, 90.0), (1.0, 100.0), (INF, 100.0)],
            0.95,
            0.75,
        ),
        // All in the lowest bucket, which begins at 0.
        (&[(0.1, 100.0), (1.0, 100.0), (INF, 100.0)], 0.95, 0.095),
        // The wanted one is the last of its bucket.
        (&[(0.1, 95.0), (1.0, 100.0), (INF, 100.0)], 0.95, 0.1),
        // 9.5 of 10: 8 lie below, so 1.5 of 2 from 1 to 2.5.
        (&[(1.0, 8.0), (2.5, 10.0), (INF, 10.0)], 0.95, 2.125),
        // Empty buckets on the way are passed over.
        (
            &[(0.1, 0.0), (0.5, 0.0), (1.0, 20.0), (INF, 20.0)],
            0.95,
            0.975,
        ),
        // The lowest bucket ends at 0 or below: nothing says where it begins.
        (&[(-1.0, 100.0), (1.0, 100.0), (INF, 100.0)], 0.95, -1.0),
        (&[(0.0, 50.0), (1.0, 100.0), (INF, 100.0)], 0.75, 0.5),
        // One request.
        (&[(0.5, 0.0), (1.0, 1.0), (INF, 1.0)], 0.5, 0.75),
        (&[(0.5, 4.0), (1.0, 4.0), (INF, 4.0)], 1.0, 0.5),
    ];
    for (buckets, rank, expected) in cases {
        let found = cumulative(buckets).quantile(rank).unwrap();
        assert!(about(found.seconds, expected), "{buckets:?}: {found:?}");
        assert!(!found.at_least, "{buckets:?}");
    }
}

#[test]
fn above_the_highest_bound_it_took_at_least_that_long() {
    let slow = cumulative(&[(0.1, 50.0), (10.0, 90.0), (INF, 100.0)]);
    let expected = Quantile {
        seconds: 10.0,
        at_least: true,
    };
    assert_eq!(slow.quantile(0.95), Some(expected));
    assert!(!slow.quantile(0.9).unwrap().at_least);
}

#[test]
fn without_requests_or_bounds_there_is_no_quantile() {
    assert_eq!(Histogram::default().quantile(0.95), None);
    assert_eq!(cumulative(&[(1.0, 0.0), (INF, 0.0)]).quantile(0.95), None);
    let without = |buckets: &Buckets| Histogram::from_cumulative(buckets.iter().copied());
    assert_eq!(without(&[(INF, 9.0)]), Err(BadHistogram::OnlyInfinity));
    assert_eq!(without(&[(1.0, 9.0)]), Err(BadHistogram::NoInfinity));
    assert_eq!(without(&[]), Err(BadHistogram::NoInfinity));
    assert_eq!(
        without(&[(1.0, 1.0), (INF, f64::NAN)]),
        Err(BadHistogram::NoInfinity)
    );
}

#[test]
fn counters_are_repaired_as_prometheus_does() {
    let sound = cumulative(&[(0.1, 10.0), (0.5, 10.0), (1.0, 30.0), (INF, 30.0)]);
    let cases: [&Buckets; 5] = [
        // In another order.
        &[(INF, 30.0), (1.0, 30.0), (0.5, 10.0), (0.1, 10.0)],
        // A bucket with less than the one below it.
        &[(0.1, 10.0), (0.5, 4.0), (1.0, 30.0), (INF, 30.0)],
        // The highest too.
        &[(0.1, 10.0), (0.5, 10.0), (1.0, 30.0), (INF, 12.0)],
        // The same bound under two names, as `1` and `1.0` are.
        &[
            (0.1, 10.0),
            (0.5, 10.0),
            (1.0, 20.0),
            (1.0, 10.0),
            (INF, 30.0),
        ],
        // No counts at all.
        &[
            (0.1, 10.0),
            (0.2, f64::NAN),
            (0.5, 10.0),
            (0.7, -3.0),
            (1.0, 30.0),
            (INF, 30.0),
        ],
    ];
    for buckets in cases {
        assert_eq!(cumulative(buckets), sound, "{buckets:?}");
    }
}

#[test]
fn good_requests_are_those_within_the_target() {
    // 10 up to 0.1, 80 up to 0.5, 8 up to 1, and 2 above.
    let requests = cumulative(&[(0.1, 10.0), (0.5, 90.0), (1.0, 98.0), (INF, 100.0)]);
    // (seconds, good by hand)
    let cases = [
        (0.0, 0.0),
        (0.05, 5.0),
        (0.1, 10.0),
        (0.3, 50.0),
        (0.5, 90.0),
        (0.75, 94.0),
        (1.0, 98.0),
        (600.0, 98.0),
    ];
    for (seconds, good) in cases {
        let counted = requests.within(seconds);
        assert!(about(counted.good, good), "{seconds}: {counted:?}");
        assert!(about(counted.total, 100.0), "{seconds}: {counted:?}");
    }
    assert_eq!(Histogram::default().within(1.0), Counted::default());
}

#[test]
fn merging_makes_no_request_faster() {
    let mut merged = cumulative(&[(0.1, 5.0), (1.0, 10.0), (INF, 10.0)]);
    merged.merge(&cumulative(&[
        (0.5, 8.0),
        (1.0, 8.0),
        (2.0, 10.0),
        (INF, 11.0),
    ]));
    // The five up to 1 s of the first may have been below 0.5, but nobody knows.
    let expected = [
        (0.1, 5.0),
        (0.5, 13.0),
        (1.0, 18.0),
        (2.0, 20.0),
        (INF, 21.0),
    ];
    assert_eq!(merged, cumulative(&expected));
}

#[test]
fn a_stored_histogram_reads_as_the_design_says() {
    let histogram = cumulative(&[(0.1, 10.0), (1.0, 12.5), (INF, 13.0)]);
    let text = serde_json::to_string(&histogram).unwrap();
    assert_eq!(text, "[[0.1,10.0],[1.0,2.5],[null,0.5]]");
    assert_eq!(serde_json::from_str::<Histogram>(&text).unwrap(), histogram);
    for broken in ["[[0.1,-1.0]]", "[[0.1]]", "{}", "[[\"0.1\",1]]"] {
        assert!(
            serde_json::from_str::<Histogram>(broken).is_err(),
            "{broken}"
        );
    }
}
