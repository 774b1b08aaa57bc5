//! Tells whether one process answers at an address, or several in turn, each with its own counters.

use super::{Counters, Timestamp};

/// The largest clock difference between two hosts that is expected.
const CLOCKS_DIFFER_SECONDS: f64 = 120.0;

/// The processes behind two looks at a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// The same process, or its successor.
    One,
    /// Undecided: the counters have fallen, which a restart would also cause.
    Suspected,
    Several,
}

/// Compares the counters with those of the previous look, made at `at`.
pub fn processes(now: &Counters, earlier: &Counters, at: Timestamp) -> Processes {
    if earlier.are_of_several() {
        return Processes::Suspected;
    }
    let fallen = now.have_fallen_since(earlier);
    let seconds = at.utc().timestamp();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
    let before = seconds as f64 - CLOCKS_DIFFER_SECONDS;
    // A successor started after the previous look.
    #[expect(clippy::float_cmp, reason = "the same process shows the same figure")]
    let older = |now: Option<f64>, then: Option<f64>| {
        now.zip(then)
            .is_some_and(|(now, then)| now != then && now < before.max(then))
    };
    let (new, old) = (now.birth(), earlier.birth());
    let another = older(new.started, old.started)
        || (fallen && new.started.is_none() && older(new.created, old.created));
    match (another, fallen) {
        (true, _) => Processes::Several,
        // Its start time shows that it is the successor.
        (false, true)
            if new.started.is_some() && new.started != old.started && old.started.is_some() =>
        {
            Processes::One
        }
        (false, true) => Processes::Suspected,
        (false, false) => Processes::One,
    }
}

/// Compares two looks moments apart, between which no process restarts.
pub fn answer_in_turn(now: &Counters, just_before: &Counters) -> bool {
    now.have_fallen_since(just_before) || now.birth().started != just_before.birth().started
}
