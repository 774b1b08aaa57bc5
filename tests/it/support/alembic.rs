//! The ops objects as the platform's own migration `2ceda79b02d6` made them, with rows.

use super::database::TestDatabase;

pub const REVISION: &str = "2ceda79b02d6";

/// How many rows [`install`] leaves in `ops_alerts_history`.
pub const ALERTS: i64 = 3;
/// How many rows [`install`] leaves in `ops_remediation_history`.
pub const REMEDIATIONS: i64 = 2;

const SQLITE_TABLES: &str = "
CREATE TABLE ops_alerts_history (id INTEGER PRIMARY KEY AUTOINCREMENT, created_at DATETIME NOT NULL,
  source TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL, fingerprint TEXT NOT NULL, extras_json TEXT,
  sent_to_chat_ids TEXT);
CREATE TABLE ops_remediation_history (id INTEGER PRIMARY KEY AUTOINCREMENT, triggered_at DATETIME NOT NULL,
  alert_id INTEGER, action_name TEXT NOT NULL, status TEXT NOT NULL, details TEXT,
  retry_count INTEGER NOT NULL DEFAULT 0)";

const POSTGRES_TABLES: &str = "
CREATE TABLE ops_alerts_history (id SERIAL PRIMARY KEY, created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  source VARCHAR NOT NULL, severity VARCHAR NOT NULL, message TEXT NOT NULL, fingerprint VARCHAR NOT NULL,
  extras_json TEXT, sent_to_chat_ids TEXT);
CREATE TABLE ops_remediation_history (id SERIAL PRIMARY KEY, triggered_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  alert_id INTEGER, action_name VARCHAR NOT NULL, status VARCHAR NOT NULL, details TEXT,
  retry_count INTEGER NOT NULL DEFAULT 0)";

const INDEXES: &str = "
CREATE INDEX idx_ops_alerts_created ON ops_alerts_history (created_at);
CREATE INDEX idx_ops_alerts_fingerprint ON ops_alerts_history (fingerprint);
CREATE INDEX idx_ops_remed_triggered ON ops_remediation_history (triggered_at)";

const SLO_VIEW: &str = "
CREATE VIEW vw_slo_daily AS
SELECT days.d AS d,
  (SELECT COUNT(*) FROM daily_sales ds WHERE ds.d = days.d) AS ingest_records,
  CASE WHEN (SELECT COUNT(*) FROM daily_sales ds WHERE ds.d = days.d) > 0 THEN 100.0 ELSE 0.0 END
    AS ingest_success_rate_pct,
  100.0 AS scheduler_on_time_pct,
  0.0 AS api_latency_p95_ms
FROM (SELECT DISTINCT d FROM daily_sales UNION SELECT DISTINCT d FROM pnl_daily) days";

/// In `SQLite`'s form; [`install`] rewrites the moments for `PostgreSQL`.
const HEALTH_VIEW: &str = "
CREATE VIEW vw_ops_health AS
SELECT
  (SELECT COUNT(*) FROM ops_alerts_history WHERE created_at >= datetime('now', '-1 hour')) AS alerts_last_hour,
  (SELECT COUNT(*) FROM ops_alerts_history WHERE severity = 'critical'
    AND created_at >= datetime('now', '-24 hours')) AS critical_last_24h,
  (SELECT COUNT(*) FROM ops_remediation_history
    WHERE triggered_at >= datetime('now', '-1 hour')) AS remediations_last_hour,
  (SELECT COUNT(*) FROM ops_remediation_history WHERE status = 'failed'
    AND triggered_at >= datetime('now', '-24 hours')) AS remediation_failures_24h";

const ROWS: &str = r#"
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('2ceda79b02d6');
INSERT INTO ops_alerts_history
  (created_at, source, severity, message, fingerprint, extras_json, sent_to_chat_ids) VALUES
  ('2025-10-02 10:15:00.000000', 'check_cash_balance_threshold', 'critical',
   'Cash balance -15000.00 RUB below alert threshold -10000.00', 'b4c3d2', '{"balance": -15000.0}', '123456789'),
  ('2025-10-02 10:20:00', 'unknown', 'warning', '12 commission outliers detected in last 7 days', 'c0ffee', NULL, ''),
  ('2025-10-02 10:25:00.123456', 'unknown', 'error', 'No sales data ingested since 2025-10-01', 'a3f5e2', '{}', NULL);
INSERT INTO ops_remediation_history (triggered_at, alert_id, action_name, status, details, retry_count) VALUES
  ('2025-10-02 10:16:00.000000', 1, 'remediate_notify_admin', 'success', 'Manager notified', 0),
  ('2025-10-02 10:26:00.000000', NULL, 'remediate_vacuum_db', 'failed', NULL, 3)"#;

/// How the platform records an alert to this day.
pub const INSERT_ALERT: &str = "INSERT INTO ops_alerts_history
  (created_at, source, severity, message, fingerprint, extras_json, sent_to_chat_ids)
  VALUES ('2025-10-03 08:00:00.000000', 'check_db_growth', 'warning', 'Database size 5200.0 MB exceeds 5GB threshold',
          'd15c', '{}', '123456789')";
/// How the platform records a remediation to this day.
pub const INSERT_REMEDIATION: &str = "INSERT INTO ops_remediation_history
  (triggered_at, alert_id, action_name, status, details, retry_count)
  VALUES ('2025-10-03 08:00:01.000000', 4, 'remediate_vacuum_db', 'success', 'Database vacuumed successfully', 0)";

/// Lays the objects beside the platform's business tables, which must exist: its views read them.
pub async fn install(database: &TestDatabase) {
    let postgres = database.is_postgres();
    let tables = if postgres {
        POSTGRES_TABLES
    } else {
        SQLITE_TABLES
    };
    let health = if postgres {
        HEALTH_VIEW.replace(
            "datetime('now', '-",
            "((now() AT TIME ZONE 'utc') - interval '",
        )
    } else {
        HEALTH_VIEW.to_owned()
    };
    for sql in [tables, INDEXES, SLO_VIEW, &health, ROWS] {
        database.execute(sql).await;
    }
}
