//! Which tasks count as stuck, and what the supervisor does when one ends.

use std::time::{Duration, Instant};

use sovani_ops::{
    program::supervisor::{self, SupervisedTask},
    watchdog::{PeriodicTask, Watchdog},
};

use crate::support::{database::on_sqlite, program::Setup};

const MINUTE: Duration = Duration::from_secs(60);
const BETWEEN_SWEEPS: Duration = Duration::from_secs(420);

#[test]
fn each_periodic_task_has_its_own_timeout() {
    let start = Instant::now();
    let cases: [(Duration, &[PeriodicTask]); 5] = [
        (Duration::ZERO, &[]),
        (5 * MINUTE, &[]),
        (6 * MINUTE, &[PeriodicTask::Outbox, PeriodicTask::Time]),
        (37 * MINUTE, &[PeriodicTask::Outbox, PeriodicTask::Time]),
        (
            38 * MINUTE,
            &[
                PeriodicTask::Outbox,
                PeriodicTask::Time,
                PeriodicTask::Sweep,
            ],
        ),
    ];
    for (after, stuck) in cases {
        let watchdog = Watchdog::new(start);
        assert_eq!(
            watchdog.stuck(start + after, BETWEEN_SWEEPS),
            stuck,
            "{after:?}"
        );
    }
}

#[test]
fn a_task_that_completes_a_round_is_alive_and_says_nothing_of_the_others() {
    let start = Instant::now();
    let watchdog = Watchdog::new(start);
    let late = start + 60 * MINUTE;
    for (completed, left) in [
        (
            PeriodicTask::Time,
            vec![PeriodicTask::Outbox, PeriodicTask::Sweep],
        ),
        (PeriodicTask::Sweep, vec![PeriodicTask::Outbox]),
        (PeriodicTask::Outbox, vec![]),
    ] {
        watchdog.round_completed(completed, late);
        assert_eq!(watchdog.stuck(late, BETWEEN_SWEEPS), left);
    }
}

#[tokio::test]
async fn a_task_that_has_ended_stops_the_program() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        let ended = tokio::spawn(async {});
        let handle = ended.abort_handle();
        ended.await.unwrap();

        let tasks = vec![SupervisedTask {
            name: "outbox",
            handle,
        }];
        supervisor::run(program.cx().clone(), tasks).await;

        assert!(program.cx().stop.is_cancelled());
    })
    .await;
}
