//! Findings about jobs.

use chrono::{Duration, NaiveDateTime};
use serde_json::Value;

use crate::{
    domain::Extras,
    views::{Voice, say},
};

/// One job's trouble, or the rate with the jobs that are in trouble.
pub fn scheduler(voice: &Voice, extras: &Extras) -> Option<String> {
    match text(extras, "problem") {
        Some(problem) => job(voice, problem, extras),
        None => rate(voice, extras),
    }
}

/// What is wrong with a job, in a few words.
pub fn problem(voice: &Voice, code: &str) -> Option<String> {
    let key = match code {
        "failed" => "finding-job-problem-failed",
        "missed" => "finding-job-problem-missed",
        "never_run" => "finding-job-problem-never-run",
        "too_long" => "finding-job-problem-too-long",
        "ran_too_long" => "finding-job-problem-ran-too-long",
        "awaited" => "finding-job-problem-awaited",
        "late" => "finding-job-problem-late",
        _ => return None,
    };
    Some(say!(voice, key))
}

/// A job's own words, or ours for a run that it never ended.
pub fn cause(voice: &Voice, error: &str) -> String {
    voice.translate(&["finding-job-interrupted"], error)
}

fn job(voice: &Voice, problem: &str, extras: &Extras) -> Option<String> {
    let job = text(extras, "job")?;
    let due = moment(voice, extras, "due_at")?;
    let length = |key| Some(voice.duration(Duration::try_seconds(extras.get(key)?.as_i64()?)?));
    Some(match problem {
        "failed" => {
            let at = moment(voice, extras, "failed_at")?;
            match text(extras, "error") {
                Some(error) => {
                    let error = cause(voice, error);
                    say!(
                        voice,
                        "finding-job-failed-with",
                        job = job,
                        at = at,
                        error = error
                    )
                }
                None => say!(voice, "finding-job-failed", job = job, at = at),
            }
        }
        "missed" => say!(voice, "finding-job-missed", job = job, due = due),
        "never_run" => say!(voice, "finding-job-never-run", job = job, due = due),
        "too_long" | "ran_too_long" => {
            let key = if problem == "too_long" {
                "finding-job-too-long"
            } else {
                "finding-job-ran-too-long"
            };
            let (taken, longest) = (length("taken_sec")?, length("longest_sec")?);
            say!(voice, key, job = job, taken = taken, longest = longest)
        }
        "awaited" | "late" => {
            let key = if problem == "awaited" {
                "finding-job-awaited"
            } else {
                "finding-job-late"
            };
            let (late, grace) = (length("late_sec")?, length("grace_sec")?);
            say!(voice, key, job = job, late = late, due = due, grace = grace)
        }
        _ => return None,
    })
}

fn rate(voice: &Voice, extras: &Extras) -> Option<String> {
    let target = extras.get("target_pct")?.as_f64()?;
    let jobs: Vec<String> = extras
        .get("jobs")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, code)| {
            let words = code.as_str().and_then(|code| problem(voice, code));
            format!("{name} ({})", words.unwrap_or_else(|| code.to_string()))
        })
        .collect();
    let rate = match extras.get("on_time_pct").and_then(Value::as_f64) {
        None => say!(voice, "finding-scheduler-nothing-due"),
        Some(rate) => {
            let key = if rate < target {
                "finding-scheduler-below"
            } else {
                "finding-scheduler-kept"
            };
            say!(
                voice,
                key,
                rate = voice.percent(rate),
                target = voice.percent(target)
            )
        }
    };
    if jobs.is_empty() {
        return Some(rate);
    }
    let jobs = jobs.join(", ");
    Some(say!(
        voice,
        "finding-scheduler-jobs",
        rate = rate,
        jobs = jobs
    ))
}

fn text<'a>(extras: &'a Extras, key: &str) -> Option<&'a str> {
    extras.get(key)?.as_str()
}

/// As the clocks of the job's time zone showed it.
fn moment(voice: &Voice, extras: &Extras, key: &str) -> Option<String> {
    NaiveDateTime::parse_from_str(text(extras, key)?, "%Y-%m-%d %H:%M")
        .ok()
        .map(|local| voice.on_the_wall(local))
}
