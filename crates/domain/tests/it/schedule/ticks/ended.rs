//! The outcome of a tick by the runs that ended, or did not.

use super::*;

#[test]
fn a_run_that_has_ended_gives_its_tick_the_outcome() {
    assert_outcomes(&[
        (
            "succeeded",
            vec![ok("02:00:00", "02:03:00")],
            "02:05:00",
            "on time (02:03:00)",
        ),
        (
            "succeeded at once",
            vec![ok("02:00:00", "02:00:00")],
            "02:00:00",
            "on time (02:00:00)",
        ),
        (
            "succeeded, late",
            vec![ok("02:25:00", "02:28:00")],
            "03:00:00",
            "late, started 02:25:00 (02:10:00)",
        ),
        (
            "late and too long",
            vec![ok("02:25:00", "03:28:00")],
            "04:00:00",
            "too long, until 03:28:00 (03:25:00)",
        ),
        (
            "failed",
            vec![failed("02:00:00", "02:03:00")],
            "02:05:00",
            "failed 02:03:00 boom (02:03:00)",
        ),
        (
            "failed after too long",
            vec![failed("02:00:00", "03:30:00")],
            "04:00:00",
            "failed 03:30:00 boom (03:00:00)",
        ),
        (
            "a clock that is a minute ahead",
            vec![ok("01:59:00", "02:02:00")],
            "02:05:00",
            "on time (02:02:00)",
        ),
        (
            "one that is further ahead",
            vec![ok("01:58:59", "02:02:00")],
            "02:05:00",
            "pending (open)",
        ),
        (
            "an end to come",
            vec![ok("02:00:00", "02:09:00")],
            "02:08:00",
            "running (open)",
        ),
        (
            "a start to come",
            vec![running("02:09:00")],
            "02:08:00",
            "pending (open)",
        ),
    ]);
}

#[test]
fn of_several_runs_of_a_tick_one_in_time_makes_it_good() {
    assert_outcomes(&[
        (
            "a second try within the grace",
            vec![failed("02:00:00", "02:03:00"), ok("02:04:00", "02:06:00")],
            "02:30:00",
            "on time (02:06:00)",
        ),
        (
            "a second try under way",
            vec![failed("02:00:00", "02:03:00"), running("02:04:00")],
            "02:30:00",
            "failed 02:03:00 boom (02:03:00)",
        ),
        (
            "a second try after the grace",
            vec![failed("02:00:00", "02:03:00"), ok("02:40:00", "02:45:00")],
            "03:00:00",
            "failed 02:03:00 boom, mended (02:03:00)",
        ),
        (
            "a second failure",
            vec![
                failed("02:00:00", "02:03:00"),
                failed("02:40:00", "02:45:00"),
            ],
            "03:00:00",
            "failed 02:45:00 boom (02:45:00)",
        ),
        (
            "a second try that takes too long",
            vec![failed("02:00:00", "02:03:00"), running("02:40:00")],
            "03:40:01",
            "too long, running (03:40:00)",
        ),
        (
            "a failure after a success",
            vec![ok("02:00:00", "02:03:00"), failed("05:00:00", "05:01:00")],
            "06:00:00",
            "on time (02:03:00)",
        ),
        (
            "a run beside one that hangs",
            vec![running("02:00:00"), ok("02:05:00", "02:06:00")],
            "04:00:00",
            "on time (02:06:00)",
        ),
    ]);
}

#[test]
fn a_run_that_never_ended_was_interrupted_when_a_later_one_ended_or_a_second_began() {
    assert_outcomes(&[
        (
            "one that may overlap another",
            vec![running("02:00:00"), running("02:40:00")],
            "02:50:00",
            "running (open)",
        ),
        (
            "begun anew within the grace with success",
            vec![running("02:00:00"), ok("02:05:00", "02:06:00")],
            "04:00:00",
            "on time (02:06:00)",
        ),
        (
            "begun anew after the grace with success",
            vec![running("02:00:00"), ok("02:40:00", "02:45:00")],
            "03:30:00",
            "failed 02:45:00 interrupted, mended (02:45:00)",
        ),
        (
            "too long at 03:00, and begun anew",
            vec![running("02:00:00"), running("05:00:00")],
            "05:05:00",
            "too long, running (03:00:00)",
        ),
        (
            "too long at 03:00, and mended",
            vec![running("02:00:00"), ok("05:00:00", "05:10:00")],
            "06:00:00",
            "failed 05:10:00 interrupted, mended (03:00:00)",
        ),
        (
            "killed twice",
            vec![
                running("02:00:00"),
                running("02:20:00"),
                running("02:40:00"),
            ],
            "02:50:00",
            "failed 02:40:00 interrupted (02:40:00)",
        ),
        (
            "the journal and the job both tell of its start",
            vec![running("02:00:00"), running("02:00:59")],
            "02:50:00",
            "running (open)",
        ),
        (
            "an end that is told after all",
            vec![ok("02:00:00", "02:50:00"), running("02:40:00")],
            "02:55:00",
            "on time (02:50:00)",
        ),
    ]);
}

#[test]
fn a_job_that_is_killed_each_time_is_bad_from_its_second_start_on() {
    let job = ExpectedJob {
        longest: None,
        ..twice_a_day()
    };
    let killed = [
        running("02:00:05"),
        running("14:00:05"),
        running("14:20:05"),
    ];
    assert_eq!(
        judged(&job, &killed, "00:00:00", "13:59:00"),
        ["02:00 running (open)"]
    );
    assert_eq!(
        judged(&job, &killed, "00:00:00", "23:00:00"),
        [
            "02:00 failed 14:20:05 interrupted (14:20:05)",
            "14:00 running (open)"
        ]
    );
    // The outcome is known from the same moment, however late it is computed.
    let overdue = |now| judged(&twice_a_day(), &killed, "00:00:00", now).remove(0);
    assert_eq!(overdue("14:10:00"), "02:00 too long, running (03:00:05)");
    assert_eq!(
        overdue("14:30:00"),
        "02:00 failed 14:20:05 interrupted (03:00:05)"
    );
}

#[test]
fn a_run_that_took_too_long_stays_so_after_later_runs() {
    assert_outcomes(&[
        (
            "and the next was quick",
            vec![ok("02:00:00", "03:30:00"), ok("04:00:00", "04:05:00")],
            "05:00:00",
            "too long, until 03:30:00, kept (03:00:00)",
        ),
        (
            "and the next failed",
            vec![ok("02:00:00", "03:30:00"), failed("04:00:00", "04:05:00")],
            "05:00:00",
            "too long, until 03:30:00, kept (03:00:00)",
        ),
    ]);
}
