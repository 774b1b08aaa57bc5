//! What counts as alive.

use std::time::{Duration, Instant};

use sovani_ops::{
    program::vigil::{self, Running},
    pulse::{Part, Pulses},
};

use crate::support::{database::on_sqlite, program::Setup};

const MINUTE: Duration = Duration::from_secs(60);
const BETWEEN_SWEEPS: Duration = Duration::from_secs(420);

#[test]
fn each_part_has_its_own_patience() {
    let start = Instant::now();
    let cases: [(Duration, &[Part]); 5] = [
        (Duration::ZERO, &[]),
        (5 * MINUTE, &[]),
        (6 * MINUTE, &[Part::Outbox, Part::Time]),
        (37 * MINUTE, &[Part::Outbox, Part::Time]),
        (38 * MINUTE, &[Part::Outbox, Part::Time, Part::Sweep]),
    ];
    for (after, stuck) in cases {
        let pulses = Pulses::new(start);
        assert_eq!(
            pulses.stuck(start + after, BETWEEN_SWEEPS),
            stuck,
            "{after:?}"
        );
    }
}

#[test]
fn a_part_that_gets_round_is_alive_and_says_nothing_for_the_others() {
    let start = Instant::now();
    let pulses = Pulses::new(start);
    let late = start + 60 * MINUTE;
    for (beats, left) in [
        (Part::Time, vec![Part::Outbox, Part::Sweep]),
        (Part::Sweep, vec![Part::Outbox]),
        (Part::Outbox, vec![]),
    ] {
        pulses.beat(beats, late);
        assert_eq!(pulses.stuck(late, BETWEEN_SWEEPS), left);
    }
}

#[tokio::test]
async fn a_part_that_has_ended_takes_the_program_with_it() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        let ended = tokio::spawn(async {});
        let task = ended.abort_handle();
        ended.await.unwrap();

        let parts = vec![Running {
            name: "outbox",
            task,
        }];
        vigil::keep(program.cx().clone(), parts).await;

        assert!(program.cx().stop.is_cancelled());
    })
    .await;
}
