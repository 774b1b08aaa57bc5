//! The ingestion: of all marketplaces, and of each.

use chrono::{Days, Duration, NaiveDate};
use serde_json::json;
use sovani_ops::{
    demo::{Marketplace, Platform},
    detectors::ingest::{self, Ingested, Sample},
    domain::{Check, Status, Timestamp, Verdict},
};

use super::{
    day, extra,
    on_a_platform::{TODAY, check},
};
use crate::support::{checks::said, database::TestDatabase, program::moment};

pub const NAME: &str = "check_ingest_success_rate";

pub fn sample(last: Option<&str>, records: i64) -> Sample<'static> {
    Sample {
        ingested: Ingested {
            last_day: last.map(day),
            records,
        },
        days: &[],
        left_out: 0,
        runs: &[],
    }
}

#[test]
fn ingestion_fails_when_the_due_day_and_all_later_ones_are_empty() {
    let due = day("2025-10-01");
    let cases = [
        (
            Some("2025-10-01"),
            40,
            Status::Pass,
            "40 sales records since 2025-10-01, the newest of 2025-10-01",
        ),
        (
            Some("2025-10-02"),
            1,
            Status::Pass,
            "1 sales records since 2025-10-01, the newest of 2025-10-02",
        ),
        (
            Some("2025-09-30"),
            0,
            Status::Fail,
            "No sales data ingested since 2025-09-30",
        ),
        (
            Some("2025-06-01"),
            0,
            Status::Fail,
            "No sales data ingested since 2025-06-01",
        ),
        (
            None,
            0,
            Status::Fail,
            "No sales data ingested since the database was made: daily_sales is empty",
        ),
    ];
    for (last, records, status, message) in cases {
        let sample = sample(last, records);
        let verdict = ingest::judge(&sample, due, 99.0);
        assert_eq!(
            (verdict.status, said(&verdict.finding).as_str()),
            (status, message)
        );
        assert_eq!(extra(&verdict, "last_date"), json!(last));
        assert_eq!(extra(&verdict, "records"), records);
        if status == Status::Fail {
            assert_eq!(verdict.key, "no_sales");
        }
    }
}

/// The days of a marketplace: this many in a row up to `until`.
fn sold(marketplace: &str, until: NaiveDate, days: u64) -> Vec<(String, NaiveDate)> {
    (0..days)
        .rev()
        .map(|age| (marketplace.to_owned(), until - Days::new(age)))
        .collect()
}

#[test]
fn a_marketplace_that_sold_every_day_is_missed_by_name() {
    let due = day("2025-10-01");
    // Ozon's last day before the due one, for how many days in a row it sold, and whether it is missed.
    let cases = [
        (0, 7, false),
        (1, 7, true),
        (1, 6, false),
        (2, 30, true),
        (30, 7, true),
        (31, 7, false),
    ];
    for (age, days, is_missed) in cases {
        let mut all = sold("OZON", due - Days::new(age), days);
        all.extend(sold("WB", due, 7));
        let sample = Sample {
            days: &all,
            ..sample(Some("2025-10-01"), 20)
        };
        let verdict = ingest::judge(&sample, due, 99.0);
        let last = due - Days::new(age);
        let message = format!("No OZON sales data ingested since {last}");
        assert_eq!(
            said(&verdict.finding) == message,
            is_missed,
            "{age}: {verdict:?}"
        );
        assert_eq!(
            verdict.key == "missing:OZON",
            is_missed,
            "{age}: {verdict:?}"
        );
        assert_eq!(
            verdict.status == Status::Fail,
            is_missed,
            "{age}: {verdict:?}"
        );
    }
}

#[test]
fn a_marketplace_with_a_gap_among_its_last_days_is_not_missed() {
    let due = day("2025-10-01");
    let mut days = sold("OZON", day("2025-09-30"), 10);
    days.retain(|(_, sold)| *sold != day("2025-09-26"));
    let sample = Sample {
        days: &days,
        ..sample(Some("2025-10-01"), 20)
    };

    assert_eq!(ingest::judge(&sample, due, 99.0).status, Status::Pass);
}

#[test]
fn two_missing_marketplaces_are_two_faults_and_none_of_them_is_told_when_nothing_arrives_at_all() {
    let due = day("2025-10-01");
    let mut days = sold("OZON", day("2025-09-30"), 7);
    days.extend(sold("WB", day("2025-09-29"), 7));
    let partly = Sample {
        days: &days,
        ..sample(Some("2025-10-01"), 3)
    };
    let keys = |verdict: &Verdict| -> Vec<String> {
        verdict
            .faults
            .iter()
            .map(|fault| fault.key.clone())
            .collect()
    };

    assert_eq!(
        keys(&ingest::judge(&partly, due, 99.0)),
        ["missing:OZON", "missing:WB"]
    );

    let outage = Sample {
        days: &days,
        ..sample(Some("2025-09-30"), 0)
    };
    let verdict = ingest::judge(&outage, due, 99.0);
    assert_eq!(verdict.key, "no_sales");
    assert!(verdict.faults.is_empty());
    assert_eq!(verdict.also_standing, ["missing:OZON", "missing:WB"]);
}

pub fn faults(check: &Check) -> Vec<&str> {
    check
        .faults()
        .iter()
        .map(|fault| fault.message.as_str())
        .collect()
}

#[each_database]
async fn a_silent_marketplace_is_missed_while_the_other_sells(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let sold_by = |marketplace: Marketplace| {
        format!("sku_id IN (SELECT id FROM sku WHERE marketplace = '{marketplace}')")
    };
    database
        .execute(format!(
            "DELETE FROM daily_sales WHERE d > '2025-09-29' AND {}",
            sold_by(Marketplace::Ozon)
        ))
        .await;

    let found = check(&database, NAME).await;
    assert_eq!(
        faults(&found),
        ["No OZON sales data ingested since 2025-09-29"]
    );
    assert_eq!(found.extras["marketplace"], "OZON");

    database
        .execute(format!(
            "DELETE FROM daily_sales WHERE d > '2025-09-29' AND {}",
            sold_by(Marketplace::Wb)
        ))
        .await;
    assert_eq!(
        faults(&check(&database, NAME).await),
        ["No sales data ingested since 2025-09-29"]
    );
}

#[test]
fn a_day_begins_at_its_midnight_and_where_there_is_none_after_the_gap() {
    let calendar = |zone: &str| sovani_ops::domain::Calendar {
        zone: zone.parse().unwrap(),
        ingest_due: chrono::NaiveTime::MIN,
    };
    let cases: [(&str, &str, &str); 5] = [
        ("Europe/Moscow", "2025-10-02", "2025-10-01 21:00:00"),
        ("Europe/Berlin", "2025-03-30", "2025-03-29 23:00:00"),
        // Midnight is skipped.
        ("Asia/Beirut", "2025-03-30", "2025-03-29 22:00:00"),
        // Midnight comes twice.
        ("America/Havana", "2025-11-02", "2025-11-02 04:00:00"),
        // The whole day is skipped.
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00:00"),
    ];
    for (zone, of, begins) in cases {
        let start: Timestamp = calendar(zone).start_of(day(of));
        assert_eq!(start, moment(begins), "{zone} {of}");
        assert!(
            calendar(zone).today(start - Duration::seconds(1)) < day(of),
            "{zone}"
        );
    }
}
