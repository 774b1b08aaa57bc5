//! What is wrong with a job, in words and in figures.

use chrono::Duration;
use chrono_tz::Tz;
use serde_json::Value;

use super::Judged;
use crate::{
    domain::{Extras, Fault, Lang, Outcome, Rhythm, Tick, Timestamp, one_line},
    views::{Voice, clip},
};

/// What a message shows of a job's own error.
const ERROR_UNITS: usize = 200;

/// Worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    Failed,
    Missed,
    NeverRun,
    TooLong,
    RanTooLong,
    Awaited,
    Late,
}

impl Problem {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Missed => "missed",
            Self::NeverRun => "never_run",
            Self::TooLong => "too_long",
            Self::RanTooLong => "ran_too_long",
            Self::Awaited => "awaited",
            Self::Late => "late",
        }
    }
}

/// A job whose newest decided tick went wrong.
pub struct Trouble<'a> {
    judged: &'a Judged<'a>,
    tick: &'a Tick,
    problem: Problem,
    /// In which the operator thinks of the job.
    zone: Tz,
    now: Timestamp,
}

impl<'a> Trouble<'a> {
    pub fn of(judged: &'a Judged<'a>, zone: Tz, now: Timestamp) -> Option<Self> {
        let tick = judged.ticks.iter().rfind(|tick| tick.decided())?;
        let problem = match &tick.outcome {
            Outcome::Pending | Outcome::Running | Outcome::OnTime => None,
            Outcome::Failed { mended, .. } => (!mended).then_some(Problem::Failed),
            Outcome::Missed | Outcome::Late { started: None } if !judged.has_run => {
                Some(Problem::NeverRun)
            }
            Outcome::Missed => Some(Problem::Missed),
            Outcome::Late { started: None } => Some(Problem::Awaited),
            Outcome::Late { .. } => Some(Problem::Late),
            Outcome::TooLong { ended: None, .. } => Some(Problem::TooLong),
            Outcome::TooLong { .. } => Some(Problem::RanTooLong),
        }?;
        Some(Self {
            judged,
            tick,
            problem,
            zone: match &judged.job.rhythm {
                Rhythm::Cron(_, own) => *own,
                Rhythm::Every(_) => zone,
            },
            now,
        })
    }

    pub fn name(&self) -> &'a str {
        &self.judged.job.name
    }

    pub fn problem(&self) -> Problem {
        self.problem
    }

    pub fn due(&self) -> Timestamp {
        self.tick.due
    }

    pub fn fault(&self) -> Fault {
        Fault {
            key: format!("job:{}", self.name()),
            severity: None,
            message: self.message(),
            extras: self.extras(),
        }
    }

    pub fn message(&self) -> String {
        let name = self.name();
        let due = || self.on_the_wall(self.tick.due);
        let taken = || {
            let longest = self.judged.job.longest.unwrap_or_default();
            (self.long(self.taken()), self.long(longest))
        };
        match self.problem {
            Problem::Failed => match self.error() {
                Some(error) => format!(
                    "Job {name} failed at {}: {error}",
                    self.time(self.failed_at())
                ),
                None => format!("Job {name} failed at {}", self.time(self.failed_at())),
            },
            Problem::Missed => format!("Job {name} missed its run of {}", due()),
            Problem::NeverRun => format!("Job {name} has never run; it was due {}", due()),
            Problem::TooLong => {
                let (taken, longest) = taken();
                format!("Job {name} has been running for {taken}, longest {longest}")
            }
            Problem::RanTooLong => {
                let (taken, longest) = taken();
                format!("Job {name} ran for {taken}, longest {longest}")
            }
            Problem::Awaited => format!("Job {name} is {}", self.lateness()),
            Problem::Late => format!("Job {name} started {}", self.lateness()),
        }
    }

    fn lateness(&self) -> String {
        format!(
            "{} late (due {}, grace {})",
            self.long(self.late()),
            self.time(self.tick.due),
            self.long(self.judged.job.grace),
        )
    }

    /// What the sentence is made of, for other languages and programs.
    fn extras(&self) -> Extras {
        let seconds = |length: Duration| Value::from(length.num_seconds());
        let mut extras = Extras::new();
        let mut put = |name: &str, value: Value| {
            extras.insert(name.to_owned(), value);
        };
        put("job", self.name().into());
        put("problem", self.problem.as_str().into());
        put("due_at", self.on_the_wall(self.tick.due).into());
        match self.problem {
            Problem::Failed => {
                put("failed_at", self.on_the_wall(self.failed_at()).into());
                put("error", self.error().into());
            }
            Problem::Awaited | Problem::Late => {
                put("late_sec", seconds(self.late()));
                put("grace_sec", seconds(self.judged.job.grace));
            }
            Problem::TooLong | Problem::RanTooLong => {
                put("taken_sec", seconds(self.taken()));
                put(
                    "longest_sec",
                    seconds(self.judged.job.longest.unwrap_or_default()),
                );
            }
            Problem::Missed | Problem::NeverRun => {}
        }
        extras
    }

    fn failed_at(&self) -> Timestamp {
        match &self.tick.outcome {
            Outcome::Failed { at, .. } => *at,
            _ => self.tick.due,
        }
    }

    /// The job's own words, on one line.
    fn error(&self) -> Option<String> {
        let Outcome::Failed {
            error: Some(error), ..
        } = &self.tick.outcome
        else {
            return None;
        };
        let error = one_line(error);
        let words = error.split_whitespace();
        let line: Vec<&str> = words.collect();
        (!line.is_empty()).then(|| clip(&line.join(" "), ERROR_UNITS))
    }

    fn late(&self) -> Duration {
        let started = match self.tick.outcome {
            Outcome::Late { started } => started,
            _ => None,
        };
        started.unwrap_or(self.now).since(self.tick.due)
    }

    fn taken(&self) -> Duration {
        match self.tick.outcome {
            Outcome::TooLong { started, ended, .. } => ended.unwrap_or(self.now).since(started),
            _ => Duration::zero(),
        }
    }

    fn on_the_wall(&self, at: Timestamp) -> String {
        let local = at.utc().with_timezone(&self.zone);
        local.format("%Y-%m-%d %H:%M").to_string()
    }

    /// Without the day when that is today.
    fn time(&self, at: Timestamp) -> String {
        let day = |at: Timestamp| at.utc().with_timezone(&self.zone).date_naive();
        let whole = self.on_the_wall(at);
        match whole.split_once(' ') {
            Some((_, time)) if day(at) == day(self.now) => time.to_owned(),
            _ => whole,
        }
    }

    fn long(&self, length: Duration) -> String {
        let voice = Voice {
            lang: Lang::En,
            zone: self.zone,
            now: self.now,
        };
        voice.duration(length)
    }
}
