//! The two views that other programs read too. The program itself reads the underlying tables, so an outdated view
//! affects none of its figures.

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
