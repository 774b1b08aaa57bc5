//! The definition of `vw_slo_daily`.
//!
//! Every calendar day from the first to the last one with data, so that a day without rows is listed with 0 %.
//! Unmeasured figures are `NULL`, and so are figures whose data may still come, sales after the last day, and sales before
//! the first one ever. A stray date
//! far away must not create a calendar of millennia, and unreadable dates belong to no day.

use super::{
    Db,
    reading::{Reading, ZoneOffset},
};

/// A day with a time, as some writers have it, is of that day.
const SQLITE: &str = "\
WITH RECURSIVE sold (first, last) AS (
    SELECT (SELECT SUBSTR(d, 1, 10) FROM daily_sales
            WHERE typeof(d) = 'text' AND date(SUBSTR(d, 1, 10)) = SUBSTR(d, 1, 10) ORDER BY d LIMIT 1),
           (SELECT SUBSTR(d, 1, 10) FROM daily_sales
            WHERE typeof(d) = 'text' AND date(SUBSTR(d, 1, 10)) = SUBSTR(d, 1, 10) ORDER BY d DESC LIMIT 1)
),
span (first, last) AS (
    SELECT MIN(first), MAX(last) FROM (
        SELECT first, last FROM sold
        UNION ALL SELECT MIN(d), MAX(d) FROM ops_sli
        UNION ALL SELECT MIN(d), MAX(d) FROM ops_latency_days)
),
days (d, last) AS (
    SELECT max(first, date('now', '-10 years')), min(last, date('now', '+1 day')) FROM span WHERE first IS NOT NULL
    UNION ALL
    SELECT date(d, '+1 day'), last FROM days WHERE d < last
)
SELECT d,
    records AS ingest_records,
    CASE WHEN records > 0 THEN COALESCE((SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
                                         WHERE e.d = counted.d AND e.target = 'ingest_success_rate'), 100.0)
         WHEN d > (SELECT first FROM sold) AND d < (SELECT last FROM sold) THEN 0.0 END AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = counted.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = counted.d) AS api_latency_p95_ms
FROM (SELECT days.d AS d,
             (SELECT COUNT(*) FROM daily_sales s WHERE s.d >= days.d AND s.d < date(days.d, '+1 day')) AS records
      FROM days WHERE days.d <= days.last) counted";

/// `{sold}` has the days with sales and their numbers, `{records}` the number of a `day`.
const POSTGRES: &str = "\
{sold}SELECT d,
    records AS ingest_records,
    CASE WHEN records > 0 THEN COALESCE((SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
                                         WHERE e.d = counted.d AND e.target = 'ingest_success_rate'), 100.0)
         WHEN d > (SELECT MIN(s.d) FROM {days} s)
              AND d < (SELECT MAX(s.d) FROM {days} s WHERE s.d < '3000-01-01')
         THEN 0.0 END::double precision AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = counted.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = counted.d) AS api_latency_p95_ms
FROM (SELECT day::date AS d, {records} AS records
      FROM (SELECT MIN(first) AS first, MAX(last) AS last FROM (
                SELECT MIN(d) AS first, MAX(d) AS last FROM {days} WHERE d < '3000-01-01'
                UNION ALL SELECT MIN(d), MAX(d) FROM ops_sli
                UNION ALL SELECT MIN(d), MAX(d) FROM ops_latency_days) spans) span,
          generate_series(GREATEST(first, (now() - interval '10 years')::date)::timestamp,
                          LEAST(last, (now() + interval '1 day')::date)::timestamp, interval '1 day') day
      WHERE first IS NOT NULL) counted";

/// Used until the platform has created its tables: a view over a missing table would break the platform's own
/// migrations on `SQLite`, and cannot be created on `PostgreSQL`.
const WITHOUT_SALES: &str = "\
SELECT d,
    CAST(0 AS BIGINT) AS ingest_records,
    CAST(NULL AS DOUBLE PRECISION) AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = measured.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = measured.d) AS api_latency_p95_ms
FROM (SELECT d FROM ops_sli UNION SELECT d FROM ops_latency_days) measured";

impl Db {
    /// The current definition of the service levels' days; shorter without the platform's tables.
    pub(super) async fn slo_definition(&self) -> sqlx::Result<String> {
        if !self.column_types("daily_sales").await?.contains_key("d") {
            return Ok(WITHOUT_SALES.to_owned());
        }
        let reading = self.reading("daily_sales").await?;
        Ok(match &reading {
            Reading::Sqlite => SQLITE.to_owned(),
            // An index finds the rows of each day.
            Reading::Postgres(_) if reading.is_date("d") => POSTGRES
                .replace("{sold}", "")
                .replace("{days}", "daily_sales")
                .replace(
                    "{records}",
                    "(SELECT COUNT(*) FROM daily_sales s WHERE s.d = day::date)",
                ),
            // The view does not know the platform's zone: a moment that represents a day is moved to the nearest
            // midnight.
            Reading::Postgres(_) => {
                let day = reading.day("d", ZoneOffset::NEAREST_MIDNIGHT);
                let sold = format!(
                    "WITH sold AS (SELECT CAST(day AS DATE) AS d, COUNT(*) AS records
    FROM (SELECT {day} AS day FROM daily_sales) known WHERE day IS NOT NULL GROUP BY day)\n"
                );
                POSTGRES
                    .replace("{sold}", &sold)
                    .replace("{days}", "sold")
                    .replace(
                        "{records}",
                        "COALESCE((SELECT s.records FROM sold s WHERE s.d = day::date), 0)",
                    )
            }
        })
    }
}
