use sovani_domain::signals::{ExpectedDays, expected_on, marketplace_sales, public_holidays};

use super::day;

fn event(name: &str, from: &str, to: &str, marketplaces: &[&str]) -> ExpectedDays {
    ExpectedDays {
        name: name.to_owned(),
        from: day(from),
        to: day(to),
        marketplaces: marketplaces.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[test]
fn an_event_covers_its_days_at_its_marketplaces_in_any_spelling() {
    let calendar = [
        event("Own sale", "2026-09-10", "2026-09-12", &["wb"]),
        event("Strike", "2026-09-12", "2026-09-13", &[]),
    ];
    // The Cyrillic В of the fourth looks like the Latin B.
    let cases = [
        ("2026-09-09", "WB", None),
        ("2026-09-10", "WB", Some("Own sale")),
        ("2026-09-12", " Wb ", Some("Own sale")),
        ("2026-09-11", "WВ", Some("Own sale")),
        ("2026-09-11", "OZON", None),
        ("2026-09-12", "OZON", Some("Strike")),
        ("2026-09-13", "WB", Some("Strike")),
        ("2026-09-14", "WB", None),
    ];
    for (at, marketplace, expected) in cases {
        let found = expected_on(&calendar, day(at), marketplace).map(|event| event.name.as_str());
        assert_eq!(found, expected, "{at} at {marketplace}");
    }
}

#[test]
fn an_event_reads_as_it_is_written_and_without_marketplaces_is_for_all() {
    let written = r#"{"name":"Promo","from":"2026-05-01","to":"2026-05-03"}"#;
    let read: ExpectedDays = serde_json::from_str(written).unwrap();
    assert_eq!(read, event("Promo", "2026-05-01", "2026-05-03", &[]));
    let again = serde_json::from_str(&serde_json::to_string(&read).unwrap());
    assert_eq!(read, again.unwrap());
}

#[test]
fn each_year_has_its_holidays_and_sales() {
    // The fourth Thursdays of November: the 28th, 27th, 26th and 25th.
    for (year, friday) in [
        (2024, "2024-11-29"),
        (2025, "2025-11-28"),
        (2026, "2026-11-27"),
        (2027, "2027-11-26"),
    ] {
        let sales = marketplace_sales(year);
        let black_friday = sales
            .iter()
            .find(|sale| sale.name == "black-friday")
            .unwrap();
        assert_eq!(black_friday.from, day(friday));
        let days: i64 = sales
            .iter()
            .chain(&public_holidays(year))
            .map(|event| (event.to - event.from).num_days() + 1)
            .sum();
        // 8 + 6 of holidays, 3 + 3 + 4 + 12 of sales.
        assert_eq!(days, 36, "{year}");
    }
    let holidays = public_holidays(2026);
    for (at, name) in [
        ("2026-01-08", Some("new-year-holidays")),
        ("2026-01-09", None),
        ("2026-05-09", Some("victory-day")),
    ] {
        assert_eq!(
            expected_on(&holidays, day(at), "WB").map(|event| event.name.as_str()),
            name
        );
    }
}
