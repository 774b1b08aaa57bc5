use proptest::{collection::btree_map, prelude::*};
use sovani_domain::{Counters, Histogram, SeriesId};

const INF: f64 = f64::INFINITY;

/// Some of the platform's bounds with the counts of their own buckets, and those above.
fn counts() -> impl Strategy<Value = (Vec<(f64, u32)>, u32)> {
    let bounds = prop::sample::subsequence(vec![0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0], 1..=8);
    (bounds, prop::collection::vec(0_u32..500, 8), 0_u32..100)
        .prop_map(|(bounds, counts, above)| (bounds.into_iter().zip(counts).collect(), above))
}

fn cumulated(counts: &[(f64, u32)], above: u32) -> Vec<(f64, f64)> {
    let mut below = 0;
    let mut buckets: Vec<(f64, f64)> = counts
        .iter()
        .map(|(bound, count)| {
            below += count;
            (*bound, f64::from(below))
        })
        .collect();
    buckets.push((INF, f64::from(below + above)));
    buckets
}

fn histogram() -> impl Strategy<Value = Histogram> {
    counts()
        .prop_map(|(counts, above)| Histogram::from_cumulative(cumulated(&counts, above)).unwrap())
}

fn series(number: u8) -> SeriesId {
    SeriesId::of(&[("endpoint", &*number.to_string())])
}

/// The counters of a few series with the platform's bounds.
type Page = std::collections::BTreeMap<u8, Vec<u32>>;

fn page() -> impl Strategy<Value = Page> {
    btree_map(0_u8..4, prop::collection::vec(0_u32..50, 4), 0..4)
}

fn counters(page: &Page) -> Counters {
    let bounds = [0.1, 1.0, 10.0];
    let rows = page.iter().flat_map(|(number, counts)| {
        let finite: Vec<(f64, u32)> = bounds.into_iter().zip(counts.iter().copied()).collect();
        cumulated(&finite, counts[3])
            .into_iter()
            .map(|(bound, count)| (series(*number), bound, count))
    });
    Counters::gather(rows).unwrap()
}

fn total(page: &Page) -> f64 {
    f64::from(page.values().flatten().sum::<u32>())
}

proptest! {
    #[test]
    fn a_higher_rank_never_has_a_lower_quantile(histogram in histogram(), one in 0.0..=1.0, other in 0.0..=1.0) {
        let (low, high) = if one < other { (one, other) } else { (other, one) };
        if let (Some(low), Some(high)) = (histogram.quantile(low), histogram.quantile(high)) {
            prop_assert!(low.seconds <= high.seconds + 1e-9, "{low:?} {high:?}");
            prop_assert!(!low.at_least || high.at_least);
        }
    }

    #[test]
    fn as_many_are_within_the_quantile_as_its_rank_says(histogram in histogram(), rank in 0.01..0.99) {
        if let Some(quantile) = histogram.quantile(rank).filter(|quantile| !quantile.at_least) {
            let counted = histogram.within(quantile.seconds);
            prop_assert!((counted.good - rank * counted.total).abs() < 1e-6, "{counted:?}");
        }
    }

    #[test]
    fn the_target_is_kept_when_95_percent_are_within_it(histogram in histogram(), target in 0.001..9.0) {
        if let Some(p95) = histogram.quantile(0.95) {
            let counted = histogram.within(target);
            let share = counted.good / counted.total;
            if p95.at_least {
                prop_assert!(share < 0.95 + 1e-9, "{share}");
            } else {
                prop_assert!((share - 0.95).abs() < 1e-9 || (p95.seconds <= target) == (share > 0.95));
            }
        }
    }

    #[test]
    fn merging_loses_nothing_and_knows_no_order(one in histogram(), other in histogram()) {
        let mut merged = one.clone();
        merged.merge(&other);
        let mut reversed = other.clone();
        reversed.merge(&one);
        prop_assert_eq!(&merged, &reversed);
        prop_assert!((merged.total() - one.total() - other.total()).abs() < 1e-9);
        for seconds in [0.01, 0.3, 1.0, 7.0] {
            let apart = one.within(seconds).good + other.within(seconds).good;
            prop_assert!(merged.within(seconds).good <= apart + 1e-9);
        }
    }

    #[test]
    fn a_histogram_survives_being_stored(histogram in histogram()) {
        let text = serde_json::to_string(&histogram).unwrap();
        prop_assert_eq!(serde_json::from_str::<Histogram>(&text).unwrap(), histogram);
    }

    /// However a page grows and whatever it lacks at times, each request is counted once.
    #[test]
    fn looks_at_growing_counters_add_up(grown in prop::collection::vec((page(), 0_u8..4), 1..8)) {
        let mut truth = Page::new();
        let mut baseline = Counters::default();
        let mut counted = 0.0;
        for (more, hidden) in grown {
            for (number, counts) in more {
                let row = truth.entry(number).or_insert_with(|| vec![0; 4]);
                for (count, more) in row.iter_mut().zip(counts) {
                    *count += more;
                }
            }
            let mut seen = truth.clone();
            // An empty page is that of a program that has just started.
            if seen.len() > 1 {
                seen.remove(&hidden);
            }
            let now = counters(&seen);
            counted += now.since(&baseline).total();
            baseline = now.remembering(&baseline);
            let text = serde_json::to_string(&baseline).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Counters>(&text).unwrap(), &baseline);
        }
        let last = counters(&truth);
        counted += last.since(&baseline).total();
        prop_assert!((counted - total(&truth)).abs() < 1e-6, "{counted} of {}", total(&truth));
    }

    /// Never more than the page has, and after a reset never less than what came since.
    #[test]
    fn after_a_reset_counting_starts_from_zero(before in page(), after in page()) {
        let counted = counters(&after).since(&counters(&before));
        prop_assert!(counted.total() <= total(&after) + 1e-9);
        let shrunk = |number: &u8| before.get(number).is_some_and(|row| row.iter().sum::<u32>() > after[number].iter().sum());
        let anew: u32 = after.iter().filter(|(number, _)| !before.contains_key(number) || shrunk(number))
            .map(|(_, row)| row.iter().sum::<u32>()).sum();
        prop_assert!(counted.total() >= f64::from(anew) - 1e-9);
    }
}
