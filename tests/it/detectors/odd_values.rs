//! Values that the platform's tables may hold and nobody expects: each row is judged on its own.

use serde_json::json;
use sovani_ops::{
    detectors::unreadable::is_unreadable,
    domain::{Check, Fingerprint, RunError, Severity, Status},
};

use super::on_a_platform::{check, check_with};
use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    program::moment,
};

pub const CASH: &str = "check_cash_balance_threshold";
pub const INGEST: &str = "check_ingest_success_rate";

/// The fault about unreadable values.
fn unreadable(check: &Check) -> &Check {
    let mut faults = check.faults().iter();
    faults
        .find(|fault| is_unreadable(&fault.source, &fault.fingerprint))
        .unwrap_or_else(|| panic!("{check:?}"))
}

pub fn stands(check: &Check, key: &str) -> bool {
    let fault = Fingerprint::of(&check.source, key);
    check
        .standing
        .as_ref()
        .is_some_and(|all| all.contains(&fault))
}

pub async fn cashflow(database: &TestDatabase, columns: &str, rows: &[&str]) {
    database
        .execute(format!("CREATE TABLE cashflow_daily ({columns})"))
        .await;
    for row in rows {
        database
            .execute(format!("INSERT INTO cashflow_daily VALUES ({row})"))
            .await;
    }
}

async fn ingestion(database: &TestDatabase, columns_of_sales: &str) {
    database
        .execute(format!(
            "CREATE TABLE daily_sales ({columns_of_sales});
             CREATE TABLE sku (id INTEGER, marketplace TEXT);
             CREATE TABLE job_runs (job_name TEXT, started_at TEXT, finished_at TEXT, status TEXT, error_message TEXT);
             INSERT INTO sku VALUES (1, 'WB'), (2, ' wb'), (3, 'OZON')"
        ))
        .await;
}

/// So many days of sales of an article up to this day of September or October.
async fn sold(database: &TestDatabase, sku: u32, until: &str, days: i64, suffix: &str) {
    let until: chrono::NaiveDate = until.parse().unwrap();
    for age in 0..days {
        let day = until - chrono::Duration::days(age);
        database
            .execute(format!(
                "INSERT INTO daily_sales (d, sku_id) VALUES ('{day}{suffix}', '{sku}')"
            ))
            .await;
    }
}

#[each_database]
async fn a_value_that_cannot_be_read_hides_no_shortage(database: TestDatabase) {
    cashflow(
        &database,
        "d TEXT, marketplace TEXT, net TEXT",
        &[
            "'2025-10-01', 'WB', '100.50'",
            "'2025-10-01 00:00:00', 'WB ', '-50.25'",
            "'2025-09-30T00:00:00', 'wb', '-1e1'",
            "'2025-09-30', 'OZON', '-15000'",
            "'2025-10-02', 'OZON', 'NaN'",
            "'2025-10-02', 'OZON', NULL",
            "'2025-10-02', 'OZON', 'Infinity'",
            "'2025-10-02', 'OZON', '12,5'",
            "'2025-10-02', 'OZON', '1e15'",
            "'2025-10-02', 'MEGA', NULL",
            "'2025-02-31', 'WB', '1'",
            "'soon', 'WB', '1'",
            "'2025-10-01', '', '2'",
            "'2025-10-01', NULL, '3'",
        ],
    )
    .await;

    let check = check(&database, CASH).await;

    assert_eq!(
        (check.status, check.severity),
        (Status::Fail, Severity::Critical),
        "{check:?}"
    );
    assert_eq!(
        check.message,
        "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)"
    );
    assert_eq!(
        check.extras["balances"],
        json!({"?": 5.0, "OZON": -15_000.0, "WB": 42.25})
    );
    assert_eq!(check.extras["date"], "2025-10-02");
    assert!(
        stands(&check, "OZON") && stands(&check, "unreadable"),
        "{check:?}"
    );
    let told = unreadable(&check);
    assert_eq!(told.severity, Severity::Error);
    assert_eq!(told.extras["unreadable_count"], 10);
    for part in [
        "cashflow_daily.d = ",
        "cashflow_daily.marketplace = ",
        "cashflow_daily.net = \"NaN\" (d = \"2025-10-02\"), +5",
    ] {
        assert!(told.message.contains(part), "{told:?}");
    }
}

#[each_database]
async fn a_platform_that_only_has_such_values_is_told_of(database: TestDatabase) {
    cashflow(
        &database,
        "d TEXT, marketplace TEXT, net TEXT",
        &["'2025-10-01', 'WB', NULL"],
    )
    .await;

    let check = check(&database, CASH).await;

    assert_eq!(check.status, Status::Fail);
    assert_eq!(
        check.message,
        "Values that cannot be read are left out (1): cashflow_daily.net = NULL (d = \"2025-10-01\")"
    );
}

#[each_database]
async fn days_with_a_time_are_days(database: TestDatabase) {
    for (suffix, columns) in [
        ("", "d TEXT, sku_id TEXT"),
        (" 00:00:00", "d TEXT, sku_id INTEGER"),
        ("T00:00:00", "d TEXT, sku_id INTEGER"),
        (" 00:00:00", "d TIMESTAMP, sku_id INTEGER"),
        (" 00:00:00+03:00", "d TEXT, sku_id INTEGER"),
    ] {
        ingestion(&database, columns).await;
        sold(&database, 1, "2025-09-27", 10, suffix).await;
        sold(&database, 2, "2025-10-01", 4, suffix).await;

        let found = check(&database, INGEST).await;

        assert_eq!(found.status, Status::Pass, "{columns}{suffix} {found:?}");
        assert_eq!(
            (&found.extras["records"], &found.extras["last_date"]),
            (&json!(1), &json!("2025-10-01"))
        );
        let days = database.slo_days("2025-09-30".parse().unwrap(), "2025-10-01".parse().unwrap()).await;
        assert_eq!(
            days.iter()
                .map(|day| day.ingest_records)
                .collect::<Vec<_>>(),
            [1, 1],
            "{columns}{suffix}"
        );
        assert!(
            days.iter()
                .all(|day| day.ingest_success_rate_pct == Some(100.0))
        );

        database.execute("DROP VIEW vw_slo_daily; DROP TABLE daily_sales; DROP TABLE sku; DROP TABLE job_runs").await;
    }
}

#[each_database]
async fn a_marketplace_is_missed_beside_days_that_cannot_be_read(database: TestDatabase) {
    ingestion(&database, "d TEXT, sku_id INTEGER").await;
    sold(&database, 1, "2025-10-01", 10, "").await;
    sold(&database, 3, "2025-09-29", 10, " 00:00:00").await;
    for odd in [
        "'01.10.2025'",
        "'20.10.2025'",
        "'2025/10/01'",
        "'tomorrow'",
        "''",
        "NULL",
        "'2025-13-01'",
        "'20251001'",
    ] {
        database
            .execute(format!(
                "INSERT INTO daily_sales (d, sku_id) VALUES ({odd}, 3)"
            ))
            .await;
    }

    let check = check(&database, INGEST).await;

    assert!(stands(&check, "missing:OZON"), "{check:?}");
    let told = unreadable(&check);
    assert_eq!(told.extras["unreadable_count"], 8, "{told:?}");
    assert!(told.message.contains("daily_sales.d = "), "{told:?}");
    // Nor do they make a calendar of their own.
    let first = "SELECT ingest_records FROM vw_slo_daily ORDER BY d LIMIT 1";
    assert!(database.number(first).await > 0);
}

#[each_database]
async fn runs_are_read_however_they_are_written(database: TestDatabase) {
    ingestion(&database, "d TEXT, sku_id INTEGER").await;
    sold(&database, 1, "2025-10-01", 10, "").await;
    for (started, finished, status) in [
        (
            "'2025-10-01 23:00:00'",
            "'2025-10-01T23:10:00'",
            "' SUCCESS '",
        ),
        (
            "'2025-10-02T02:00:00+03:00'",
            "'2025-10-02 02:10:00+03'",
            "'Success'",
        ),
        ("'2025-10-02 01:00'", "'later'", "'FAILED'"),
        ("'2025-10-02 02:00:00.5'", "NULL", "'RUNNING'"),
        ("'at night'", "NULL", "'success'"),
        ("NULL", "NULL", "'success'"),
    ] {
        database.execute(format!(
            "INSERT INTO job_runs VALUES ('collect_yesterday_data', {started}, {finished}, {status}, NULL)"
        )).await;
    }

    let check = check(&database, INGEST).await;

    // Two of three that ended.
    assert!(stands(&check, "success_rate"), "{check:?}");
    let rate = check.extras["success_rate_pct"].as_f64().unwrap();
    assert!((rate - 66.67).abs() < 0.01, "{rate}");
    let told = unreadable(&check);
    assert_eq!(told.extras["unreadable_count"], 3, "{told:?}");
    assert!(
        told.message
            .contains("job_runs.finished_at = \"later\" (job_name = \"collect_yesterday_data\")"),
        "{told:?}"
    );
    let history = database
        .db()
        .job_history(
            "collect_yesterday_data",
            moment("2025-10-01 00:00:00"),
            true,
        )
        .await
        .unwrap();
    assert_eq!(history.len(), 4);
    assert_eq!(
        history
            .iter()
            .filter(|run| run.end.as_ref().is_some_and(|end| end.success))
            .count(),
        2
    );
}

#[each_database]
async fn flags_are_read_however_they_are_written(database: TestDatabase) {
    database
        .execute("CREATE TABLE vw_commission_recon (d TEXT, sku_id INTEGER, flag_outlier TEXT)")
        .await;
    for flag in [
        "'1'", "'true'", "'T'", "'1.0'", "'0'", "'false'", "NULL", "'NaN'",
    ] {
        database
            .execute(format!(
                "INSERT INTO vw_commission_recon VALUES ('2025-10-01 00:00:00', 1, {flag})"
            ))
            .await;
    }

    let check = check_with(
        &database,
        "check_commission_outliers",
        "2025-10-02 09:00:00",
        [("COMMISSION_OUTLIERS_MAX", "3")],
    )
    .await;

    assert_eq!(
        (
            &check.extras["outliers_count"],
            &check.extras["rows_checked"]
        ),
        (&json!(4), &json!(8)),
        "{check:?}"
    );
    assert_eq!(
        unreadable(&check).message,
        "Values that cannot be read are left out (1): vw_commission_recon.flag_outlier = \"NaN\" (d = \"2025-10-01 00:00:00\")"
    );
    assert!(stands(&check, "outliers"));
}

#[tokio::test]
async fn sqlite_keeps_any_value_in_any_column() {
    on_sqlite(|database| async move {
        cashflow(&database, "d DATE, marketplace VARCHAR, net NUMERIC", &[
            "'2025-10-01', 'WB', 100",
            "'2025-10-01', X'5742', 1",
            "X'323032352d31302d3031', 'WB', 1",
            "20251001, 'WB', 1",
            "1759276800, 'WB', 1",
            "'2025-10-01', 'WB', 9e999",
            "'2025-10-01', 'WB', X'00ff'",
            "'2025-10-01', X'ff00', -20000",
        ]).await;
        database.execute("CREATE TABLE daily_sales (d DATE, sku_id INTEGER); CREATE TABLE sku (id INTEGER, marketplace VARCHAR); \
            INSERT INTO sku VALUES (1, X'ff'); INSERT INTO daily_sales VALUES (20251001, 1), (X'00', 1), ('2025-10-01', 1)").await;

        let cash = check(&database, CASH).await;
        let ingest = check(&database, INGEST).await;

        assert_eq!(cash.extras["balances"], json!({"?": -20_000.0, "WB": 104.0}), "{cash:?}");
        assert_eq!(unreadable(&cash).extras["unreadable_count"], 7, "{cash:?}");
        assert_eq!(ingest.extras["records"], 1);
        assert_eq!(unreadable(&ingest).extras["unreadable_count"], 3, "{ingest:?}");
    })
    .await;
}

#[tokio::test]
async fn on_postgres_other_types_are_read_as_well() {
    on_postgres(|database| async move {
        database.execute("CREATE TYPE place AS ENUM ('WB', 'OZON')").await;
        let cases = [
            ("d TIMESTAMPTZ, marketplace place, net NUMERIC", 2),
            ("d DATE, marketplace VARCHAR(8), net DOUBLE PRECISION", 2),
            ("d TIMESTAMP, marketplace CHAR(6), net REAL", 2),
        ];
        for (columns, odd) in cases {
            cashflow(&database, columns, &[
                "'2025-10-01 00:00:00+03', 'WB', 100",
                "'2025-10-01 00:00:00+03', 'WB', 'NaN'",
                "'infinity', 'OZON', -20000",
            ]).await;

            let check = check(&database, CASH).await;

            assert_eq!(check.extras["balances"], json!({"OZON": -20_000.0, "WB": 100.0}), "{columns} {check:?}");
            assert_eq!(check.extras["date"], "2025-10-01", "{columns}");
            assert_eq!(unreadable(&check).extras["unreadable_count"], odd, "{columns} {check:?}");
            database.execute("DROP TABLE cashflow_daily").await;
        }

        database.execute("DROP TABLE IF EXISTS job_runs CASCADE;
            CREATE TYPE ending AS ENUM ('running', 'success', 'failed');
            CREATE TABLE job_runs (job_name VARCHAR, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ, status ending, error_message JSON);
            CREATE TABLE daily_sales (d TIMESTAMPTZ, sku_id UUID);
            CREATE TABLE sku (id TEXT, marketplace place);
            INSERT INTO sku VALUES ('7f0c6a9e-0000-4000-8000-000000000001', 'WB');
            INSERT INTO daily_sales SELECT day, '7f0c6a9e-0000-4000-8000-000000000001'
                FROM generate_series('2025-09-10 00:00:00+03'::timestamptz, '2025-10-01 00:00:00+03', interval '1 day') day;
            INSERT INTO job_runs VALUES ('collect_yesterday_data', '2025-10-02 02:00:00+03', '2025-10-02 02:10:00+03', 'failed', '{\"why\": 1}')").await;

        let ingest = check(&database, INGEST).await;

        assert_eq!(ingest.extras["last_date"], "2025-10-01", "{ingest:?}");
        assert_eq!(ingest.extras["records"], 1);
        assert!(stands(&ingest, "success_rate") && !stands(&ingest, "missing:WB"), "{ingest:?}");
        let days = database.slo_days("2025-10-01".parse().unwrap(), "2025-10-02".parse().unwrap()).await;
        assert_eq!((days[0].d.to_string(), days[0].ingest_records), ("2025-10-01".to_owned(), 1));
        let runs = database.db().job_history("collect_yesterday_data", moment("2025-10-01 00:00:00"), true).await.unwrap();
        assert_eq!(runs[0].started_at, moment("2025-10-01 23:00:00"));
        let error = runs[0].end.as_ref().unwrap().error.as_ref();
        assert_eq!(error.map(RunError::as_str), Some("{\"why\": 1}"));
    })
    .await;
}
