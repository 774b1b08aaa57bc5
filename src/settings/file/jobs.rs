//! `[[job]]`: the jobs that are expected to run.

use std::collections::HashSet;

use chrono::Duration;
use chrono_tz::Tz;
use toml::Value;

use super::fields::{Entry, Fields};
use crate::{
    domain::{Cron, ExpectedJob, Rhythm, Span},
    settings::parse::{job_name, own, time_zone},
};

/// Each is looked up in every sweep.
const JOBS_MAX: usize = 200;
const GRACE: Duration = Duration::minutes(10);
/// Jobs with a shorter period cannot be judged by a check every few minutes.
const SHORTEST_PERIOD: Duration = Duration::minutes(1);

pub fn parse(entries: Vec<Entry>, zone: Tz, faults: &mut Vec<String>) -> Vec<ExpectedJob> {
    if entries.len() > JOBS_MAX {
        faults.push(format!("job: expected {JOBS_MAX} entries at most"));
        return Vec::new();
    }
    let mut names = HashSet::new();
    let mut jobs = Vec::with_capacity(entries.len());
    for (entry, number) in entries.into_iter().zip(1..) {
        let mut fields = Fields::new(place(&entry, number), entry);
        let job = job(&mut fields, zone);
        if let Some(job) = &job
            && !names.insert(job.name.clone())
        {
            fields.fault("name", "this job stands here twice");
        }
        faults.extend(fields.unknown());
        jobs.extend(job);
    }
    jobs
}

/// `job "name": `, or its number when it has no proper name.
fn place(entry: &Entry, number: usize) -> String {
    let name = entry.table.get("name").and_then(Value::as_str);
    match name.and_then(|name| job_name(name).ok()) {
        Some(name) => format!("job {name:?}: "),
        None => format!("job {number}: "),
    }
}

fn job(fields: &mut Fields, zone: Tz) -> Option<ExpectedJob> {
    if !fields.has("name") {
        fields.fault("name", "expected the job's name, as in job_runs");
    }
    let name = fields.text("name", job_name);
    let rhythm = rhythm(fields, zone);
    let grace = fields.text("grace", span);
    let longest = fields.text("longest", span);
    Some(ExpectedJob {
        name: name?,
        rhythm: rhythm?,
        grace: grace.unwrap_or(GRACE),
        longest,
    })
}

fn rhythm(fields: &mut Fields, zone: Tz) -> Option<Rhythm> {
    let given = (fields.has("cron"), fields.has("every"));
    let has_zone = fields.has("timezone");
    let cron = fields.text("cron", own::<Cron>);
    let every = fields.text("every", period);
    let own_zone = fields.text("timezone", time_zone);
    let zone = if has_zone { own_zone } else { Some(zone) };
    match given {
        (true, true) => fields.fault("every", "expected either this or cron"),
        (false, false) => fields.fault("cron", "expected this or every, such as every = \"30m\""),
        (false, true) if has_zone => {
            fields.fault(
                "timezone",
                "it goes with cron; a period is the same in every zone",
            );
        }
        (false, true) => return every.map(Rhythm::Every),
        (true, false) => return Some(Rhythm::Cron(cron?, zone?)),
    }
    None
}

fn span(text: &str) -> Result<Duration, String> {
    own::<Span>(text).map(Span::duration)
}

fn period(text: &str) -> Result<Duration, String> {
    span(text).and_then(|period| {
        if period < SHORTEST_PERIOD {
            Err("expected a minute at least".to_owned())
        } else {
            Ok(period)
        }
    })
}
