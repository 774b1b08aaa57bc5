//! Steps of commission rates.

use chrono::{Days, NaiveDate};
use sovani_domain::signals::{Extent, RateStep, Rates, Sold, judge_rates};

use super::day;

const LAST_DUE: &str = "2026-06-30";

/// Articles with a share of the revenue, and the rates of each before the last two days and on them.
type Articles = [(&'static str, f64, f64, f64)];

/// 30 days of sales in which the rates change for the last two.
fn sold(articles: &Articles, sales: u32) -> Vec<Sold> {
    let days = (0..30).map(|age| (age, day(LAST_DUE) - Days::new(age)));
    days.flat_map(|(age, day)| {
        articles.iter().map(move |(article, share, before, now)| {
            let revenue = 10_000.0 * share;
            let rate = if age < 2 { now } else { before };
            sale(day, article, sales, revenue, *rate)
        })
    })
    .collect()
}

fn sale(day: NaiveDate, article: &str, sales: u32, revenue: f64, rate: f64) -> Sold {
    Sold {
        day,
        article: article.to_owned(),
        sales,
        revenue,
        commission: revenue * rate / 100.0,
    }
}

fn judge(sold: &[Sold], rule: Option<f64>) -> Rates {
    judge_rates(sold, day(LAST_DUE), |_| rule)
}

fn moved(rates: Rates) -> RateStep {
    match rates {
        Rates::Moved(step) => step,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tariff_that_changes_is_told_with_both_rates() {
    let step = moved(judge(
        &sold(&[("A", 0.6, 12.5, 15.0), ("B", 0.4, 12.5, 15.0)], 30),
        Some(12.5),
    ));
    assert_eq!(step.since, day("2026-06-29"));
    assert!(
        (step.rate - 15.0).abs() < 1e-9 && (step.before.unwrap() - 12.5).abs() < 1e-9,
        "{step:?}"
    );
    assert_eq!(
        (step.rule, step.from_before, step.from_rule),
        (Some(12.5), true, true)
    );
    assert_eq!(step.extent, Extent::Category);
}

#[test]
fn half_a_point_on_two_days_is_a_step() {
    // The rate before and on the last two days, the rule, and the references it differs from.
    let cases = [
        (12.5, 12.5, Some(12.5), None),
        (12.5, 13.0, None, Some((true, false))),
        (12.5, 12.0, None, Some((true, false))),
        (12.5, 12.99, None, None),
        (12.5, 12.5, Some(13.0), Some((false, true))),
        (12.5, 12.5, Some(12.9), None),
        (12.5, 15.0, Some(15.0), Some((true, false))),
        (12.5, 15.0, Some(12.5), Some((true, true))),
    ];
    for (before, now, rule, expected) in cases {
        let rates = judge(&sold(&[("A", 1.0, before, now)], 30), rule);
        let found = match &rates {
            Rates::Moved(step) => Some((step.from_before, step.from_rule)),
            Rates::AsExpected { rate } => {
                assert!((rate - now).abs() < 1e-9);
                None
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{before} to {now}, rule {rule:?}");
    }
}

#[test]
fn one_day_alone_is_no_tariff() {
    let mut sold = sold(&[("A", 1.0, 12.5, 15.0)], 30);
    sold[1].commission = sold[1].revenue * 0.125;
    assert!(matches!(judge(&sold, None), Rates::AsExpected { .. }));
    // Up on one day and down on the other.
    sold[1].commission = sold[1].revenue * 0.10;
    assert!(matches!(judge(&sold, None), Rates::AsExpected { .. }));
}

#[test]
fn days_with_few_sales_do_not_count() {
    let articles = [("A", 1.0, 12.5, 15.0)];
    assert_eq!(
        judge(&sold(&articles, 19), None),
        Rates::TooFewSales { days: 0 }
    );
    assert!(matches!(judge(&sold(&articles, 20), None), Rates::Moved(_)));
    assert_eq!(judge(&[], Some(12.5)), Rates::TooFewSales { days: 0 });

    // The newest day has few: the two before it are judged, of which one moved.
    let mut sold = sold(&articles, 30);
    sold[0].sales = 5;
    assert!(matches!(judge(&sold, None), Rates::AsExpected { .. }));
    // All but one of the last seven days.
    sold.iter_mut().take(6).for_each(|sold| sold.sales = 5);
    assert_eq!(judge(&sold, None), Rates::TooFewSales { days: 1 });
}

#[test]
fn without_a_rule_and_days_before_there_is_nothing_to_compare() {
    let sold: Vec<Sold> = sold(&[("A", 1.0, 12.5, 15.0)], 30)
        .into_iter()
        .take(6)
        .collect();
    assert_eq!(judge(&sold, None), Rates::NothingToCompare { days: 4 });
    let step = moved(judge(&sold, Some(12.5)));
    assert_eq!(
        (step.before, step.from_rule, step.extent),
        (None, true, Extent::Category)
    );
}

#[test]
fn a_few_articles_are_named_by_what_they_cost() {
    let articles = [
        ("A", 0.10, 12.5, 18.0),
        ("B", 0.15, 12.5, 18.0),
        ("C", 0.05, 12.5, 13.5),
        ("D", 0.05, 12.5, 25.0),
        ("E", 0.65, 12.5, 12.5),
    ];
    let step = moved(judge(&sold(&articles, 30), Some(12.5)));
    let Extent::Articles { named, moved, of } = step.extent else {
        panic!("{step:?}");
    };
    let names: Vec<&str> = named.iter().map(|rate| rate.article.as_str()).collect();
    assert_eq!((names, moved, of), (vec!["B", "D", "A"], 4, 5));
    assert!((named[0].before - 12.5).abs() < 1e-9 && (named[0].rate - 18.0).abs() < 1e-9);
}

#[test]
fn a_different_mix_of_articles_is_no_tariff_and_is_told_as_that() {
    let mut sold = sold(&[("Cheap", 0.5, 10.0, 10.0), ("Dear", 0.5, 20.0, 20.0)], 30);
    for sold in sold
        .iter_mut()
        .filter(|sold| sold.day >= day("2026-06-29") && sold.article == "Cheap")
    {
        sold.revenue /= 5.0;
        sold.commission /= 5.0;
    }
    let step = moved(judge(&sold, None));
    assert!(
        (step.before.unwrap() - 15.0).abs() < 1e-9 && step.rate > 18.0,
        "{step:?}"
    );
    assert_eq!(step.extent, Extent::Mix);
}

#[test]
fn the_new_rate_is_the_usual_one_after_two_weeks() {
    let articles = [("A", 1.0, 12.5, 12.5)];
    for (age, told) in [(3, true), (14, true), (18, false)] {
        let mut sold = sold(&articles, 30);
        sold.iter_mut()
            .take(age)
            .for_each(|sold| sold.commission = sold.revenue * 0.15);
        assert_eq!(
            matches!(judge(&sold, None), Rates::Moved(_)),
            told,
            "{age} days"
        );
    }
}
