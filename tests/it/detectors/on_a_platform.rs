use chrono::{Duration, NaiveDate};
use serde_json::json;
use sovani_ops::{
    demo::{Marketplace, Platform, faults},
    detectors::{self, Registry, Scene},
    domain::{Check, Fingerprint, Money, Severity, Status},
    settings::{Settings, Source},
    web::Web,
};

use crate::support::{
    checks::{detector, detector_names},
    database::TestDatabase,
    program::moment,
};

pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
/// Noon in Moscow.
const NOON: &str = "2025-10-02 09:00:00";

fn days_ago(days: i64) -> NaiveDate {
    TODAY - Duration::days(days)
}

pub async fn check_with<const N: usize>(
    database: &TestDatabase,
    name: &str,
    now: &str,
    settings: [(&str, &str); N],
) -> Check {
    database.db().migrate().await.unwrap();
    let settings = Settings::load(&Source::fixed(settings), &sovani_ops::actions::known()).unwrap();
    let web = Web::new().unwrap();
    let facts = database.facts();
    let scene = Scene::new(&facts, &settings, &web, moment(now));
    detectors::run(&[detector(name)], scene).await.remove(0)
}

pub async fn check(database: &TestDatabase, name: &str) -> Check {
    check_with(database, name, NOON, []).await
}

async fn checks(database: &TestDatabase) -> Vec<Check> {
    database.db().migrate().await.unwrap();
    let settings = Settings::load(&Source::fixed([]), &sovani_ops::actions::known()).unwrap();
    let web = Web::new().unwrap();
    let facts = database.facts();
    let scene = Scene::new(&facts, &settings, &web, moment(NOON));
    detectors::run(&Registry::built_in().runnable(), scene).await
}

async fn sell(database: &TestDatabase, day: &str) {
    database
        .execute(format!(
            "INSERT INTO daily_sales (d, sku_id, warehouse_id, qty, refunds_qty, revenue_gross, refunds_amount, promo_cost,
                delivery_cost, commission_amount, src_hash)
             SELECT '{day}', sku_id, warehouse_id, qty, refunds_qty, revenue_gross, refunds_amount, promo_cost,
                delivery_cost, commission_amount, src_hash FROM daily_sales
             WHERE d = (SELECT MIN(d) FROM daily_sales)"
        ))
        .await;
}

#[each_database]
async fn a_healthy_platform_passes_all_measured_checks(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();

    let checks = checks(&database).await;

    for check in &checks {
        let needs_a_source =
            ["check_api_latency_p95", "check_scheduler_on_time"].contains(&&*check.source);
        let expected = if needs_a_source {
            Status::NotMeasured
        } else {
            Status::Pass
        };
        assert_eq!(check.status, expected, "{check:?}");
    }
    assert!(checks.iter().all(|check| check.severity == Severity::Info));
    assert!(checks.iter().all(|check| !check.message.is_empty()));
}

#[each_database]
async fn an_empty_database_has_nothing_to_look_at_and_is_not_healthy(database: TestDatabase) {
    for check in checks(&database).await {
        let expected = if check.source == "check_db_growth" {
            Status::Pass
        } else {
            Status::NotMeasured
        };
        assert_eq!(check.status, expected, "{check:?}");
    }
}

#[each_database]
async fn a_missing_table_is_named(database: TestDatabase) {
    let cases = [
        (
            "cashflow_daily",
            "check_cash_balance_threshold",
            "cashflow_daily",
        ),
        ("daily_sales", "check_ingest_success_rate", "daily_sales"),
        (
            "vw_commission_recon",
            "check_commission_outliers",
            "vw_commission_recon",
        ),
    ];
    Platform::healthy(TODAY)
        .without("cashflow_daily")
        .without("daily_sales")
        .create(database.db())
        .await
        .unwrap();
    for (_, source, missing) in cases {
        let check = check(&database, source).await;
        assert_eq!(check.status, Status::NotMeasured, "{check:?}");
        assert_eq!(
            check.message,
            format!("No data to look at: there is no {missing}")
        );
        assert_eq!(check.standing, None);
    }
}

#[each_database]
async fn empty_tables_are_told_as_such(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(40)
        .create(database.db())
        .await
        .unwrap();

    let ingest = check(&database, "check_ingest_success_rate").await;
    let cash = check(&database, "check_cash_balance_threshold").await;
    let commissions = check(&database, "check_commission_outliers").await;

    assert_eq!(
        (ingest.status, ingest.severity),
        (Status::Fail, Severity::Error)
    );
    assert!(
        ingest.message.ends_with("daily_sales is empty"),
        "{ingest:?}"
    );
    assert_eq!(
        (cash.status, commissions.status),
        (Status::NotMeasured, Status::NotMeasured)
    );
}

#[each_database]
async fn the_cash_equals_the_views_balance_on_each_newest_day(database: TestDatabase) {
    let platform = Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_kopecks(-1_500_037))
        .low_cash(Marketplace::Wb, Money::from_kopecks(-1));
    platform.create(database.db()).await.unwrap();
    let of_view = |marketplace: &str| {
        let sql = format!(
            "SELECT ROUND(balance * 100) FROM vw_cashflow_daily WHERE marketplace = '{marketplace}'
             AND d = (SELECT MAX(d) FROM cashflow_daily WHERE marketplace = '{marketplace}')"
        );
        async { database.number(sql).await }
    };
    let (wb, ozon) = (of_view("WB").await, of_view("OZON").await);

    let check = check(&database, "check_cash_balance_threshold").await;

    assert_eq!((wb, ozon), (-1, -1_500_037));
    assert_eq!(
        (check.status, check.severity),
        (Status::Fail, Severity::Critical)
    );
    assert_eq!(
        check.extras["balances"],
        json!({"OZON": -15_000.37, "WB": -0.01})
    );
    assert_eq!(check.extras["total"], -15_000.38);
    assert!(
        check
            .message
            .starts_with("Cash balance -15000.38 RUB below alert threshold -10000.00"),
        "{check:?}"
    );
    let key = |key| Fingerprint::of("check_cash_balance_threshold", key);
    assert_eq!(check.standing, Some(vec![key("total"), key("OZON")]));
}

#[each_database]
async fn cash_in_a_column_of_floats_is_exact_to_the_kopeck(database: TestDatabase) {
    database.execute("CREATE TABLE cashflow_daily (d DATE, marketplace VARCHAR, inflow FLOAT, outflow FLOAT, net FLOAT)").await;
    for day in 1..=9 {
        database
            .execute(format!(
                "INSERT INTO cashflow_daily VALUES ('2025-09-0{day}', 'WB', 0.1, 0, 0.1)"
            ))
            .await;
    }

    let check = check_with(
        &database,
        "check_cash_balance_threshold",
        NOON,
        [("CF_NEGATIVE_BALANCE_ALERT_THRESHOLD", "0.9")],
    )
    .await;

    assert_eq!(check.status, Status::Pass, "{check:?}");
    assert_eq!(check.extras["balance"], 0.9);
}

#[each_database]
async fn the_fault_of_today_is_the_fault_of_tomorrow(database: TestDatabase) {
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .commission_outliers(30)
        .stale_ingest(1)
        .create(database.db())
        .await
        .unwrap();
    let tight = [
        ("DB_SIZE_THRESHOLD_MB", "1"),
        ("COMMISSION_OUTLIERS_MAX", "0"),
    ];
    let mut failing = 0;
    for name in detector_names() {
        let first = check_with(&database, name, NOON, tight).await;
        let next = check_with(&database, name, "2025-10-03 09:00:00", tight).await;
        if first.failed() && next.failed() {
            assert_eq!(first.fingerprint, next.fingerprint, "{name}");
            failing += 1;
        }
    }
    assert!(failing >= 3, "{failing}");
}

#[each_database]
async fn yesterdays_sales_are_missed_from_the_due_time_in_moscow_on(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(1)
        .create(database.db())
        .await
        .unwrap();
    let cases = [
        ("2025-10-01 20:59:59", Status::Pass, "2025-09-30"),
        ("2025-10-01 21:00:00", Status::Pass, "2025-09-30"),
        ("2025-10-01 23:59:59", Status::Pass, "2025-09-30"),
        ("2025-10-02 00:00:00", Status::Pass, "2025-09-30"),
        ("2025-10-02 02:59:59", Status::Pass, "2025-09-30"),
        ("2025-10-02 03:00:00", Status::Fail, "2025-10-01"),
        ("2025-10-02 23:00:00", Status::Fail, "2025-10-01"),
    ];
    for (now, status, due) in cases {
        let check = check_with(&database, "check_ingest_success_rate", now, []).await;
        assert_eq!(
            (check.status, &check.extras["due_date"]),
            (status, &json!(due)),
            "{now}"
        );
    }
    let early = [
        ("INGEST_DUE_TIME", "00:30"),
        ("APP_TIMEZONE", "Europe/Moscow"),
    ];
    let check = check_with(
        &database,
        "check_ingest_success_rate",
        "2025-10-01 21:30:00",
        early,
    )
    .await;
    assert_eq!(check.message, "No sales data ingested since 2025-09-30");
}

#[each_database]
async fn a_row_from_the_future_does_not_hide_an_outage(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(2)
        .create(database.db())
        .await
        .unwrap();
    sell(&database, "2025-10-03").await;
    sell(&database, "2099-01-01").await;

    let check = check(&database, "check_ingest_success_rate").await;

    assert_eq!(check.status, Status::Fail);
    assert_eq!(check.message, "No sales data ingested since 2025-09-29");
}

#[each_database]
async fn commissions_are_counted_over_today_and_the_six_days_before(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let name = "check_commission_outliers";
    faults::add_commission_outliers(database.db(), days_ago(7), 10)
        .await
        .unwrap();
    assert_eq!(check(&database, name).await.extras["outliers_count"], 0);

    faults::add_commission_outliers(database.db(), days_ago(6), 5)
        .await
        .unwrap();
    let check_of_five = check(&database, name).await;
    assert_eq!(
        (
            check_of_five.status,
            &check_of_five.extras["outliers_count"]
        ),
        (Status::Pass, &json!(5))
    );

    faults::add_commission_outliers(database.db(), days_ago(1), 1)
        .await
        .unwrap();
    let check_of_six = check(&database, name).await;
    assert_eq!(
        (check_of_six.status, check_of_six.severity),
        (Status::Fail, Severity::Warning)
    );
    assert_eq!(
        check_of_six.message,
        "6 commission outliers detected in last 7 days"
    );
    // Half past midnight in Moscow: the window has moved on, though the day has not ended in UTC.
    let after_midnight = check_with(&database, name, "2025-10-02 21:30:00", []).await;
    assert_eq!(after_midnight.extras["outliers_count"], 1);
}

#[each_database]
async fn the_size_is_that_of_the_whole_database(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let bytes = database.db().size().await.unwrap();

    let check = check_with(
        &database,
        "check_db_growth",
        NOON,
        [("DB_SIZE_THRESHOLD_MB", "1")],
    )
    .await;

    assert_eq!(check.failed(), bytes > 1024 * 1024);
    assert!(bytes > 500_000, "{bytes}");
    assert!(check.extras["size_mb"].as_f64().unwrap() > 0.4, "{check:?}");
}

#[each_database]
async fn a_detector_whose_query_fails_is_a_failing_check_with_its_cause(database: TestDatabase) {
    database
        .execute("CREATE TABLE cashflow_daily (d DATE, marketplace VARCHAR)")
        .await;

    let check = check(&database, "check_cash_balance_threshold").await;

    assert_eq!(
        (check.status, check.severity),
        (Status::Fail, Severity::Error)
    );
    assert_eq!(
        check.fingerprint,
        Fingerprint::of("check_cash_balance_threshold", "crash")
    );
    assert!(
        check
            .message
            .starts_with("Detector check_cash_balance_threshold crashed: "),
        "{check:?}"
    );
    assert!(check.message.contains("net"), "{check:?}");
    assert_eq!(check.standing, None);
}
