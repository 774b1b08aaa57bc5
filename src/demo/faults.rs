//! Faults that appear and are mended while the program runs.

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

use super::{JobRun, Marketplace, Platform};
use crate::{
    db::Db,
    domain::{Money, Timestamp},
};

/// Changes the newest day of `marketplace` so that its running balance is exactly `balance`.
///
/// `RowNotFound` when the marketplace has no cashflow at all.
pub async fn set_cash_balance(
    db: &Db,
    marketplace: Marketplace,
    balance: Money,
) -> sqlx::Result<()> {
    let settle = "UPDATE cashflow_daily
         SET net = ROUND(net + gap, 2),
             inflow = ROUND(inflow + CASE WHEN gap > 0 THEN gap ELSE 0 END, 2),
             outflow = ROUND(outflow - CASE WHEN gap < 0 THEN gap ELSE 0 END, 2)
         FROM (SELECT MAX(d) AS newest, $1 / 100.0 - SUM(net) AS gap FROM cashflow_daily
            WHERE marketplace = $2) standing
         WHERE marketplace = $2 AND d = newest";
    let changed = db
        .query(settle)
        .bind(balance.kopecks())
        .bind(marketplace.as_str())
        .rows_affected()
        .await?;
    if changed == 0 {
        return Err(sqlx::Error::RowNotFound);
    }
    Ok(())
}

/// Takes away all that the nightly ingestion has brought from `from` on.
pub async fn stop_ingest(db: &Db, from: NaiveDate) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    for delete in [
        "DELETE FROM daily_sales WHERE d >= $1",
        "DELETE FROM pnl_daily WHERE d >= $1",
        "DELETE FROM cashflow_daily WHERE d >= $1",
    ] {
        tx.query(delete).bind(from).execute().await?;
    }
    tx.commit().await
}

/// Brings the days from `from` on as `platform` plans them, and every balance to its planned figure.
pub async fn resume_ingest(db: &Db, platform: &Platform, from: NaiveDate) -> sqlx::Result<()> {
    stop_ingest(db, from).await?;
    platform.insert_since(db, from).await?;
    for marketplace in Marketplace::ALL {
        set_cash_balance(db, marketplace, platform.balance(marketplace)).await?;
    }
    Ok(())
}

/// Raises `count` right commissions of `day` by 30 %, and says how many there were to raise.
pub async fn add_commission_outliers(db: &Db, day: NaiveDate, count: u32) -> sqlx::Result<u64> {
    let raise = "UPDATE daily_sales
         SET commission_amount = ROUND(CAST(commission_amount * 1.3 AS NUMERIC), 2)
         WHERE d = $1 AND sku_id IN (
             SELECT sku_id FROM vw_commission_recon
             WHERE d = $1 AND flag_outlier = 0 AND calc_commission > 0 ORDER BY sku_id LIMIT $2)";
    db.query(raise)
        .bind(day)
        .bind(i64::from(count))
        .rows_affected()
        .await
}

/// Puts every outlier's commission right, and says how many there were.
pub async fn correct_commissions(db: &Db) -> sqlx::Result<u64> {
    let correct = "UPDATE daily_sales
         SET commission_amount = (
             SELECT ROUND(CAST(right_one.calc_commission AS NUMERIC), 2)
             FROM vw_commission_recon right_one
             WHERE right_one.d = daily_sales.d AND right_one.sku_id = daily_sales.sku_id)
         WHERE (d, sku_id) IN (SELECT d, sku_id FROM vw_commission_recon WHERE flag_outlier = 1)";
    db.query(correct).rows_affected().await
}

/// Takes away the runs of `job` that started at `from` or later, as though it had not run since.
pub async fn stop_job(db: &Db, job: &str, from: Timestamp) -> sqlx::Result<()> {
    let delete = "DELETE FROM job_runs WHERE job_name = $1 AND started_at >= $2";
    db.query(delete).bind(job).bind(from).execute().await
}

/// Brings the runs of `job` from `from` on as `platform` plans them.
pub async fn resume_job(
    db: &Db,
    platform: &Platform,
    job: &str,
    from: Timestamp,
) -> sqlx::Result<()> {
    stop_job(db, job, from).await?;
    let planned = platform.planned_job_runs().iter();
    let missing = planned.filter(|run| run.job == job && run.started_at >= from);
    let values: Vec<String> = missing.map(JobRun::values).collect();
    if values.is_empty() {
        return Ok(());
    }
    // The statement contains only values of the plan.
    let insert = AssertSqlSafe(format!(
        "INSERT INTO job_runs {} VALUES {}",
        JobRun::COLUMNS,
        values.join(", ")
    ));
    db.query(insert).execute().await
}
