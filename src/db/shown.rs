//! The two views that others read too, and what they show. The program itself reads what they are made of, so that one
//! that cannot be made as it should be blinds nobody.

/// Every calendar day between the first and the last one of which anything is known, so that a day without rows is there
/// with 0 %. What nothing measures is `NULL`, and so is what may still come: the sales of the days after the last ones.
/// A stray date far off must not make a calendar of millennia.
pub(super) const SLO_SQLITE: &str = "\
WITH RECURSIVE span (first, last) AS (
    SELECT MIN(first), MAX(last) FROM (
        SELECT MIN(d) AS first, MAX(d) AS last FROM daily_sales
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
         WHEN d < (SELECT MAX(d) FROM daily_sales) THEN 0.0 END AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = counted.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = counted.d) AS api_latency_p95_ms
FROM (SELECT days.d AS d, (SELECT COUNT(*) FROM daily_sales s WHERE s.d = days.d) AS records
      FROM days WHERE days.d <= days.last) counted";

pub(super) const SLO_POSTGRES: &str = "\
SELECT d,
    records AS ingest_records,
    CASE WHEN records > 0 THEN COALESCE((SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
                                         WHERE e.d = counted.d AND e.target = 'ingest_success_rate'), 100.0)
         WHEN d < (SELECT MAX(s.d) FROM daily_sales s) THEN 0.0 END::double precision AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = counted.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = counted.d) AS api_latency_p95_ms
FROM (SELECT day::date AS d, (SELECT COUNT(*) FROM daily_sales s WHERE s.d = day::date) AS records
      FROM (SELECT MIN(first) AS first, MAX(last) AS last FROM (
                SELECT MIN(d) AS first, MAX(d) AS last FROM daily_sales
                UNION ALL SELECT MIN(d), MAX(d) FROM ops_sli
                UNION ALL SELECT MIN(d), MAX(d) FROM ops_latency_days) spans) span,
          generate_series(GREATEST(first, (now() - interval '10 years')::date)::timestamp,
                          LEAST(last, (now() + interval '1 day')::date)::timestamp, interval '1 day') day
      WHERE first IS NOT NULL) counted";

/// Stands in while the platform has made no tables: a view over a missing table would break the platform's own
/// migrations on `SQLite`, and cannot be made on `PostgreSQL`.
pub(super) const SLO_WITHOUT_SALES: &str = "\
SELECT d,
    CAST(0 AS BIGINT) AS ingest_records,
    CAST(NULL AS DOUBLE PRECISION) AS ingest_success_rate_pct,
    (SELECT 100.0 * SUM(good) / NULLIF(SUM(total), 0) FROM ops_sli e
     WHERE e.d = measured.d AND e.target = 'scheduler_on_time') AS scheduler_on_time_pct,
    (SELECT p95_ms FROM ops_latency_days l WHERE l.d = measured.d) AS api_latency_p95_ms
FROM (SELECT d FROM ops_sli UNION SELECT d FROM ops_latency_days) measured";

/// On `SQLite` a migration makes it.
pub(super) const HEALTH_POSTGRES: &str = "\
SELECT
    (SELECT COUNT(*) FROM ops_alerts_history
      WHERE created_at >= (now() AT TIME ZONE 'utc') - interval '1 hour') AS alerts_last_hour,
    (SELECT COUNT(*) FROM ops_alerts_history
      WHERE severity = 'critical'
        AND created_at >= (now() AT TIME ZONE 'utc') - interval '24 hours') AS critical_last_24h,
    (SELECT COUNT(*) FROM ops_remediation_history
      WHERE triggered_at >= (now() AT TIME ZONE 'utc') - interval '1 hour') AS remediations_last_hour,
    (SELECT COUNT(*) FROM ops_remediation_history
      WHERE status IN ('failed', 'failure')
        AND triggered_at >= (now() AT TIME ZONE 'utc') - interval '24 hours') AS remediation_failures_24h";
