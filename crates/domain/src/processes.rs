//! Whether one process answers at an address, or several in turn, each with counters of its own.

use super::{Counters, Timestamp};

/// Clocks of two hosts differ by less than this.
const CLOCKS_DIFFER_SECONDS: f64 = 120.0;

/// What two looks at a page tell of those who answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// The same one, or one that has taken its place.
    One,
    /// Nobody knows: the counters have fallen, which a start anew does too.
    Suspected,
    Several,
}

/// `now`, and what the look before had found and when.
pub fn processes(now: &Counters, earlier: &Counters, at: Timestamp) -> Processes {
    if earlier.are_of_several() {
        return Processes::Suspected;
    }
    let fallen = now.have_fallen_since(earlier);
    let seconds = at.utc().timestamp();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
    let before = seconds as f64 - CLOCKS_DIFFER_SECONDS;
    // A process that took the other's place began after the look before.
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
        // It tells of itself that it is the next one.
        (false, true)
            if new.started.is_some() && new.started != old.started && old.started.is_some() =>
        {
            Processes::One
        }
        (false, true) => Processes::Suspected,
        (false, false) => Processes::One,
    }
}

/// Of two looks moments apart, within which nothing starts anew.
pub fn answer_in_turn(now: &Counters, just_before: &Counters) -> bool {
    now.have_fallen_since(just_before) || now.birth().started != just_before.birth().started
}
