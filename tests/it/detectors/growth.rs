//! How fast the database grows, and when it will be too large.

use chrono::Duration;
use proptest::prelude::*;
use serde_json::json;
use sovani_ops::{
    detectors::db_growth,
    domain::{Timestamp, days_until, growth_per_day},
};

use super::{
    extra,
    on_a_platform::{check, check_with},
};
use crate::support::{checks::said, database::TestDatabase, program::moment};

const MB: i64 = 1024 * 1024;
const NAME: &str = "check_db_growth";

/// So many hours after the beginning, this size.
type Sample = (i64, i64);

fn history(samples: &[Sample]) -> Vec<(Timestamp, i64)> {
    let begin = moment("2025-09-25 00:00:00");
    let sample = |(hours, size): &Sample| (begin + Duration::hours(*hours), *size);
    samples.iter().map(sample).collect()
}

#[test]
fn the_trend_is_the_median_of_what_a_day_brought() {
    let cases: [(&[Sample], Option<f64>); 8] = [
        (&[], None),
        (&[(0, 100)], None),
        (&[(0, 100), (5, 200)], None),
        (&[(0, 100), (6, 125)], Some(100.0)),
        (&[(0, 100), (24, 100)], Some(0.0)),
        (&[(0, 100), (24, 90)], Some(-10.0)),
        (&[(0, 0), (24, 10), (48, 30)], Some(15.0)),
        // A vacuum on the fourth of five days.
        (
            &[
                (0, 100),
                (24, 110),
                (48, 120),
                (72, 130),
                (96, 40),
                (120, 50),
            ],
            Some(10.0),
        ),
    ];
    for (samples, expected) in cases {
        assert_eq!(growth_per_day(&history(samples)), expected, "{samples:?}");
    }
}

#[test]
fn samples_of_one_hour_count_once() {
    let begin = moment("2025-09-25 00:00:00");
    let mut samples: Vec<_> = (0..59)
        .map(|minute| (begin + Duration::minutes(minute), minute))
        .collect();
    samples.push((begin + Duration::hours(24), 240));

    assert_eq!(growth_per_day(&samples), Some(240.0));
}

#[test]
fn the_days_until_the_limit_are_predicted() {
    let cases = [
        (0.0, 100.0, 10.0, Some(10.0)),
        (99.0, 100.0, 0.5, Some(2.0)),
        (100.0, 100.0, 10.0, None),
        (150.0, 100.0, 10.0, None),
        (50.0, 100.0, 0.0, None),
        (50.0, 100.0, -3.0, None),
    ];
    for (size, limit, per_day, days) in cases {
        assert_eq!(
            days_until(size, limit, per_day),
            days,
            "{size} {limit} {per_day}"
        );
    }
}

#[test]
fn the_message_tells_the_growth_and_the_days_that_are_left() {
    let week: Vec<Sample> = (0..=168).map(|hour| (hour, (100 + hour) * MB)).collect();
    // Size, threshold; message.
    let cases = [
        (
            268 * MB,
            1024,
            "Database size 268.0 MB, threshold 1GB, growing 24.0 MB a day, 31 days until the threshold",
        ),
        (
            268 * MB,
            100,
            "Database size 268.0 MB exceeds 100MB threshold, growing 24.0 MB a day",
        ),
        (
            268 * MB,
            1_000_000,
            "Database size 268.0 MB, threshold 1000000MB, growing 24.0 MB a day",
        ),
    ];
    for (bytes, threshold, message) in cases {
        let verdict = db_growth::judge(bytes, &history(&week), threshold);
        assert_eq!(said(&verdict.finding), message);
        assert_eq!(extra(&verdict, "daily_growth_mb"), 24.0);
    }
    let unknown = db_growth::judge(268 * MB, &[], 1024);
    assert_eq!(extra(&unknown, "left_days"), json!(null));
}

proptest! {
    #[test]
    fn what_grows_evenly_has_its_own_rate(per_hour in -1_000_i64..1_000, hours in 6_i64..200, start in 0_i64..1_000_000) {
        let samples: Vec<_> = (0..=hours).map(|hour| (hour, start + hour * per_hour)).collect();
        let rate = growth_per_day(&history(&samples)).unwrap();
        #[allow(clippy::cast_precision_loss)]
        let expected = (per_hour * 24) as f64;
        prop_assert!((rate - expected).abs() < 1e-6, "{rate}");
    }
}

#[each_database]
async fn each_check_writes_the_size_down_and_a_week_of_them_is_the_trend(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    check(&database, NAME).await;
    let now = moment("2025-10-02 09:00:00");
    let [(at, size)] = database.db().sizes_since(now).await.unwrap()[..] else {
        panic!("one size")
    };
    assert_eq!(at, now);
    for day in 1..=8 {
        let grown = size - day * 2 * MB - if day == 8 { 900 * MB } else { 0 };
        database
            .db()
            .record_size(now - Duration::days(day), grown)
            .await
            .unwrap();
    }

    let found = check_with(
        &database,
        NAME,
        "2025-10-02 09:00:00",
        [("DB_SIZE_THRESHOLD_MB", "500")],
    )
    .await;

    assert!(
        found.message.contains(", growing 2.0 MB a day, "),
        "{found:?}"
    );
    assert_eq!(found.extras["daily_growth_mb"], 2.0);
    let left = found.extras["left_days"].as_i64().unwrap();
    assert!((200..=250).contains(&left), "{left}");
}
