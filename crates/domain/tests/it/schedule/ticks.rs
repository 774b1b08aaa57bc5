mod ended;
mod periods;

use chrono::Duration;
use chrono_tz::{Europe, Tz};
use sovani_domain::{
    ExpectedJob, JobRun, Outcome, Rhythm, RunEnd, RunError, Tick, Timestamp, ticks,
};

use super::{MOSCOW, at, cron, ended, job, running, utc};

/// Due at 02:00 and 14:00, with ten minutes of grace and an hour at most.
fn twice_a_day() -> ExpectedJob {
    job(cron("0 2,14 * * *", Tz::UTC))
}

fn hourly(grace_minutes: i64) -> ExpectedJob {
    ExpectedJob {
        grace: Duration::minutes(grace_minutes),
        longest: None,
        ..job(Rhythm::Every(Duration::hours(1)))
    }
}

/// `HH:MM outcome`, and when that was known.
fn told(tick: &Tick) -> String {
    let time = |at: Timestamp| at.utc().format("%H:%M:%S").to_string();
    let outcome = match &tick.outcome {
        Outcome::Pending => "pending".to_owned(),
        Outcome::Running => "running".to_owned(),
        Outcome::OnTime => "on time".to_owned(),
        Outcome::Late { started: None } => "late, awaited".to_owned(),
        Outcome::Late { started: Some(at) } => format!("late, started {}", time(*at)),
        Outcome::Missed => "missed".to_owned(),
        Outcome::Failed { at, mended, error } => format!(
            "failed {} {}{}",
            time(*at),
            error.as_ref().map_or("-", RunError::as_str),
            if *mended { ", mended" } else { "" }
        ),
        Outcome::TooLong { ended: None, .. } => "too long, running".to_owned(),
        Outcome::TooLong {
            ended: Some(at),
            kept,
            ..
        } => format!(
            "too long, until {}{}",
            time(*at),
            if *kept { ", kept" } else { "" }
        ),
    };
    let known = tick.known_at.map_or("open".to_owned(), time);
    assert_eq!(
        tick.good(),
        outcome == "on time" || outcome.ends_with(", kept")
    );
    assert_eq!(tick.decided(), known != "open");
    format!("{} {outcome} ({known})", tick.due.utc().format("%H:%M"))
}

fn judged(job: &ExpectedJob, runs: &[JobRun], from: &str, now: &str) -> Vec<String> {
    ticks(job, runs, at(from), at(now))
        .iter()
        .map(told)
        .collect()
}

/// Each is what it is about, the runs, the moment, and what becomes of the tick of 02:00.
type Case = (&'static str, Vec<JobRun>, &'static str, &'static str);

fn assert_outcomes(cases: &[Case]) {
    for (case, runs, now, expected) in cases {
        let first = judged(&twice_a_day(), runs, "02:00:00", now).remove(0);
        assert_eq!(first, format!("02:00 {expected}"), "{case}");
    }
}

fn ok(from: &str, to: &str) -> JobRun {
    ended(from, to, true)
}

fn failed(from: &str, to: &str) -> JobRun {
    ended(from, to, false)
}

#[test]
fn a_tick_is_open_until_its_run_is_late_or_too_long() {
    assert_outcomes(&[
        ("due just now", vec![], "02:00:00", "pending (open)"),
        (
            "the last second of the grace",
            vec![],
            "02:10:00",
            "pending (open)",
        ),
        (
            "a second later",
            vec![],
            "02:10:01",
            "late, awaited (02:10:00)",
        ),
        (
            "until it is due again",
            vec![],
            "13:59:59",
            "late, awaited (02:10:00)",
        ),
        ("due again", vec![], "14:00:00", "missed (02:10:00)"),
        (
            "started in time",
            vec![running("02:00:05")],
            "02:30:00",
            "running (open)",
        ),
        (
            "started in the last second",
            vec![running("02:10:00")],
            "02:30:00",
            "running (open)",
        ),
        (
            "started a second later",
            vec![running("02:10:01")],
            "02:30:00",
            "late, started 02:10:01 (02:10:00)",
        ),
        (
            "runs as long as it may",
            vec![running("02:00:05")],
            "03:00:05",
            "running (open)",
        ),
        (
            "runs longer",
            vec![running("02:00:05")],
            "03:00:06",
            "too long, running (03:00:05)",
        ),
        (
            "ran as long as it may",
            vec![ok("02:00:00", "03:00:00")],
            "04:00:00",
            "on time (03:00:00)",
        ),
        (
            "ran longer",
            vec![ok("02:00:00", "03:00:01")],
            "04:00:00",
            "too long, until 03:00:01, kept (03:00:00)",
        ),
    ]);
}

#[test]
fn a_run_belongs_to_the_newest_tick_that_was_due() {
    let runs = [
        ended("13:30:00", "13:40:00", true),
        ended("14:01:00", "14:02:00", true),
    ];
    assert_eq!(
        judged(&twice_a_day(), &runs, "00:00:00", "15:00:00"),
        [
            "02:00 late, started 13:30:00 (02:10:00)",
            "14:00 on time (14:02:00)"
        ]
    );
    let early = [ended("13:59:30", "14:02:00", true)];
    assert_eq!(
        judged(&twice_a_day(), &early, "00:00:00", "15:00:00"),
        ["02:00 missed (02:10:00)", "14:00 on time (14:02:00)"]
    );
    // The tick that it belongs to is not due yet.
    assert_eq!(
        judged(&twice_a_day(), &early, "00:00:00", "13:59:45"),
        ["02:00 late, awaited (02:10:00)"]
    );
}

#[test]
fn what_ran_before_the_time_asked_about_is_that_of_earlier_ticks() {
    let runs = [
        ended("01:00:00", "01:05:00", false),
        ended("02:00:00", "02:05:00", true),
    ];
    assert_eq!(
        judged(&twice_a_day(), &runs, "01:30:00", "03:00:00"),
        ["02:00 on time (02:05:00)"]
    );
}

#[test]
fn ticks_of_every_minute_keep_their_runs_apart() {
    let job = ExpectedJob {
        grace: Duration::minutes(10),
        ..job(cron("* * * * *", Tz::UTC))
    };
    let runs = [
        ended("02:00:02", "02:00:03", true),
        ended("02:01:44", "02:01:45", true),
        ended("02:02:45", "02:02:46", true),
    ];
    assert_eq!(
        judged(&job, &runs, "02:00:00", "02:03:30"),
        [
            "02:00 on time (02:00:03)",
            "02:01 on time (02:01:45)",
            // Its run came just in time for the next.
            "02:02 missed (02:03:00)",
            "02:03 on time (02:02:46)",
        ]
    );
}

#[test]
fn a_night_of_two_hours_at_two_has_one_tick() {
    let job = job(cron("30 2 * * *", Europe::Berlin));
    let run = |started: &str, ended: &str| JobRun {
        started_at: utc(started),
        end: Some(RunEnd {
            at: utc(ended),
            success: true,
            error: None,
        }),
    };
    let (from, now) = (utc("2025-10-25 12:00"), utc("2025-10-26 12:00"));
    let once = [run("2025-10-26 00:30", "2025-10-26 00:40")];
    let [tick] = &ticks(&job, &once, from, now)[..] else {
        panic!("one tick")
    };
    assert!(tick.good());
    // The night in which it is skipped: a cron that runs it after the gap is on time.
    let (from, now) = (utc("2025-03-29 12:00"), utc("2025-03-30 12:00"));
    let after = [run("2025-03-30 01:00", "2025-03-30 01:10")];
    let [tick] = &ticks(&job, &after, from, now)[..] else {
        panic!("one tick")
    };
    assert!(tick.good());
    assert_eq!(ticks(&job, &[], from, now).len(), 1);
}

#[test]
fn years_of_silence_are_not_counted_through() {
    let job = ExpectedJob {
        rhythm: Rhythm::Every(Duration::minutes(1)),
        ..hourly(1)
    };
    let ancient = JobRun {
        started_at: utc("1970-01-01"),
        end: None,
    };
    let ticks = ticks(&job, &[ancient], at("02:00:00"), at("02:03:30"));
    let told: Vec<_> = ticks.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "02:00 missed (02:01:00)",
            "02:01 missed (02:02:00)",
            "02:02 missed (02:03:00)",
            "02:03 pending (open)",
        ]
    );
}

#[test]
fn the_newest_ticks_are_found_however_rare_they_are() {
    let now = utc("2025-10-02 12:00");
    let days = |rhythm| now.since(job(rhythm).look_back(now)).num_days();
    assert_eq!(days(cron("*/5 * * * *", MOSCOW)), 2);
    assert_eq!(days(cron("0 2 * * *", MOSCOW)), 2);
    assert_eq!(days(cron("0 2 * * mon", MOSCOW)), 15);
    assert_eq!(days(cron("0 2 1 * *", MOSCOW)), 70);
    assert_eq!(days(cron("0 2 1 1 *", MOSCOW)), 373);
    assert_eq!(days(Rhythm::Every(Duration::minutes(5))), 2);
    assert_eq!(days(Rhythm::Every(Duration::days(30))), 90);
}
