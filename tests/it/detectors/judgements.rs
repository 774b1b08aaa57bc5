use sovani_ops::{
    detectors::{commission_outliers, db_growth},
    domain::Status,
};

use super::extra;
use crate::support::checks::said;

const GB: i64 = 1024 * MB;
const MB: i64 = 1024 * 1024;

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
        let verdict =
            commission_outliers::judge(&commission_outliers::Sample { rows, outliers }, tolerated);
        assert_eq!(
            verdict.status, status,
            "{outliers} of {rows}, {tolerated} tolerated"
        );
    }
    let verdict = commission_outliers::judge(
        &commission_outliers::Sample {
            rows: 300,
            outliers: 12,
        },
        5,
    );
    assert_eq!(
        said(&verdict.finding),
        "12 commission outliers detected in last 7 days"
    );
    assert_eq!(extra(&verdict, "outliers_count"), 12);
    assert_eq!(extra(&verdict, "period_days"), 7);
    let fewer = commission_outliers::judge(
        &commission_outliers::Sample {
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
        let verdict = db_growth::judge(bytes, &[], threshold);
        assert_eq!(
            (verdict.status, said(&verdict.finding).as_str()),
            (status, message)
        );
        assert_eq!(extra(&verdict, "threshold_mb"), threshold);
    }
    assert_eq!(
        extra(&db_growth::judge(5200 * MB + MB / 4, &[], 5120), "size_mb"),
        5200.3
    );
}
