use chrono::Duration;
use chrono_tz::{Europe, Tz};
use proptest::{prelude::*, sample::select};
use sovani_domain::{ExpectedJob, JobRun, Outcome, Rhythm, RunEnd, Timestamp, ticks};

use super::{cron, utc};

/// The night before the clocks of Berlin go back.
fn beginning() -> Timestamp {
    utc("2025-10-25 20:00")
}

fn after(seconds: i64) -> Timestamp {
    beginning() + Duration::seconds(seconds)
}

fn crons() -> impl Strategy<Value = Rhythm> {
    let crons = select(vec![
        "*/5 * * * *",
        "0 2 * * *",
        "0,30 2 * * *",
        "*/30 * * * *",
        "7 * * * *",
        "* * * * *",
    ]);
    let zones = select(vec![Tz::UTC, Europe::Berlin, Europe::Moscow]);
    (crons, zones).prop_map(|(text, zone)| cron(text, zone))
}

fn rhythms() -> impl Strategy<Value = Rhythm> {
    let periods = (1..600_i64).prop_map(|minutes| Rhythm::Every(Duration::minutes(minutes)));
    prop_oneof![crons(), periods]
}

fn jobs(rhythms: impl Strategy<Value = Rhythm>) -> impl Strategy<Value = ExpectedJob> {
    (rhythms, 1..5_000_i64, prop::option::of(1..5_000_i64)).prop_map(|(rhythm, grace, longest)| {
        ExpectedJob {
            name: "job".to_owned(),
            rhythm,
            grace: Duration::seconds(grace),
            longest: longest.map(Duration::seconds),
        }
    })
}

fn run() -> impl Strategy<Value = JobRun> {
    let end = prop::option::of((0..9_000_i64, any::<bool>()));
    (-20_000..40_000_i64, end).prop_map(|(started, end)| JobRun {
        started_at: after(started),
        end: end.map(|(took, success)| RunEnd {
            at: after(started + took),
            success,
            error: None,
        }),
    })
}

fn runs() -> impl Strategy<Value = Vec<JobRun>> {
    prop::collection::vec(run(), 0..12).prop_map(|mut runs| {
        runs.sort_by_key(|run| run.started_at);
        runs
    })
}

#[test]
fn two_runs_that_began_at_the_same_moment_are_of_one_tick() {
    let job = ExpectedJob {
        name: "job".to_owned(),
        rhythm: Rhythm::Every(Duration::minutes(5)),
        grace: Duration::minutes(1),
        longest: None,
    };
    let run = JobRun {
        started_at: after(0),
        end: None,
    };
    let found = ticks(&job, &[run.clone(), run], beginning(), after(240));
    let due: Vec<_> = found.iter().map(|tick| tick.due).collect();
    assert_eq!(due, [after(0)]);
}

proptest! {
    #[test]
    fn ticks_are_in_order_within_the_time_asked_about_and_no_more_are_good_than_decided(
        job in jobs(rhythms()), runs in runs(), until in 0..20_000_i64,
    ) {
        let now = after(until);
        let ticks = ticks(&job, &runs, beginning(), now);
        prop_assert!(ticks.iter().all(|tick| (beginning()..=now).contains(&tick.due)));
        prop_assert!(ticks.windows(2).all(|pair| pair[0].due < pair[1].due));
        let decided = ticks.iter().filter(|tick| tick.decided()).count();
        prop_assert!(ticks.iter().filter(|tick| tick.good()).count() <= decided);
        for tick in &ticks {
            let open = matches!(tick.outcome, Outcome::Pending | Outcome::Running);
            prop_assert_eq!(tick.decided(), !open);
            prop_assert!(tick.known_at.is_none_or(|known| known <= now));
        }
    }

    #[test]
    fn another_run_makes_no_tick_of_cron_and_takes_none_away(
        job in jobs(crons()), runs in runs(), another in run(), until in 0..20_000_i64,
    ) {
        let due = |runs: &[JobRun]| -> Vec<Timestamp> {
            ticks(&job, runs, beginning(), after(until)).iter().map(|tick| tick.due).collect()
        };
        let before = due(&runs);
        let mut more = runs;
        more.push(another);
        more.sort_by_key(|run| run.started_at);
        prop_assert_eq!(due(&more), before);
    }

    #[test]
    fn a_job_that_starts_when_due_and_succeeds_keeps_every_tick(
        rhythm in rhythms(), until in 0..20_000_i64,
    ) {
        let job = ExpectedJob {
            name: "job".to_owned(), rhythm, grace: Duration::seconds(1), longest: Some(Duration::seconds(20)),
        };
        let now = after(until);
        let mut due: Vec<_> = ticks(&job, &[], beginning(), now).iter().map(|tick| tick.due).collect();
        due.retain(|due| *due + Duration::seconds(20) <= now);
        let runs: Vec<_> = due.iter().map(|due| JobRun {
            started_at: *due,
            end: Some(RunEnd { at: *due + Duration::seconds(20), success: true, error: None }),
        }).collect();
        let kept = ticks(&job, &runs, beginning(), now);
        for due in due {
            prop_assert!(kept.iter().any(|tick| tick.due == due && tick.good()));
        }
    }

    #[test]
    fn a_missed_tick_stays_missed(
        job in jobs(rhythms()), runs in runs(), until in 0..20_000_i64, later in 0..10_000_i64,
    ) {
        // The ticks of a job with a period depend on its first run, which therefore was long ago.
        let first = JobRun { started_at: after(-30_000), end: None };
        let runs: Vec<_> = std::iter::once(first).chain(runs).collect();
        let missed = |now: i64| -> Vec<Timestamp> {
            let ticks = ticks(&job, &runs, beginning(), after(now));
            let missed = ticks.iter().filter(|tick| tick.outcome == Outcome::Missed);
            missed.map(|tick| tick.due).collect()
        };
        let (before, then) = (missed(until), missed(until + later));
        prop_assert!(before.iter().all(|due| then.contains(due)), "{before:?} {then:?}");
    }
}
