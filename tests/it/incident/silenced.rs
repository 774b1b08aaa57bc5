//! Silences, and the notifications at their end.

use sovani_ops::domain::Severity;

use super::{
    ACKNOWLEDGED, BELOW_MINIMUM, NOTHING_DUE, OPENED, RESOLVED, SILENCE_OVER, UNTOLD, passing,
    reminder, repeated, silenced,
    world::{POLICY, World},
    worsened,
};
use Severity::{Critical, Error, Info, Warning};

/// Told of at noon, and silenced from then until 1000 seconds later.
fn silenced_after_it_was_told(severity: Severity) -> World {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(severity), OPENED);
    fault.is_silenced_until(1000);
    fault
}

/// Silenced from before its first check until 1000 seconds later.
fn silenced_from_the_first(severity: Severity) -> World {
    let mut fault = World::new(POLICY);
    fault.is_silenced_until(1000);
    assert_eq!(fault.fails(severity), silenced(1000));
    fault
}

#[test]
fn nothing_is_told_while_a_silence_lasts() {
    let mut fault = silenced_after_it_was_told(Error);
    assert_eq!(fault.at(500).fails(Error), silenced(1000));
    assert_eq!(fault.at(600).ticks(), silenced(1000));
    assert_eq!(fault.at(999).fails(Critical), silenced(1000));
    assert_eq!(fault.life().occurrences, 3);
    assert_eq!(fault.life().notifications, 1);
}

#[test]
fn an_incident_below_the_minimum_does_not_count_as_silenced() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.is_silenced_until(1000).fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.at(1000).ticks(), NOTHING_DUE);
}

#[test]
fn the_end_of_a_silence_is_told_once_as_time_goes_by() {
    for (mut fault, told) in [
        (silenced_after_it_was_told(Error), SILENCE_OVER),
        (silenced_from_the_first(Error), OPENED),
    ] {
        assert_eq!(fault.at(999).fails(Error), silenced(1000));
        assert_eq!(fault.at(1000).ticks(), told);
        assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);
        assert_eq!(fault.at(1002).fails(Error), repeated(1300));
    }
}

#[test]
fn or_once_by_the_next_failing_check() {
    for (mut fault, told) in [
        (silenced_after_it_was_told(Error), SILENCE_OVER),
        (silenced_from_the_first(Error), OPENED),
    ] {
        assert_eq!(fault.at(999).fails(Error), silenced(1000));
        assert_eq!(fault.at(1000).fails(Error), told);
        assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);
        assert_eq!(fault.at(1002).fails(Error), repeated(1300));
    }
}

#[test]
fn the_end_of_a_silence_is_told_inside_the_window_too() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    assert_eq!(fault.is_silenced_until(10).at(5).ticks(), silenced(10));
    assert_eq!(fault.at(10).ticks(), SILENCE_OVER);
}

#[test]
fn a_silence_may_be_ended_before_its_time() {
    let mut fault = silenced_from_the_first(Error);
    assert_eq!(fault.at(50).end_silences().ticks(), OPENED);
}

#[test]
fn each_silence_has_an_end_of_its_own() {
    let mut fault = silenced_from_the_first(Error);
    assert_eq!(fault.at(1000).ticks(), OPENED);
    fault.is_silenced_until(2000);
    assert_eq!(fault.at(1500).ticks(), silenced(2000));
    assert_eq!(fault.at(2000).ticks(), SILENCE_OVER);
    assert_eq!(fault.at(2001).ticks(), NOTHING_DUE);
}

#[test]
fn silences_that_overlap_end_with_the_last_of_them() {
    let mut fault = silenced_from_the_first(Error);
    fault.at(500).is_silenced_until(800);
    assert_eq!(fault.at(700).ticks(), silenced(1000));
    assert_eq!(fault.at(900).ticks(), silenced(1000));
    assert_eq!(fault.at(1000).ticks(), OPENED);
}

#[test]
fn reminders_restart_after_a_silence() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    assert_eq!(fault.at(300).fails(Error), reminder(1));
    assert_eq!(fault.at(900).fails(Error), reminder(2));
    fault.is_silenced_until(1000);
    assert_eq!(fault.ticks(), silenced(1000));
    assert_eq!(fault.at(1000).ticks(), SILENCE_OVER);
    assert_eq!(fault.at(1299).fails(Error), repeated(1300));
    assert_eq!(fault.at(1300).fails(Error), reminder(1));
}

#[test]
fn the_end_of_a_silence_is_not_told_while_checks_are_passing() {
    let mut fault = silenced_after_it_was_told(Error);
    assert_eq!(fault.at(500).fails(Error), silenced(1000));
    assert_eq!(fault.at(990).passes(), passing(1));
    assert_eq!(fault.at(1000).ticks(), passing(1));
    assert_eq!(fault.at(1010).fails(Error), SILENCE_OVER);
}

#[test]
fn a_silence_does_not_keep_back_that_all_is_well() {
    let mut fault = silenced_after_it_was_told(Error);
    assert_eq!(fault.at(500).passes(), passing(1));
    assert_eq!(fault.at(600).passes(), RESOLVED);
    assert_eq!(fault.at(1000).fails(Error), OPENED);
}

#[test]
fn what_came_and_went_in_a_silence_is_never_told() {
    let mut fault = silenced_from_the_first(Error);
    assert_eq!(fault.at(500).passes(), passing(1));
    assert_eq!(fault.at(600).passes(), UNTOLD);
}

#[test]
fn the_end_of_a_silence_is_not_told_when_somebody_has_acknowledged() {
    for mut fault in [
        silenced_after_it_was_told(Error),
        silenced_from_the_first(Error),
    ] {
        fault.at(500).is_acknowledged();
        assert_eq!(fault.at(999).fails(Error), silenced(1000));
        assert_eq!(fault.at(1000).ticks(), ACKNOWLEDGED);
        assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);
        assert_eq!(fault.at(1002).fails(Error), ACKNOWLEDGED);
        assert_eq!(fault.at(9_999).fails(Error), ACKNOWLEDGED);
    }
}

#[test]
fn nor_is_it_told_by_the_next_failing_check_then() {
    for mut fault in [
        silenced_after_it_was_told(Error),
        silenced_from_the_first(Error),
    ] {
        fault.at(500).is_acknowledged();
        assert_eq!(fault.at(1000).fails(Error), ACKNOWLEDGED);
        assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);
    }
}

#[test]
fn the_end_of_a_silence_is_not_notified_for_an_incident_below_the_minimum() {
    let mut fault = silenced_from_the_first(Error);
    assert_eq!(fault.at(900).fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.at(1000).ticks(), BELOW_MINIMUM);
    assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(1002).fails(Error), OPENED);
}

#[test]
fn what_got_worse_in_a_silence_is_told_when_it_is_over() {
    let mut fault = silenced_after_it_was_told(Warning);
    assert_eq!(fault.at(500).fails(Error), silenced(1000));
    assert_eq!(fault.at(1000).fails(Error), worsened(Warning));
    assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);

    let mut fault = silenced_after_it_was_told(Warning);
    assert_eq!(fault.at(500).fails(Error), silenced(1000));
    assert_eq!(fault.at(1000).ticks(), SILENCE_OVER);
    assert_eq!(fault.at(1001).fails(Error), repeated(1300));
    assert_eq!(fault.at(1002).fails(Critical), worsened(Error));
}

#[test]
fn what_gets_worse_as_a_silence_ends_is_told_once() {
    let mut fault = silenced_after_it_was_told(Warning);
    assert_eq!(fault.at(500).fails(Warning), silenced(1000));
    assert_eq!(fault.at(1000).fails(Error), worsened(Warning));
    assert_eq!(fault.at(1001).ticks(), NOTHING_DUE);
}

#[test]
fn getting_worse_in_a_silence_undoes_an_acknowledgement() {
    for by_a_check in [true, false] {
        let mut fault = silenced_after_it_was_told(Warning);
        fault.at(100).is_acknowledged();
        assert_eq!(fault.at(500).fails(Error), silenced(1000));
        assert_eq!(fault.life().acknowledged, None);
        fault.at(1000);
        if by_a_check {
            assert_eq!(fault.fails(Error), worsened(Warning));
        } else {
            assert_eq!(fault.ticks(), SILENCE_OVER);
        }
    }
}

#[test]
fn a_worsening_that_is_acknowledged_in_a_silence_is_not_notified() {
    for by_a_check in [true, false] {
        let mut fault = silenced_after_it_was_told(Warning);
        assert_eq!(fault.at(500).fails(Error), silenced(1000));
        fault.at(600).is_acknowledged();
        fault.at(1000);
        if by_a_check {
            assert_eq!(fault.fails(Error), ACKNOWLEDGED);
        } else {
            assert_eq!(fault.ticks(), ACKNOWLEDGED);
        }
        assert_eq!(fault.at(9_999).fails(Error), ACKNOWLEDGED);
        assert_eq!(fault.fails(Critical), worsened(Warning));
    }
}
