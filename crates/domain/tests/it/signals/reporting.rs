//! Many series: the highest level that explains, and no alarm that chance makes among so many.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use sovani_domain::signals::{
    Direction, Draws, Effect, Judged, Limits, Member, Report, SeriesKey, judge, report,
};

use super::{day, generator};

const EFFECT: Effect = Effect {
    fall: 0.2,
    rise: 0.5,
    sum: 0.0,
};
const LIMITS: Limits = Limits {
    effect: EFFECT,
    event: 1.0,
};
const WEEKS: u64 = 12;

fn key(marketplace: &str, category: Option<&str>) -> SeriesKey {
    SeriesKey {
        marketplace: marketplace.to_owned(),
        category: category.map(str::to_owned),
    }
}

fn start() -> NaiveDate {
    day("2026-06-01")
}

fn last() -> NaiveDate {
    start() + Days::new(WEEKS * 7 - 1)
}

/// A shop with categories of so many events a day, by name, and what each sells on the last three days.
struct Shop {
    marketplace: &'static str,
    categories: Vec<(&'static str, f64, [f64; 3])>,
}

impl Shop {
    /// The judged days of the marketplace and of each category.
    fn judged(&self, seed: u64) -> Vec<(SeriesKey, Vec<Judged>)> {
        let mut draws = Draws::new(seed);
        let mut whole: BTreeMap<NaiveDate, f64> = BTreeMap::new();
        let mut judged = Vec::new();
        for (name, mean, factors) in &self.categories {
            let mut days = BTreeMap::new();
            for age in 0..WEEKS * 7 {
                let from_end = usize::try_from(WEEKS * 7 - 1 - age).unwrap();
                let factor = factors.iter().rev().nth(from_end).copied().unwrap_or(1.0);
                let events = generator::negative_binomial(&mut draws, mean * factor, 60.0);
                days.insert(start() + Days::new(age), events);
                *whole.entry(start() + Days::new(age)).or_default() += events;
            }
            judged.push((key(self.marketplace, Some(name)), judged_days(&days)));
        }
        judged.push((key(self.marketplace, None), judged_days(&whole)));
        judged
    }
}

fn judged_days(days: &BTreeMap<NaiveDate, f64>) -> Vec<Judged> {
    judge(days, |_| false, &LIMITS)
}

fn reports(series: &[(SeriesKey, Vec<Judged>)]) -> Vec<Report> {
    reports_of(series, last())
}

fn reports_of(series: &[(SeriesKey, Vec<Judged>)], day: NaiveDate) -> Vec<Report> {
    let members: Vec<Member<'_>> = series
        .iter()
        .map(|(key, days)| Member {
            key: key.clone(),
            days,
        })
        .collect();
    report(&members, day, &EFFECT)
}

const USUAL: [f64; 3] = [1.0, 1.0, 1.0];

#[test]
fn a_marketplace_that_falls_is_told_once_with_its_three_largest_parts() {
    let halved = [1.0, 1.0, 0.3];
    let shop = Shop {
        marketplace: "WB",
        categories: vec![
            ("Lamps", 300.0, halved),
            ("Rugs", 80.0, halved),
            ("Toys", 150.0, halved),
            ("Pens", 40.0, halved),
            ("Cups", 90.0, USUAL),
        ],
    };
    let reports = reports(&shop.judged(1));
    let [told] = &reports[..] else {
        panic!("{reports:#?}");
    };
    assert_eq!(told.key, key("WB", None));
    assert_eq!(
        (told.evidence.direction, told.together),
        (Direction::Down, None)
    );
    let parts: Vec<&str> = told
        .below
        .iter()
        .map(|part| part.category.as_str())
        .collect();
    assert_eq!(parts, ["Lamps", "Toys", "Rugs"]);
    assert!(
        (-240.0..-180.0).contains(&told.below[0].difference),
        "{:?}",
        told.below[0]
    );
    let usual = told.usual.unwrap();
    assert!(told.evidence.actual < usual.low && usual.low < usual.high);
}

#[test]
fn a_category_alone_is_told_as_a_category() {
    let shop = Shop {
        marketplace: "WB",
        categories: vec![
            ("Lamps", 900.0, USUAL),
            ("Rugs", 60.0, [1.0, 1.0, 0.0]),
            ("Toys", 500.0, USUAL),
        ],
    };
    let reports = reports(&shop.judged(2));
    let told: Vec<_> = reports
        .iter()
        .map(|report| (&report.key, report.evidence.direction))
        .collect();
    assert_eq!(told, [(&key("WB", Some("Rugs")), Direction::Down)]);
    assert!(reports[0].below.is_empty());
}

#[test]
fn an_import_that_ran_twice_for_a_category_is_told_beside_the_fall_of_its_marketplace() {
    let shop = Shop {
        marketplace: "WB",
        categories: vec![
            ("Lamps", 900.0, [1.0, 1.0, 0.4]),
            ("Rugs", 60.0, [1.0, 1.0, 2.5]),
            ("Toys", 500.0, [1.0, 1.0, 0.4]),
        ],
    };
    let reports = reports(&shop.judged(3));
    let told: Vec<_> = reports
        .iter()
        .map(|report| (&report.key, report.evidence.direction))
        .collect();
    assert_eq!(
        told,
        [
            (&key("WB", None), Direction::Down),
            (&key("WB", Some("Rugs")), Direction::Up)
        ]
    );
}

#[test]
fn several_categories_that_fall_a_little_are_told_together_though_a_large_one_hides_it() {
    let falling = [0.55, 0.55, 0.55];
    let mut categories = vec![("Large", 600.0, USUAL)];
    let small = ["A", "B", "C", "D", "E", "F", "G", "H"];
    categories.extend(small.map(|name| (name, 25.0, falling)));
    let shop = Shop {
        marketplace: "OZON",
        categories,
    };
    let found = (0..20_u64)
        .filter(|seed| {
            let reports = reports(&shop.judged(*seed));
            reports
                .iter()
                .any(|report| report.key.category.is_none() && report.together == Some(9))
        })
        .count();
    assert!(found >= 16, "found {found} of 20");
}

#[test]
fn quiet_shops_are_seldom_told_of_however_many_categories_they_have() {
    let names: Vec<&'static str> = (0..60).map(|at| &*format!("{at}").leak()).collect();
    let shop = Shop {
        marketplace: "WB",
        categories: names.iter().map(|name| (*name, 20.0, USUAL)).collect(),
    };
    let mut told = 0;
    for seed in 0..6 {
        let series = shop.judged(100 + seed);
        told += (60..WEEKS * 7)
            .map(|age| reports_of(&series, start() + Days::new(age)).len())
            .sum::<usize>();
    }
    // 60 series, six times 24 days: at two a series and year they would be 47.
    assert!(told <= 9, "{told} reports");
}

#[test]
fn a_day_without_figures_is_not_told() {
    let shop = Shop {
        marketplace: "WB",
        categories: vec![("Lamps", 300.0, [1.0, 1.0, 0.0])],
    };
    let series = shop.judged(4);
    assert_eq!(reports(&series).len(), 1);
    assert_eq!(reports_of(&series, last() + Days::new(1)), []);
    assert_eq!(reports_of(&series, start()), []);
    assert_eq!(report(&[], last(), &EFFECT), []);
}
