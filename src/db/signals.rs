//! How long what was measured is kept.

use chrono::{Duration, NaiveDate};

use super::{Db, tx::write};
use crate::domain::Timestamp;

/// Longer than the longest period of a service level (`SLO_PERIOD_DAYS`).
const EVENTS_APART: Duration = Duration::days(95);
/// The current figure is of minutes, and a chart of the latency is of days.
const LATENCY_SAMPLES: Duration = Duration::days(2);
/// A source that was given up. After that long nobody could tell whose day it is that was counted since.
const SCRAPES: Duration = Duration::days(2);
/// As far back as a chart of the growth goes, and some.
const SIZES: Duration = Duration::days(95);
/// Longer than a service level's period: what was told is what it is computed from.
const JOB_RUNS: Duration = Duration::days(95);

impl Db {
    /// Forgets what nothing looks at any more. Of days long ago the events become one row each.
    pub async fn forget_signals(&self, now: Timestamp) -> sqlx::Result<()> {
        let whole_before: NaiveDate = (now - EVENTS_APART).naive_utc().date();
        write!(self, conn => {
            for (forget, before) in [
                ("DELETE FROM ops_latency_samples WHERE at < $1", now - LATENCY_SAMPLES),
                ("DELETE FROM ops_scrapes WHERE at < $1", now - SCRAPES),
                ("DELETE FROM ops_db_sizes WHERE at < $1", now - SIZES),
                ("DELETE FROM ops_job_runs WHERE started_at < $1", now - JOB_RUNS),
            ] {
                sqlx::query(forget).bind(before).execute(&mut *conn).await?;
            }
            for gather in [
                "UPDATE ops_sli SET
                     good = (SELECT SUM(o.good) FROM ops_sli o WHERE o.target = ops_sli.target AND o.d = ops_sli.d),
                     total = (SELECT SUM(o.total) FROM ops_sli o WHERE o.target = ops_sli.target AND o.d = ops_sli.d)
                 WHERE d < $1
                     AND at = (SELECT MIN(o.at) FROM ops_sli o WHERE o.target = ops_sli.target AND o.d = ops_sli.d)
                     AND EXISTS (SELECT 1 FROM ops_sli o
                                 WHERE o.target = ops_sli.target AND o.d = ops_sli.d AND o.at > ops_sli.at)",
                "DELETE FROM ops_sli WHERE d < $1
                     AND at > (SELECT MIN(o.at) FROM ops_sli o WHERE o.target = ops_sli.target AND o.d = ops_sli.d)",
            ] {
                sqlx::query(gather).bind(whole_before).execute(&mut *conn).await?;
            }
        });
        Ok(())
    }
}
