//! The events that service levels are made of.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;

use super::{Db, tx::Tx};
use crate::domain::{Counted, Target, Timestamp};

/// Rows in one statement, of so many values each. `SQLite` takes 32,766 values.
const ROWS_AT_ONCE: usize = 1_000;
const VALUES: usize = 5;

const ADD: &str = "INSERT INTO ops_sli (target, at, d, good, total) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (target, at) DO UPDATE SET good = ops_sli.good + excluded.good,
                                            total = ops_sli.total + excluded.total";

impl Db {
    /// Puts these events in the place of all from that moment on.
    pub async fn replace_sli(
        &self,
        target: Target,
        from: Timestamp,
        events: &[(Timestamp, NaiveDate, Counted)],
    ) -> sqlx::Result<()> {
        let mut rows: BTreeMap<Timestamp, (NaiveDate, Counted)> = BTreeMap::new();
        for (at, day, counted) in events {
            let row = rows.entry(*at).or_insert((*day, Counted::default()));
            row.1 = row.1 + *counted;
        }
        let rows: Vec<_> = rows.into_iter().collect();
        // Nearly always nothing has happened since the check before, and a read costs less than a write.
        let standing = self.events_since(target, from).await;
        if standing.is_ok_and(|standing| standing == rows) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        tx.query("DELETE FROM ops_sli WHERE target = $1 AND at >= $2")
            .bind(target.as_str())
            .bind(from)
            .execute()
            .await?;
        for chunk in rows.chunks(ROWS_AT_ONCE) {
            tx.insert_sli(target, chunk).await?;
        }
        tx.commit().await
    }

    async fn events_since(
        &self,
        target: Target,
        from: Timestamp,
    ) -> sqlx::Result<Vec<(Timestamp, (NaiveDate, Counted))>> {
        let rows: Vec<(Timestamp, NaiveDate, f64, f64)> = self
            .query(
                "SELECT at, d, good, total FROM ops_sli WHERE target = $1 AND at >= $2 ORDER BY at",
            )
            .bind(target.as_str())
            .bind(from)
            .fetch_all()
            .await?;
        let events = rows
            .into_iter()
            .map(|(at, day, good, total)| (at, (day, Counted { good, total })));
        Ok(events.collect())
    }

    /// The events after each of those moments. Each is a range of the primary key, and all but the longest are short.
    pub async fn counted_since_each(
        &self,
        target: Target,
        moments: &[Timestamp],
    ) -> sqlx::Result<Vec<Counted>> {
        if moments.is_empty() {
            return Ok(Vec::new());
        }
        let sums: Vec<String> = (0..moments.len())
            .map(|place| {
                let since = place + 2;
                format!(
                    "SELECT {place} AS place, COALESCE(SUM(good), 0.0) AS good,
                     COALESCE(SUM(total), 0.0) AS total
                     FROM ops_sli WHERE target = $1 AND at > ${since}"
                )
            })
            .collect();
        let sql = format!(
            "SELECT good, total FROM ({}) counted ORDER BY place",
            sums.join(" UNION ALL ")
        );
        let mut query = self.query(AssertSqlSafe(sql)).bind(target.as_str());
        for since in moments {
            query = query.bind(*since);
        }
        let rows: Vec<(f64, f64)> = query.fetch_all().await?;
        Ok(rows
            .into_iter()
            .map(|(good, total)| Counted { good, total })
            .collect())
    }

    /// The events of each day that has any, oldest first.
    pub async fn counted_by_day(
        &self,
        target: Target,
        from: NaiveDate,
        to: NaiveDate,
    ) -> sqlx::Result<Vec<(NaiveDate, Counted)>> {
        let rows: Vec<(NaiveDate, f64, f64)> = self
            .query(
                "SELECT d, SUM(good), SUM(total) FROM ops_sli
                 WHERE target = $1 AND d >= $2 AND d <= $3 GROUP BY d ORDER BY d",
            )
            .bind(target.as_str())
            .bind(from)
            .bind(to)
            .fetch_all()
            .await?;
        Ok(rows
            .into_iter()
            .map(|(day, good, total)| (day, Counted { good, total }))
            .collect())
    }
}

impl Tx {
    async fn insert_sli(
        &mut self,
        target: Target,
        rows: &[(Timestamp, (NaiveDate, Counted))],
    ) -> sqlx::Result<()> {
        let sql = format!(
            "INSERT INTO ops_sli (target, at, d, good, total) VALUES {}",
            self.places(rows.len())
        );
        let mut query = self.query(AssertSqlSafe(sql));
        for (at, (day, counted)) in rows {
            query = query
                .bind(target.as_str())
                .bind(*at)
                .bind(*day)
                .bind(counted.good)
                .bind(counted.total);
        }
        query.execute().await
    }

    /// The places of so many rows of values. `SQLite` looks for each numbered one among all others.
    fn places(&self, rows: usize) -> String {
        let row = |first: usize| match self {
            Self::Sqlite(..) => "(?, ?, ?, ?, ?)".to_owned(),
            Self::Postgres(..) => {
                let places: Vec<_> = (first..first + VALUES)
                    .map(|place| format!("${place}"))
                    .collect();
                format!("({})", places.join(", "))
            }
        };
        let rows: Vec<_> = (0..rows).map(|at| row(at * VALUES + 1)).collect();
        rows.join(", ")
    }

    /// Adds to the events of this moment.
    pub async fn add_sli(
        &mut self,
        target: Target,
        at: Timestamp,
        day: NaiveDate,
        counted: Counted,
    ) -> sqlx::Result<()> {
        self.query(ADD)
            .bind(target.as_str())
            .bind(at)
            .bind(day)
            .bind(counted.good)
            .bind(counted.total)
            .execute()
            .await
    }
}
