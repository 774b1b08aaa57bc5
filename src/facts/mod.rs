//! Daily facts: what each day brought, by marketplace, in the form in which checks, service levels, charts and reports
//! read it.
//!
//! A series is counted from the platform's tables by one query, some days at a time, and kept in memory. The platform may
//! rewrite any day, and tells nobody. How a change is noticed:
//!
//! - In one of the last [`RECENT_DAYS`] days, at once. `SQLite` tells that others have committed, and these days are then
//!   counted again when they are next read; `PostgreSQL` does not, so there they are counted at each reading.
//! - In an older day, by the next sweep if the number of the day's rows has changed, because an index counts the rows of all
//!   days; otherwise within [`following::ROUNDS`] sweeps, in which every old day is counted again. A sweep counts at least
//!   [`following::ROWS_A_ROUND`] rows again, so that in a small database it counts them all.
//!
//! After the start the old days are counted in the background, newest first and in small steps. A day that is read before
//! its turn is counted then. Nothing is written, so no lock of another program delays a fact.

mod cash;
mod cash_history;
mod commissions;
pub mod following;
mod kept_days;
mod sales;
mod service_levels;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use self::kept_days::{KeptDays, Moment, Series};
pub use self::{
    cash::{CashBalance, CashBalances},
    cash_history::CashHistory,
    commissions::Commissions,
    kept_days::{ByDay, Range},
    sales::Sales,
};
use crate::db::{Db, TablesState};

/// The days that the platform still rewrites every night, and all that a check looks at.
pub const RECENT_DAYS: Days = Days::new(40);

/// Cheap to clone; all clones keep the same days.
#[derive(Clone)]
pub struct Facts {
    db: Db,
    /// The same for counting old days, which no check waits for.
    counting: Db,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    zone: Option<Tz>,
    /// The connection that tells of others' commits: another one is opened on a file that was replaced.
    connection: Option<u64>,
    sales: KeptDays<Sales>,
    commissions: KeptDays<Commissions>,
    /// Counts the rounds of verifying old days.
    round: u64,
    /// The state in which a round found all old days true.
    verified: Option<TablesState>,
}

/// Reads facts as the platform's tables are now.
#[derive(Clone)]
pub struct Reader<'a> {
    facts: &'a Facts,
    /// The state of the platform's tables. `None` if others may write without being noticed.
    at: Option<TablesState>,
    zone: Tz,
    today: NaiveDate,
}

impl Facts {
    pub fn of(db: Db) -> Self {
        Self {
            counting: db.counting(),
            db,
            kept: Arc::default(),
        }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub async fn reader(&self, zone: Tz, today: NaiveDate) -> Reader<'_> {
        self.reader_at(self.db.tables_state().await, zone, today)
    }

    /// The state must have been asked for before anything else that is read with it.
    pub fn reader_at(&self, at: Option<TablesState>, zone: Tz, today: NaiveDate) -> Reader<'_> {
        Reader {
            facts: self,
            at,
            zone,
            today,
        }
    }
}

impl Reader<'_> {
    /// The sales of these days.
    pub async fn sales(&self, days: Range) -> sqlx::Result<ByDay<Sales>> {
        self.days(days).await
    }

    /// The rows of sales of each of these days that has any.
    pub async fn sales_rows(&self, days: Range) -> sqlx::Result<Vec<(NaiveDate, i64)>> {
        let sales = self.sales(days).await?;
        let rows = sales.days.iter().map(|(day, sales)| {
            let rows = sales.iter().map(|sales| sales.rows).sum();
            (*day, rows)
        });
        Ok(rows.filter(|(_, rows)| *rows > 0).collect())
    }

    /// The newest day with sales, today at the latest.
    pub async fn newest_sale(&self) -> sqlx::Result<Option<NaiveDate>> {
        sales::newest_day(&self.facts.db, self.today, self.zone).await
    }

    /// The day of the first sale ever.
    pub async fn oldest_sale(&self) -> sqlx::Result<Option<NaiveDate>> {
        sales::oldest_day(&self.facts.db, self.today, self.zone).await
    }

    /// The commissions of these days' sales.
    pub async fn commissions(&self, days: Range) -> sqlx::Result<ByDay<Commissions>> {
        self.days(days).await
    }

    /// The newest cash balance of each marketplace.
    pub async fn cash_balances(&self) -> sqlx::Result<CashBalances> {
        let count = cash::balances(&self.facts.db, self.zone);
        self.unless_changed("cash balances", self.zone.to_string(), count)
            .await
    }

    /// The cash balance of each marketplace at the end of each of these days.
    pub async fn cash_history(&self, (from, to): Range) -> sqlx::Result<CashHistory> {
        let count = cash_history::cash_history(&self.facts.db, from, to, self.zone);
        let about = format!("{from} {to} {}", self.zone);
        self.unless_changed("cash history", about, count).await
    }

    /// The figure of a small table, which is counted whole when others have written.
    async fn unless_changed<T: Clone + Send + Sync + 'static>(
        &self,
        question: &str,
        about: String,
        count: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let db = &self.facts.db;
        db.unless_changed(self.at, question, about, count).await
    }

    async fn days<S: Series>(&self, days: Range) -> sqlx::Result<ByDay<S>> {
        let (found, others) = {
            let mut kept = self.kept();
            let moment = self.moment(&kept);
            S::kept(&mut kept).find(days, moment)
        };
        let Some(others) = others else {
            return Ok(found);
        };
        let counted = self.count(&self.facts.db, others).await?;
        Ok(found.and(counted))
    }

    async fn count<S: Series>(&self, db: &Db, days: Range) -> sqlx::Result<ByDay<S>> {
        let counted = S::count(db, days, self.zone).await?;
        let mut kept = self.kept();
        let moment = self.moment(&kept);
        S::kept(&mut kept).keep(days, &counted, moment);
        Ok(counted)
    }

    fn moment(&self, kept: &Kept) -> Moment {
        Moment {
            at: self.at,
            recent: self.recent(),
            round: kept.round,
        }
    }

    /// The first of the days that are still rewritten every night.
    fn recent(&self) -> NaiveDate {
        self.today - RECENT_DAYS
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        let mut kept = self
            .facts
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let connection = self.at.map(|at| at.connection);
        let replaced =
            connection.is_some() && kept.connection.is_some_and(|of| Some(of) != connection);
        if replaced || kept.zone != Some(self.zone) {
            *kept = Kept::default();
            kept.zone = Some(self.zone);
        }
        kept.connection = connection.or(kept.connection);
        kept
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").finish_non_exhaustive()
    }
}
