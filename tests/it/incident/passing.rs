//! Passing checks, and faults that stand while their check tells of another.

use sovani_ops::domain::{End, Event, Policy, Severity};

use super::{
    BELOW_MINIMUM, CLOSED, NOTHING_DUE, OPENED, RESOLVED, UNTOLD, at, passing, repeated,
    world::{POLICY, World},
};
use Severity::{Error, Info};

#[test]
fn an_incident_ends_when_enough_checks_in_a_row_have_passed() {
    for resolve_after in 1..5 {
        let mut fault = World::new(Policy {
            resolve_after,
            ..POLICY
        });
        assert_eq!(fault.fails(Error), OPENED);
        for passes in 1..resolve_after {
            assert_eq!(fault.passes(), passing(passes));
        }
        assert_eq!(fault.at(60).passes(), RESOLVED);
        assert_eq!(fault.life().end, Some(End::Passed { at: at(60) }));
    }
}

#[test]
fn a_failing_check_resets_the_count_of_passing_ones() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.at(10).fails(Error), repeated(300));
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.passes(), RESOLVED);
}

#[test]
fn so_has_one_that_finds_the_fault_standing_while_it_tells_of_another() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.at(9_999).stands(), NOTHING_DUE);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.life().occurrences, 1);
    assert_eq!(fault.life().last_seen_at, at(0));
}

#[test]
fn the_end_of_what_nobody_was_told_of_is_not_told() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.passes(), UNTOLD);
    assert!(!fault.life().is_open());
}

#[test]
fn an_incident_whose_detector_was_removed_ends_at_once_but_has_not_passed() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    assert_eq!(fault.at(60).happens(&Event::Unwatched), RESOLVED);
    assert_eq!(fault.life().end, Some(End::Unwatched { at: at(60) }));
    assert_eq!(fault.happens(&Event::Unwatched), CLOSED);

    let mut untold = World::new(POLICY);
    assert_eq!(untold.fails(Info), BELOW_MINIMUM);
    assert_eq!(untold.happens(&Event::Unwatched), UNTOLD);
}

#[test]
fn the_end_of_one_that_came_back_is_told_too() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    fault.passes();
    assert_eq!(fault.passes(), RESOLVED);
    assert_eq!(fault.at(10).fails(Error), OPENED);
    fault.passes();
    assert_eq!(fault.passes(), RESOLVED);
}

#[test]
fn nothing_more_happens_to_one_that_has_ended() {
    let mut fault = World::new(POLICY);
    fault.fails(Error);
    fault.passes();
    assert_eq!(fault.passes(), RESOLVED);
    let ended = fault.life().clone();
    assert_eq!(fault.at(9_999).passes(), CLOSED);
    assert_eq!(fault.stands(), CLOSED);
    assert_eq!(fault.ticks(), CLOSED);
    assert_eq!(*fault.life(), ended);
}

#[test]
fn time_alone_changes_nothing_while_checks_are_passing() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Error), OPENED);
    assert_eq!(fault.at(9_999).ticks(), NOTHING_DUE);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.at(99_999).ticks(), passing(1));
}
