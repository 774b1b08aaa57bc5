//! The events that service levels are made of.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::QueryBuilder;

use super::{
    Db, on,
    tx::{Tx, within, write},
};
use crate::domain::{Counted, Target, Timestamp};

/// Rows in one statement: five values each, and `SQLite` takes 32,766.
const ROWS_AT_ONCE: usize = 1_000;

const ADD: &str = "INSERT INTO ops_sli (target, at, d, good, total) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (target, at) DO UPDATE SET good = ops_sli.good + excluded.good,
                                            total = ops_sli.total + excluded.total";

impl Db {
    /// Adds to the events of this moment.
    pub async fn count_sli(
        &self,
        target: Target,
        at: Timestamp,
        day: NaiveDate,
        counted: Counted,
    ) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        tx.add_sli(target, at, day, counted).await?;
        tx.commit().await
    }

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
        write!(self, conn => {
            sqlx::query("DELETE FROM ops_sli WHERE target = $1 AND at >= $2")
                .bind(target.as_str())
                .bind(from)
                .execute(&mut *conn)
                .await?;
            for chunk in rows.chunks(ROWS_AT_ONCE) {
                let mut insert = QueryBuilder::new("INSERT INTO ops_sli (target, at, d, good, total) ");
                insert.push_values(chunk, |mut row, (at, (day, counted))| {
                    row.push_bind(target.as_str())
                        .push_bind(*at)
                        .push_bind(*day)
                        .push_bind(counted.good)
                        .push_bind(counted.total);
                });
                insert.build().execute(&mut *conn).await?;
            }
        });
        Ok(())
    }

    /// Of the events after each of those moments. Each is a range of the primary key, and all but the longest are short.
    pub async fn counted_since_each(
        &self,
        target: Target,
        moments: &[Timestamp],
    ) -> sqlx::Result<Vec<Counted>> {
        if moments.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(f64, f64)> = on!(self, pool => {
            let mut query = QueryBuilder::new("SELECT good, total FROM (");
            for (at, since) in moments.iter().enumerate() {
                query
                    .push(if at == 0 { "" } else { " UNION ALL " })
                    .push("SELECT ")
                    .push(at)
                    .push(
                        " AS place, COALESCE(SUM(good), 0.0) AS good, COALESCE(SUM(total), 0.0) AS total
                         FROM ops_sli WHERE target = ",
                    )
                    .push_bind(target.as_str())
                    .push(" AND at > ")
                    .push_bind(*since);
            }
            query.push(") counted ORDER BY place");
            query.build_query_as().fetch_all(pool).await
        })?;
        Ok(rows
            .into_iter()
            .map(|(good, total)| Counted { good, total })
            .collect())
    }

    /// Of each day that has any, oldest first.
    pub async fn counted_by_day(
        &self,
        target: Target,
        from: NaiveDate,
        to: NaiveDate,
    ) -> sqlx::Result<Vec<(NaiveDate, Counted)>> {
        let rows: Vec<(NaiveDate, f64, f64)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT d, SUM(good), SUM(total) FROM ops_sli
                 WHERE target = $1 AND d >= $2 AND d <= $3 GROUP BY d ORDER BY d",
            )
            .bind(target.as_str())
            .bind(from)
            .bind(to)
            .fetch_all(pool)
            .await
        })?;
        Ok(rows
            .into_iter()
            .map(|(day, good, total)| (day, Counted { good, total }))
            .collect())
    }
}

impl Tx {
    /// Adds to the events of this moment.
    pub async fn add_sli(
        &mut self,
        target: Target,
        at: Timestamp,
        day: NaiveDate,
        counted: Counted,
    ) -> sqlx::Result<()> {
        within!(self, conn => {
            sqlx::query(ADD)
                .bind(target.as_str())
                .bind(at)
                .bind(day)
                .bind(counted.good)
                .bind(counted.total)
                .execute(conn)
                .await
                .map(drop)
        })
    }
}
