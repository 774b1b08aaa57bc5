//! What the detectors read of the platform's own tables and views. Nothing here writes.

use chrono::NaiveDate;

use super::{Db, on};
use crate::domain::Money;

/// A marketplace's newest cash balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashBalance {
    pub marketplace: String,
    pub day: NaiveDate,
    pub balance: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommissionSample {
    pub rows: i64,
    pub outliers: i64,
}

impl Db {
    /// The balance that `vw_cashflow_daily` shows on each marketplace's newest day, in one pass over the table: the
    /// view sums all earlier days anew for every row.
    pub async fn cash_balances(&self) -> sqlx::Result<Vec<CashBalance>> {
        let rows: Vec<(String, NaiveDate, i64)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT marketplace, MAX(d), CAST(ROUND(SUM(net) * 100) AS BIGINT)
                 FROM cashflow_daily GROUP BY marketplace ORDER BY marketplace",
            )
            .fetch_all(pool)
            .await
        })?;
        Ok(rows
            .into_iter()
            .map(|(marketplace, day, kopecks)| CashBalance {
                marketplace,
                day,
                balance: Money::from_kopecks(kopecks),
            })
            .collect())
    }

    pub async fn commissions(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> sqlx::Result<CommissionSample> {
        let (rows, outliers) = on!(self, pool => {
            sqlx::query_as(
                "SELECT COUNT(*), CAST(COALESCE(SUM(flag_outlier), 0) AS BIGINT)
                 FROM vw_commission_recon WHERE d >= $1 AND d <= $2",
            )
            .bind(from)
            .bind(to)
            .fetch_one(pool)
            .await
        })?;
        Ok(CommissionSample { rows, outliers })
    }
}
