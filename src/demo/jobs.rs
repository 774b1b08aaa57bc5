//! Runs of the platform's own jobs, as its journal holds them.

use chrono::{Duration, NaiveDate, NaiveTime};

use crate::domain::Timestamp;

/// The nightly ingestion, at 02:00 in Moscow.
pub const COLLECT_YESTERDAY: &str = "collect_yesterday_data";
/// The nightly recalculation, at 03:00 in Moscow.
pub const RECALC_RECENT: &str = "recalc_recent_metrics";
/// Every half hour.
pub const REVIEWS_SLA: &str = "reviews_sla_monitor";

/// Moscow is three hours ahead of UTC all year round.
const MOSCOW_AHEAD: Duration = Duration::hours(3);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    pub job: &'static str,
    /// The day in Moscow on which it started.
    pub day: NaiveDate,
    pub started_at: Timestamp,
    pub took: Duration,
    /// The text for `error_message`; such a run has failed.
    pub error: Option<String>,
}

impl JobRun {
    /// The columns of [`JobRun::values`].
    pub(super) const COLUMNS: &str =
        "(job_name, started_at, finished_at, status, duration_seconds, error_message)";

    /// The runs of one day as they should be: the nightly ones at their time and successful.
    pub(super) fn nightly(day: NaiveDate) -> [Self; 2] {
        [
            Self::successful(COLLECT_YESTERDAY, day, Duration::hours(2), 214),
            Self::successful(RECALC_RECENT, day, Duration::hours(3), 96),
        ]
    }

    pub(super) fn reviews(day: NaiveDate) -> impl Iterator<Item = Self> {
        (0..48).map(move |slot| Self::successful(REVIEWS_SLA, day, Duration::minutes(30 * slot), 3))
    }

    fn successful(job: &'static str, day: NaiveDate, moscow_time: Duration, seconds: i64) -> Self {
        let midnight = Timestamp::from_naive_utc(day.and_time(NaiveTime::MIN));
        Self {
            job,
            day,
            started_at: midnight + moscow_time - MOSCOW_AHEAD,
            took: Duration::seconds(seconds),
            error: None,
        }
    }

    pub(super) fn values(&self) -> String {
        let (status, error) = match &self.error {
            None => ("success", "NULL".to_owned()),
            Some(text) => ("failed", format!("'{}'", text.replace('\'', "''"))),
        };
        format!(
            "('{}', '{}', '{}', '{status}', {}.0, {error})",
            self.job,
            self.started_at,
            self.started_at + self.took,
            self.took.num_seconds(),
        )
    }
}
