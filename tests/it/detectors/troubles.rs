//! The messages about jobs whose ticks have these outcomes.

use chrono::Duration;
use chrono_tz::{Europe, Tz};
use serde_json::json;
use sovani_ops::{
    detectors::scheduler::{Judged, judge},
    domain::{ExpectedJob, Outcome, Rhythm, RunError, Status, Tick, Timestamp, Verdict},
};

use super::extra;
use crate::support::{checks::said, program::moment};

/// 12:00 in Moscow.
const NOW: &str = "2025-10-02 09:00:00";

fn nightly(name: &str) -> ExpectedJob {
    ExpectedJob {
        name: name.to_owned(),
        rhythm: Rhythm::Cron("0 2 * * *".parse().unwrap(), Europe::Moscow),
        grace: Duration::minutes(10),
        longest: Some(Duration::hours(1)),
    }
}

fn tick(due: &str, outcome: Outcome) -> Tick {
    let open = matches!(outcome, Outcome::Pending | Outcome::Running);
    let due = moment(due);
    Tick {
        due,
        outcome,
        known_at: (!open).then_some(due + Duration::minutes(10)),
    }
}

/// 02:00 of today in Moscow.
fn tonight(outcome: Outcome) -> Tick {
    tick("2025-10-01 23:00:00", outcome)
}

fn kept(count: i64) -> Vec<Tick> {
    let first = moment("2025-10-02 00:00:00");
    let due = |minute| first + Duration::minutes(minute);
    (0..count)
        .map(|minute| Tick {
            due: due(minute),
            outcome: Outcome::OnTime,
            known_at: Some(due(minute)),
        })
        .collect()
}

fn verdict(jobs: &[(ExpectedJob, Vec<Tick>)]) -> Verdict {
    let judged: Vec<_> = jobs
        .iter()
        .map(|(job, ticks)| Judged {
            job,
            ticks: ticks.clone(),
            has_run: job.name != "never",
        })
        .collect();
    judge(&judged, &[], 98.0, Europe::Moscow, moment(NOW))
}

fn at(time: &str) -> Timestamp {
    moment(&format!("2025-10-02 {time}"))
}

fn failed(error: Option<&str>, mended: bool) -> Outcome {
    Outcome::Failed {
        at: moment("2025-10-01 23:03:00"),
        error: error.map(|error| RunError::from(error.to_owned())),
        mended,
    }
}

#[test]
fn each_trouble_is_told_in_a_sentence() {
    let long = "e".repeat(500);
    let clipped = format!("Job job failed at 02:03: {}…", "e".repeat(199));
    let cases = [
        (
            Outcome::Missed,
            "Job job missed its run of 2025-10-02 02:00",
        ),
        (
            Outcome::Late { started: None },
            "Job job is 10 h late (due 02:00, grace 10 min)",
        ),
        (
            Outcome::Late {
                started: Some(moment("2025-10-01 23:25:00")),
            },
            "Job job started 25 min late (due 02:00, grace 10 min)",
        ),
        (failed(None, false), "Job job failed at 02:03"),
        (
            failed(Some(" no\u{1b}[31m\n disk\t left "), false),
            "Job job failed at 02:03: no [31m disk left",
        ),
        (failed(Some(&long), false), &clipped),
        (
            Outcome::TooLong {
                started: at("07:00:00"),
                ended: None,
                kept: false,
            },
            "Job job has been running for 2 h, longest 1 h",
        ),
        (
            Outcome::TooLong {
                started: at("07:00:00"),
                ended: Some(at("08:30:05")),
                kept: false,
            },
            "Job job ran for 1 h 30 min, longest 1 h",
        ),
    ];
    for (outcome, expected) in cases {
        let verdict = verdict(&[
            (nightly("job"), vec![tonight(outcome)]),
            (nightly("other"), kept(99)),
        ]);
        assert_eq!(verdict.status, Status::Fail);
        assert_eq!(said(&verdict.finding), expected);
        let [fault] = &verdict.faults[..] else {
            panic!("{verdict:?}")
        };
        assert_eq!(
            (fault.key.as_str(), said(&fault.finding).as_str()),
            ("job:job", expected)
        );
        assert_eq!(fault.extras["job"], "job");
    }
    let never = verdict(&[
        (nightly("never"), vec![tonight(Outcome::Missed)]),
        (nightly("b"), kept(99)),
    ]);
    assert_eq!(
        said(&never.finding),
        "Job never has never run; it was due 2025-10-02 02:00"
    );
}

#[test]
fn another_day_than_today_is_named() {
    let late = tick(
        "2025-09-30 23:00:00",
        Outcome::Late {
            started: Some(moment("2025-09-30 23:25:00")),
        },
    );
    let verdict = verdict(&[(nightly("job"), vec![late])]);
    assert_eq!(
        said(&verdict.finding),
        "Job job started 25 min late (due 2025-10-01 02:00, grace 10 min)"
    );
}

#[test]
fn the_newest_decided_tick_determines_a_jobs_state() {
    let missed = || tick("2025-09-30 23:00:00", Outcome::Missed);
    let cases = [
        (vec![missed(), tonight(Outcome::Pending)], 1),
        (vec![missed(), tonight(Outcome::Running)], 1),
        (vec![missed(), tonight(Outcome::OnTime)], 0),
        (vec![tonight(failed(None, true))], 0),
        (vec![], 0),
        (vec![tonight(Outcome::Pending)], 0),
    ];
    for (ticks, faults) in cases {
        let verdict = verdict(&[
            (nightly("job"), ticks.clone()),
            (nightly("other"), kept(99)),
        ]);
        assert_eq!(verdict.faults.len(), faults, "{ticks:?}");
    }
}

#[test]
fn several_troubles_are_listed_worst_first_together_with_the_rate() {
    let verdict = verdict(&[
        (
            nightly("late"),
            vec![tonight(Outcome::Late { started: None })],
        ),
        (nightly("missed"), vec![tonight(Outcome::Missed)]),
        (nightly("failed"), vec![tonight(failed(None, false))]),
        (nightly("good"), kept(57)),
    ]);
    assert_eq!(
        said(&verdict.finding),
        "Scheduler on-time rate 95.0% below SLO 98.0%: Job failed failed at 02:03; \
         Job missed missed its run of 2025-10-02 02:00; Job late is 10 h late (due 02:00, grace 10 min)"
    );
    let keys: Vec<_> = verdict
        .faults
        .iter()
        .map(|fault| fault.key.as_str())
        .collect();
    assert_eq!(keys, ["job:failed", "job:missed", "job:late"]);
    assert_eq!(verdict.also_standing, ["on_time"]);
    assert_eq!(extra(&verdict, "on_time_pct"), 95.0);
    assert_eq!(extra(&verdict, "target_pct"), 98.0);
    assert_eq!(
        (extra(&verdict, "runs_on_time"), extra(&verdict, "runs_due")),
        (json!(57), json!(60))
    );
    assert_eq!(
        extra(&verdict, "jobs"),
        json!({"failed": "failed", "missed": "missed", "late": "awaited"})
    );
}

#[test]
fn a_rate_below_the_target_without_trouble_now_names_who_has_cost_it() {
    let mut ticks = vec![
        tonight(Outcome::Missed),
        tick("2025-10-01 23:30:00", failed(None, false)),
    ];
    ticks.extend(kept(38));
    let verdict = verdict(&[(nightly("job"), ticks), (nightly("other"), kept(0))]);
    assert_eq!(
        said(&verdict.finding),
        "Scheduler on-time rate 95.0% below SLO 98.0%: job 38 of 40"
    );
    assert_eq!((verdict.key.as_str(), verdict.faults.len()), ("on_time", 0));
}

#[test]
fn a_rate_covers_the_ticks_of_24_hours_and_is_never_rounded_up_to_the_target() {
    let cases = [
        // The same moment of yesterday is not within.
        (
            vec![tick("2025-10-01 09:00:00", Outcome::Missed)],
            0,
            "Scheduler on-time rate 100.0%, SLO 98.0%: 50 of 50 runs in 24 h",
        ),
        (
            vec![tick("2025-10-01 09:00:01", Outcome::Missed)],
            0,
            "Scheduler on-time rate 98.0%, SLO 98.0%: 50 of 51 runs in 24 h",
        ),
    ];
    for (mut ticks, _, expected) in cases {
        ticks.extend(kept(50));
        assert_eq!(said(&verdict(&[(nightly("job"), ticks)]).finding), expected);
    }
    // 97.96 % is not 98.0 %.
    let mut ticks = vec![tonight(Outcome::Missed)];
    ticks.extend(kept(48));
    let below = verdict(&[(nightly("job"), ticks)]);
    assert_eq!(
        said(&below.finding),
        "Scheduler on-time rate 97.9% below SLO 98.0%: job 48 of 49"
    );
    let nothing = verdict(&[(nightly("job"), vec![tonight(Outcome::Running)])]);
    assert_eq!(
        (nothing.status, said(&nothing.finding).as_str()),
        (Status::Pass, "No job was due in the last 24 h")
    );
    assert_eq!(extra(&nothing, "on_time_pct"), json!(null));
}

#[test]
fn a_message_names_a_few_and_counts_the_others() {
    let jobs: Vec<_> = (0..8)
        .map(|job| {
            (
                nightly(&format!("j{job}")),
                vec![tonight(failed(None, false))],
            )
        })
        .collect();
    let verdict = verdict(&jobs);
    assert!(
        said(&verdict.finding).ends_with("Job j4 failed at 02:03; and 3 more"),
        "{}",
        said(&verdict.finding)
    );
    assert_eq!(verdict.faults.len(), 8);
}

#[test]
fn jobs_that_are_not_listed_are_only_mentioned() {
    let job = nightly("job");
    let judged = [Judged {
        job: &job,
        ticks: kept(5),
        has_run: true,
    }];
    let verdict = judge(
        &judged,
        &["x".to_owned(), "y".to_owned()],
        98.0,
        Tz::UTC,
        moment(NOW),
    );
    assert_eq!(verdict.status, Status::Pass);
    assert_eq!(
        said(&verdict.finding),
        "Scheduler on-time rate 100.0%, SLO 98.0%: 5 of 5 runs in 24 h; not listed: x; y"
    );
    assert_eq!(extra(&verdict, "unknown_jobs"), json!(["x", "y"]));
}
