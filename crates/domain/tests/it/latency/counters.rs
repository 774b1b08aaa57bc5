use sovani_domain::{BadHistogram, Counters, SeriesId};

use super::{Buckets, about, cumulative};

const INF: f64 = f64::INFINITY;

fn id(endpoint: &str) -> SeriesId {
    SeriesId::of(&[("method", "GET"), ("endpoint", endpoint)])
}

fn counters(series: &[(&str, &Buckets)]) -> Counters {
    let buckets = series.iter().flat_map(|(endpoint, buckets)| {
        buckets
            .iter()
            .map(|(bound, count)| (id(endpoint), *bound, *count))
    });
    Counters::gather(buckets).unwrap()
}

#[test]
fn the_count_is_the_difference_series_by_series() {
    let before = counters(&[
        ("/orders", &[(0.1, 10.0), (1.0, 15.0), (INF, 16.0)]),
        ("/stock", &[(0.1, 500.0), (1.0, 500.0), (INF, 500.0)]),
    ]);
    let after = counters(&[
        ("/orders", &[(0.1, 12.0), (1.0, 20.0), (INF, 22.0)]),
        // Restarted: it has counted 7 since.
        ("/stock", &[(0.1, 4.0), (1.0, 7.0), (INF, 7.0)]),
        // Was not there.
        ("/new", &[(0.1, 1.0), (1.0, 1.0), (INF, 3.0)]),
    ]);
    // 2 + 4 + 1 up to 0.1; 3 + 3 + 0 up to 1; 1 + 0 + 2 above.
    let expected = cumulative(&[(0.1, 7.0), (1.0, 13.0), (INF, 16.0)]);
    assert_eq!(after.since(&before), expected);
}

#[test]
fn a_restart_shows_in_any_bucket() {
    let before = counters(&[("/", &[(0.1, 90.0), (1.0, 100.0), (INF, 100.0)])]);
    // More requests than before altogether, but fewer fast ones.
    let after = counters(&[("/", &[(0.1, 30.0), (1.0, 120.0), (INF, 150.0)])]);
    let all = cumulative(&[(0.1, 30.0), (1.0, 120.0), (INF, 150.0)]);
    assert_eq!(after.since(&before), all);
}

#[test]
fn a_bucket_that_one_page_lacks_is_no_restart() {
    let whole = counters(&[("/", &[(0.1, 10.0), (0.5, 20.0), (1.0, 30.0), (INF, 30.0)])]);
    let lacking = counters(&[("/", &[(0.1, 12.0), (1.0, 35.0), (INF, 36.0)])]);
    let grown = cumulative(&[(0.1, 2.0), (1.0, 5.0), (INF, 6.0)]);
    assert_eq!(lacking.since(&whole), grown);
    let later = counters(&[("/", &[(0.1, 12.0), (0.5, 30.0), (1.0, 36.0), (INF, 40.0)])]);
    let grown = cumulative(&[(0.1, 0.0), (1.0, 1.0), (INF, 4.0)]);
    assert_eq!(later.since(&lacking), grown);
}

#[test]
fn other_bounds_altogether_are_another_program() {
    let before = counters(&[("/", &[(0.1, 10.0), (INF, 10.0)])]);
    let after = counters(&[("/", &[(0.2, 15.0), (INF, 16.0)])]);
    assert_eq!(
        after.since(&before),
        cumulative(&[(0.2, 15.0), (INF, 16.0)])
    );
}

#[test]
fn a_series_that_was_gone_does_not_count_from_nothing() {
    let whole = counters(&[
        ("/a", &[(1.0, 10.0), (INF, 10.0)]),
        ("/b", &[(2.0, 50.0), (INF, 50.0)]),
    ]);
    let cut = counters(&[("/a", &[(1.0, 11.0), (INF, 11.0)])]).remembering(&whole);
    let back = counters(&[
        ("/a", &[(1.0, 11.0), (INF, 11.0)]),
        ("/b", &[(2.0, 51.0), (INF, 52.0)]),
    ]);
    assert!(about(back.since(&cut).total(), 2.0));
}

#[test]
fn an_empty_page_counts_from_zero() {
    let before = counters(&[("/", &[(1.0, 10.0), (INF, 10.0)])]);
    let restarted = Counters::default().remembering(&before);
    assert!(restarted.is_empty());
    let after = counters(&[("/", &[(1.0, 12.0), (INF, 12.0)])]);
    assert!(about(after.since(&restarted).total(), 12.0));
}

#[test]
fn remembering_is_bounded_and_does_not_grow_from_look_to_look() {
    let buckets: &Buckets = &[(0.1, 1.0), (INF, 2.0)];
    let many = |prefix: &str| {
        let series: Vec<String> = (0..9_000).map(|n| format!("/{prefix}/{n}")).collect();
        let series: Vec<_> = series.iter().map(|name| (name.as_str(), buckets)).collect();
        counters(&series)
    };
    let mut stored = Counters::default();
    let mut sizes = Vec::new();
    for prefix in ["a", "b", "c", "d", "a", "b"] {
        stored = many(prefix).remembering(&stored);
        sizes.push(serde_json::to_string(&stored).unwrap().len());
    }
    assert!(sizes[1] > sizes[0]);
    assert!(
        sizes[2..].iter().all(|size| *size < sizes[0] * 5 / 2),
        "{sizes:?}"
    );
}

#[test]
fn ten_thousand_series_are_stored_in_half_a_megabyte() {
    let bounds = [0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0, INF];
    let series: Vec<String> = (0..10_000).map(|n| format!("/shops/{n}/orders")).collect();
    let rows = series.iter().enumerate().flat_map(|(n, name)| {
        let requests = f64::from(u32::try_from(n).unwrap() * 7 + 100);
        bounds.map(|bound| (id(name), bound, if bound < 0.5 { 0.0 } else { requests }))
    });
    let stored = serde_json::to_string(&Counters::gather(rows).unwrap()).unwrap();
    assert!(
        (300_000..500_000).contains(&stored.len()),
        "{}",
        stored.len()
    );
}

#[test]
fn series_that_say_nothing_of_durations_are_left_out() {
    let mixed = Counters::gather([
        (id("/a"), INF, 40.0),
        (id("/b"), 1.0, 3.0),
        (id("/b"), INF, 4.0),
    ]);
    let counted = mixed.unwrap().since(&Counters::default());
    assert!(about(counted.total(), 4.0));
    let only = Counters::gather([(id("/a"), INF, 40.0)]);
    assert_eq!(only, Err(BadHistogram::OnlyInfinity));
}

#[test]
fn the_order_of_labels_makes_no_other_series() {
    let one = SeriesId::of(&[("method", "GET"), ("endpoint", "/a")]);
    assert_eq!(one, SeriesId::of(&[("endpoint", "/a"), ("method", "GET")]));
    for other in [
        [("method", "GET"), ("endpoint", "/b")],
        [("method", "/a"), ("endpoint", "GET")],
        [("metho", "dGET"), ("endpoint", "/a")],
    ] {
        assert_ne!(one, SeriesId::of(&other));
    }
}

#[test]
fn stored_counters_that_do_not_go_together_are_refused() {
    for broken in [
        r#"{"bounds": [], "series": {"a": [0, 1, 2]}}"#,
        r#"{"bounds": [[0.1]], "series": {"a": [0, 1]}}"#,
        r#"{"bounds": [[0.1]], "series": {"a": []}}"#,
        r#"{"bounds": [[0.1]], "series": {"a": [0, -1, 2]}}"#,
        "",
    ] {
        assert!(
            serde_json::from_str::<Counters>(broken).is_err(),
            "{broken}"
        );
    }
}

#[test]
fn a_histogram_of_countless_bounds_is_refused() {
    let bounds = |many: u32| (1..=many).map(|n| (id(&n.to_string()), f64::from(n), 1.0));
    let with_all = |many| bounds(many).chain((1..=many).map(|n| (id(&n.to_string()), INF, 1.0)));
    assert!(Counters::gather(with_all(500)).is_ok());
    let refused = Counters::gather(with_all(501));
    assert_eq!(refused, Err(BadHistogram::TooManyBounds(501)));
}
