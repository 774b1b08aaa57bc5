//! A job in trouble.

use chrono::Duration;
use chrono_tz::Tz;

use super::Judged;
use crate::{
    domain::{Arg, Fault, Finding, Moment, Outcome, Rhythm, RunError, Tick, Timestamp, one_line},
    views::clip,
};

/// How much of a job's own error is shown.
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

    /// The id of its word in the catalogues.
    pub fn text(self) -> &'static str {
        match self {
            Self::Failed => "finding-job-problem-failed",
            Self::Missed => "finding-job-problem-missed",
            Self::NeverRun => "finding-job-problem-never-run",
            Self::TooLong => "finding-job-problem-too-long",
            Self::RanTooLong => "finding-job-problem-ran-too-long",
            Self::Awaited => "finding-job-problem-awaited",
            Self::Late => "finding-job-problem-late",
        }
    }
}

/// A job whose newest decided tick went wrong.
pub struct JobTrouble<'a> {
    judged: &'a Judged<'a>,
    tick: &'a Tick,
    problem: Problem,
    /// In which the operator thinks of the job.
    zone: Tz,
    now: Timestamp,
}

impl<'a> JobTrouble<'a> {
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

    /// The same figures for each language and for programs.
    pub fn fault(&self) -> Fault {
        let fault = Fault::new(&format!("job:{}", self.name()), self.text())
            .figure("job", Arg::Text(self.name().to_owned()))
            .named(
                "problem",
                self.problem.as_str(),
                Arg::Term(self.problem.text().to_owned()),
            );
        let due = self.moment(self.tick.due);
        let mut fault = told_at(fault, "due_at", due);
        fault.finding = fault.finding.arg("due", self.due_as_told(due));
        match self.problem {
            Problem::Failed => {
                let at = self.moment(self.failed_at());
                fault.finding = fault.finding.arg("at", Arg::Time(at));
                let fault = told_at(fault, "failed_at", at);
                match self.error() {
                    Some(error) => fault.named("error", error.as_str(), words_of(&error)),
                    None => fault.figure("error", None),
                }
            }
            Problem::Awaited | Problem::Late => fault
                .figure("late_sec", span(self.late()))
                .figure("grace_sec", span(self.judged.job.grace)),
            Problem::TooLong | Problem::RanTooLong => {
                fault.figure("taken_sec", span(self.taken())).figure(
                    "longest_sec",
                    span(self.judged.job.longest.unwrap_or_default()),
                )
            }
            Problem::Missed | Problem::NeverRun => fault,
        }
    }

    pub fn finding(&self) -> Finding {
        self.fault().finding
    }

    fn text(&self) -> &'static str {
        match self.problem {
            Problem::Failed if self.error().is_some() => "finding-job-failed-with",
            Problem::Failed => "finding-job-failed",
            Problem::Missed => "finding-job-missed",
            Problem::NeverRun => "finding-job-never-run",
            Problem::TooLong => "finding-job-too-long",
            Problem::RanTooLong => "finding-job-ran-too-long",
            Problem::Awaited => "finding-job-awaited",
            Problem::Late => "finding-job-late",
        }
    }

    /// A run that never began may be long overdue, so its day is always shown.
    fn due_as_told(&self, due: Moment) -> Arg {
        match self.problem {
            Problem::Missed | Problem::NeverRun => Arg::Moment(due),
            _ => Arg::Time(due),
        }
    }

    fn failed_at(&self) -> Timestamp {
        match &self.tick.outcome {
            Outcome::Failed { at, .. } => *at,
            _ => self.tick.due,
        }
    }

    /// The job's own words are put on one line.
    fn error(&self) -> Option<RunError> {
        let Outcome::Failed {
            error: Some(error), ..
        } = &self.tick.outcome
        else {
            return None;
        };
        let RunError::Reported(text) = error else {
            return Some(error.clone());
        };
        let text = one_line(text);
        let line: Vec<&str> = text.split_whitespace().collect();
        (!line.is_empty()).then(|| RunError::Reported(clip(&line.join(" "), ERROR_UNITS)))
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

    fn moment(&self, at: Timestamp) -> Moment {
        Moment::of(at, self.zone)
    }
}

/// For programs; the sentence for people contains it.
fn told_at(fault: Fault, name: &str, moment: Moment) -> Fault {
    fault.with(name, &Arg::Moment(moment))
}

fn span(length: Duration) -> Arg {
    Arg::Span(length.num_seconds())
}

fn words_of(error: &RunError) -> Arg {
    match error {
        RunError::Interrupted => Arg::Term("finding-job-interrupted".to_owned()),
        RunError::Reported(text) => Arg::Text(text.clone()),
    }
}
