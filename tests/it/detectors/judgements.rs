use serde_json::json;
use sovani_ops::{
    db::{CommissionSample, Ingested},
    detectors::{commission_outliers, db_growth, ingest},
    domain::Status,
};

use super::{day, extra};

const GB: i64 = 1024 * MB;
const MB: i64 = 1024 * 1024;

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
        let sample = Ingested {
            last_day: last.map(day),
            records,
        };
        let verdict = ingest::judge(&sample, due);
        assert_eq!(
            (verdict.status, verdict.message.as_str()),
            (status, message)
        );
        assert_eq!(extra(&verdict, "last_date"), json!(last));
        assert_eq!(extra(&verdict, "records"), records);
        if status == Status::Fail {
            assert_eq!(verdict.key, "no_sales");
        }
    }
}

#[test]
fn commissions_fail_above_the_tolerated_number() {
    let cases = [
        (100, 0, 5, Status::Pass),
        (100, 5, 5, Status::Pass),
        (100, 6, 5, Status::Fail),
        (12, 12, 5, Status::Fail),
        (1, 1, 0, Status::Fail),
        (1, 0, 0, Status::Pass),
        (0, 0, 5, Status::NotMeasured),
        (0, 0, 0, Status::NotMeasured),
    ];
    for (rows, outliers, tolerated, status) in cases {
        let verdict = commission_outliers::judge(&CommissionSample { rows, outliers }, tolerated);
        assert_eq!(
            verdict.status, status,
            "{outliers} of {rows}, {tolerated} tolerated"
        );
    }
    let verdict = commission_outliers::judge(
        &CommissionSample {
            rows: 300,
            outliers: 12,
        },
        5,
    );
    assert_eq!(
        verdict.message,
        "12 commission outliers detected in last 7 days"
    );
    assert_eq!(extra(&verdict, "outliers_count"), 12);
    assert_eq!(extra(&verdict, "period_days"), 7);
    let fewer = commission_outliers::judge(
        &CommissionSample {
            rows: 300,
            outliers: 11,
        },
        5,
    );
    assert_eq!(fewer.key, verdict.key);
}

#[test]
fn the_database_fails_above_its_limit_which_is_told_as_it_was_set() {
    let cases = [
        (0, 5120, Status::Pass, "Database size 0.0 MB, threshold 5GB"),
        (
            5 * GB,
            5120,
            Status::Pass,
            "Database size 5120.0 MB, threshold 5GB",
        ),
        (
            5 * GB + 1,
            5120,
            Status::Fail,
            "Database size 5120.0 MB exceeds 5GB threshold",
        ),
        (
            5200 * MB,
            5120,
            Status::Fail,
            "Database size 5200.0 MB exceeds 5GB threshold",
        ),
        (
            5200 * MB,
            5000,
            Status::Fail,
            "Database size 5200.0 MB exceeds 5000MB threshold",
        ),
        (
            2 * MB,
            1,
            Status::Fail,
            "Database size 2.0 MB exceeds 1MB threshold",
        ),
        (
            2 * GB,
            1024,
            Status::Fail,
            "Database size 2048.0 MB exceeds 1GB threshold",
        ),
    ];
    for (bytes, threshold, status, message) in cases {
        let verdict = db_growth::judge(bytes, threshold);
        assert_eq!(
            (verdict.status, verdict.message.as_str()),
            (status, message)
        );
        assert_eq!(extra(&verdict, "threshold_mb"), threshold);
    }
    assert_eq!(
        extra(&db_growth::judge(5200 * MB + MB / 4, 5120), "size_mb"),
        5200.3
    );
}
