//! The schedules of jobs and the outcomes of their ticks.

mod cron;
mod properties;
mod ticks;

use chrono::Duration;
use chrono_tz::{Europe, Tz};
use sovani_domain::{ExpectedJob, JobRun, Rhythm, RunEnd, RunError, Timestamp};

use crate::moment;

const MOSCOW: Tz = Europe::Moscow;

fn cron(text: &str, zone: Tz) -> Rhythm {
    Rhythm::Cron(text.parse().unwrap(), zone)
}

/// Ten minutes of grace, an hour at most.
fn job(rhythm: Rhythm) -> ExpectedJob {
    ExpectedJob {
        name: "job".to_owned(),
        rhythm,
        grace: Duration::minutes(10),
        longest: Some(Duration::hours(1)),
    }
}

/// With or without seconds.
fn utc(text: &str) -> Timestamp {
    if text.len() == "2025-10-02 12:00".len() {
        moment(&format!("{text}:00"))
    } else {
        moment(text)
    }
}

/// A moment of 2 October 2025 in UTC.
fn at(time: &str) -> Timestamp {
    moment(&format!("2025-10-02 {time}"))
}

fn running(started: &str) -> JobRun {
    JobRun {
        started_at: at(started),
        end: None,
    }
}

fn ended(started: &str, ended: &str, success: bool) -> JobRun {
    JobRun {
        end: Some(RunEnd {
            at: at(ended),
            success,
            error: (!success).then(|| RunError::Reported("boom".to_owned())),
        }),
        ..running(started)
    }
}
