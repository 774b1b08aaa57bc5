use serde_json::{Value, json};
use sovani_ops::{
    facts::CashBalance,
    detectors::cash_balance,
    domain::{Money, Status, Verdict},
};

use super::{day, extra};
use crate::support::checks::said;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn cash(balances: &[(&str, &str, &str)], threshold: &str) -> Verdict {
    let balances: Vec<_> = balances
        .iter()
        .map(|(marketplace, balance, on)| CashBalance {
            marketplace: (*marketplace).to_owned(),
            day: day(on),
            balance: money(balance),
        })
        .collect();
    cash_balance::judge(&balances.into(), money(threshold))
}

/// The balances of WB and OZON, the threshold, the marketplace that is reported first, and the others below the
/// threshold.
type CashCase = (
    &'static [(&'static str, &'static str, &'static str)],
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
);

#[test]
fn cash_fails_below_the_threshold_and_names_who_is_lowest() {
    const D: &str = "2025-10-01";
    let cases: &[CashCase] = &[
        (
            &[("WB", "5.00", D), ("OZON", "5.00", D)],
            "-10000",
            None,
            &[],
        ),
        (&[("WB", "-10000.00", D)], "-10000", None, &[]),
        (&[("WB", "-10000.01", D)], "-10000", Some("WB"), &["total"]),
        (
            &[("WB", "250000", D), ("OZON", "-15000", D)],
            "-10000",
            Some("OZON"),
            &[],
        ),
        (
            &[("WB", "-6000", D), ("OZON", "-6000", D)],
            "-10000",
            Some("total"),
            &[],
        ),
        (
            &[("WB", "-20000", D), ("OZON", "-11000", D)],
            "-10000",
            Some("total"),
            &["WB", "OZON"],
        ),
        (
            &[("WB", "-20000", D), ("OZON", "15000", D)],
            "-10000",
            Some("WB"),
            &[],
        ),
        (
            &[("WB", "99.99", D), ("OZON", "0.01", D)],
            "100",
            Some("OZON"),
            &["WB"],
        ),
        (&[("WB", "100", D), ("OZON", "0", D)], "0", None, &[]),
    ];
    for (balances, threshold, lowest, others) in cases {
        let verdict = cash(balances, threshold);
        let failed = (verdict.status == Status::Fail).then_some(verdict.key.as_str());
        assert_eq!(failed, *lowest, "{balances:?}");
        assert_eq!(verdict.also_standing, *others, "{balances:?}");
    }
}

#[test]
fn a_low_cash_balance_reads_as_clients_parse_it() {
    let verdict = cash(
        &[
            ("OZON", "-15000", "2025-09-30"),
            ("WB", "250000.5", "2025-10-01"),
        ],
        "-10000",
    );

    assert_eq!(
        said(&verdict.finding),
        "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)"
    );
    assert_eq!(
        Value::Object(verdict.extras),
        json!({
            "balance": -15000.0, "threshold": -10000.0, "date": "2025-09-30", "marketplace": "OZON",
            "balances": {"OZON": -15000.0, "WB": 250_000.5}, "total": 235_000.5,
        })
    );
}

#[test]
fn the_total_is_of_the_newest_day_of_all() {
    let verdict = cash(
        &[
            ("OZON", "-6000", "2025-09-30"),
            ("WB", "-6000", "2025-10-01"),
        ],
        "-10000",
    );

    let told = said(&verdict.finding);
    assert!(told.ends_with("(total)"), "{told}");
    assert_eq!(extra(&verdict, "date"), "2025-10-01");
    assert_eq!(extra(&verdict, "balance"), -12_000.0);
}

#[test]
fn no_cashflow_at_all_is_not_measured() {
    let verdict = cash(&[], "-10000");

    assert_eq!(verdict.status, Status::NotMeasured);
    assert!(
        said(&verdict.finding).contains("cashflow_daily is empty"),
        "{}",
        said(&verdict.finding)
    );
}

#[test]
fn the_keys_of_the_same_shortage_on_two_days_are_the_same() {
    for (wb, ozon) in [("1", "-15000"), ("-6000", "-6000"), ("-20000", "-20000")] {
        let keys = |on| {
            let verdict = cash(&[("WB", wb, on), ("OZON", ozon, on)], "-10000");
            (verdict.key, verdict.also_standing)
        };
        assert_eq!(keys("2025-10-01"), keys("2025-10-02"));
    }
}
