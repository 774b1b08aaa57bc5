//! The made platform is what its plan says.

use chrono::{Duration, NaiveDate};
use sovani_ops::{
    demo::{COLLECT_YESTERDAY, Marketplace, Platform, faults},
    domain::Money,
};

use crate::support::database::TestDatabase;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

fn days_ago(days: i64) -> NaiveDate {
    TODAY - Duration::days(days)
}

/// The planned and the actual newest balance of each marketplace, with its day.
async fn assert_balances(database: &TestDatabase, platform: &Platform) {
    let facts = database.facts();
    let facts = facts.reader(chrono_tz::Europe::Moscow, TODAY).await;
    for found in facts.cash_balances().await.unwrap().each {
        let marketplace = Marketplace::ALL
            .into_iter()
            .find(|one| one.as_str() == found.marketplace)
            .unwrap();
        assert_eq!(found.balance, platform.balance(marketplace));
        assert_eq!(Some(found.day), platform.newest_cash_day(marketplace));
    }
}

async fn outliers(database: &TestDatabase) -> i64 {
    let facts = database.facts();
    let facts = facts.reader(chrono_tz::Europe::Moscow, TODAY).await;
    let commissions = facts.commissions((days_ago(6), TODAY)).await.unwrap();
    let outliers = commissions.figures().map(|(_, figures)| figures.outliers);
    outliers.sum()
}

/// The newest day with sales, and the rows since a day.
async fn ingested(database: &TestDatabase, since: NaiveDate) -> (Option<NaiveDate>, i64) {
    let facts = database.facts();
    let facts = facts.reader(chrono_tz::Europe::Moscow, TODAY).await;
    let sales = facts.sales((since, TODAY)).await.unwrap();
    (facts.newest_sale().await.unwrap(), sales.rows_since(since))
}

async fn collection_runs(database: &TestDatabase, condition: &str) -> i64 {
    database
        .number(format!(
            "SELECT COUNT(*) FROM job_runs WHERE job_name = '{COLLECT_YESTERDAY}' AND {condition}"
        ))
        .await
}

#[each_database]
async fn a_healthy_platform_has_sales_up_to_yesterday_and_no_fault(database: TestDatabase) {
    let platform = Platform::healthy(TODAY);
    platform.create(database.db()).await.unwrap();

    let ingested = ingested(&database, days_ago(1)).await;
    assert_eq!(ingested, (Some(days_ago(1)), 40));
    assert_eq!(
        database.number("SELECT COUNT(*) FROM daily_sales").await,
        1_600
    );
    assert_eq!(
        database.number("SELECT COUNT(*) FROM pnl_daily").await,
        1_600
    );
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM vw_commission_recon")
            .await,
        1_600
    );
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM vw_commission_recon WHERE flag_outlier = 1")
            .await,
        0
    );
    assert_eq!(collection_runs(&database, "status = 'success'").await, 40);
    let runs = i64::try_from(platform.planned_job_runs().len()).unwrap();
    assert_eq!(database.number("SELECT COUNT(*) FROM job_runs").await, runs);
    assert_balances(&database, &platform).await;
    assert_eq!(platform.total_balance(), Money::from_roubles(430_000));
}

#[each_database]
async fn each_planned_fault_is_in_the_database(database: TestDatabase) {
    let platform = Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_kopecks(-1_500_001))
        .stale_ingest(2)
        .missing_day(days_ago(12))
        .commission_outliers(12)
        .failed_job(COLLECT_YESTERDAY, days_ago(1), "Ozon's key has expired")
        .skipped_job(COLLECT_YESTERDAY, days_ago(2))
        .late_job(COLLECT_YESTERDAY, days_ago(3), Duration::minutes(90));
    platform.create(database.db()).await.unwrap();

    let ingested = ingested(&database, days_ago(1)).await;
    assert_eq!(ingested, (Some(days_ago(3)), 0));
    assert_eq!(platform.newest_sales_day(), Some(days_ago(3)));
    assert_eq!(
        database
            .number("SELECT COUNT(DISTINCT d) FROM daily_sales")
            .await,
        37
    );
    assert_eq!(platform.outliers().len(), 12);
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM vw_commission_recon WHERE flag_outlier = 1")
            .await,
        12
    );
    assert_eq!(collection_runs(&database, "status = 'failed'").await, 1);
    assert_eq!(collection_runs(&database, "status = 'success'").await, 38);
    assert_eq!(
        collection_runs(&database, "started_at = '2025-09-29 00:30:00.000000'").await,
        1
    );
    assert_balances(&database, &platform).await;
    assert_eq!(
        platform.balance(Marketplace::Ozon),
        Money::from_kopecks(-1_500_001)
    );
}

#[each_database]
async fn the_view_shows_the_planned_balance_on_the_newest_day(database: TestDatabase) {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    platform.create(database.db()).await.unwrap();

    let kopecks = |marketplace| {
        format!(
            "SELECT ROUND(balance * 100) FROM vw_cashflow_daily WHERE marketplace = '{marketplace}' ORDER BY d DESC LIMIT 1",
        )
    };

    assert_eq!(
        database.number(kopecks(Marketplace::Ozon)).await,
        -1_500_000
    );
    assert_eq!(database.number(kopecks(Marketplace::Wb)).await, 25_000_000);
}

#[each_database]
async fn an_omitted_object_omits_its_dependants(database: TestDatabase) {
    Platform::healthy(TODAY)
        .without("cashflow_daily")
        .create(database.db())
        .await
        .unwrap();

    let relations = database.db().relations().await.unwrap();

    assert!(!relations.contains("cashflow_daily") && !relations.contains("vw_cashflow_daily"));
    assert!(relations.contains("vw_commission_recon") && relations.contains("job_runs"));
}

#[each_database]
async fn the_journal_of_jobs_holds_exactly_the_runs_asked_for(database: TestDatabase) {
    let mut runs = Platform::healthy(TODAY).planned_job_runs()[..2].to_vec();
    runs[1].error = Some("it's over".to_owned());
    Platform::healthy(TODAY)
        .job_runs(runs)
        .create(database.db())
        .await
        .unwrap();

    assert_eq!(
        database.texts("SELECT job_name || ' ' || status || ' ' || COALESCE(error_message, '-') FROM job_runs ORDER BY id").await,
        ["collect_yesterday_data success -", "recalc_recent_metrics failed it's over"],
    );
}

#[each_database]
async fn a_balance_is_set_to_the_kopeck_while_the_program_runs(database: TestDatabase) {
    let healthy = Platform::healthy(TODAY);
    healthy.create(database.db()).await.unwrap();

    for figure in [
        Money::from_kopecks(-1_500_037),
        Money::from_kopecks(12_345_678),
        healthy.balance(Marketplace::Ozon),
    ] {
        faults::set_cash_balance(database.db(), Marketplace::Ozon, figure)
            .await
            .unwrap();
        assert_balances(
            &database,
            &Platform::healthy(TODAY).low_cash(Marketplace::Ozon, figure),
        )
        .await;
    }
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM cashflow_daily WHERE inflow < 0 OR outflow < 0")
            .await,
        0
    );
}

#[each_database]
async fn a_marketplace_without_cashflow_has_no_balance_to_set(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(40)
        .create(database.db())
        .await
        .unwrap();

    let outcome =
        faults::set_cash_balance(database.db(), Marketplace::Wb, Money::from_kopecks(1)).await;

    assert!(matches!(outcome, Err(sqlx::Error::RowNotFound)));
}

#[each_database]
async fn ingestion_stops_and_resumes_while_the_program_runs(database: TestDatabase) {
    let platform = Platform::healthy(TODAY);
    platform.create(database.db()).await.unwrap();

    faults::stop_ingest(database.db(), days_ago(3))
        .await
        .unwrap();
    let stopped = ingested(&database, days_ago(3)).await;
    assert_eq!(stopped, (Some(days_ago(4)), 0));

    faults::resume_ingest(database.db(), &platform, days_ago(3))
        .await
        .unwrap();
    let resumed = ingested(&database, days_ago(3)).await;
    assert_eq!(resumed, (Some(days_ago(1)), 120));
    assert_balances(&database, &platform).await;
}

#[each_database]
async fn a_platform_planned_stale_is_mended_from_the_healthy_plan(database: TestDatabase) {
    let healthy = Platform::healthy(TODAY);
    Platform::healthy(TODAY)
        .stale_ingest(3)
        .create(database.db())
        .await
        .unwrap();

    faults::resume_ingest(database.db(), &healthy, days_ago(3))
        .await
        .unwrap();

    assert_eq!(
        database.number("SELECT COUNT(*) FROM daily_sales").await,
        1_600
    );
    assert_balances(&database, &healthy).await;
}

#[each_database]
async fn outliers_come_and_go_while_the_program_runs(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();

    assert_eq!(
        faults::add_commission_outliers(database.db(), days_ago(2), 7)
            .await
            .unwrap(),
        7
    );
    assert_eq!(outliers(&database).await, 7);
    assert_eq!(
        faults::add_commission_outliers(database.db(), days_ago(2), 5)
            .await
            .unwrap(),
        5
    );
    assert_eq!(outliers(&database).await, 12);

    assert_eq!(
        faults::correct_commissions(database.db()).await.unwrap(),
        12
    );
    assert_eq!(outliers(&database).await, 0);
}
