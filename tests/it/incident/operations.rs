//! Acknowledging and resolving incidents.

use sovani_ops::domain::{Decision, End, Mark, Policy, Refusal, Severity};

use super::{
    ACKNOWLEDGED, BELOW_MINIMUM, NOTHING_DUE, OPENED, RESOLVED, at, passing, reminder, repeated,
    world::{POLICY, World, anna},
    worsened,
};
use Decision::{Accept, Refuse};
use Severity::{Critical, Error, Info, Warning};

fn told(severity: Severity) -> World {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(severity), OPENED);
    fault
}

fn acknowledged(severity: Severity) -> World {
    let mut fault = told(severity);
    assert_eq!(fault.at(60).is_acknowledged(), Accept);
    fault
}

fn anna_at(seconds: i64) -> Mark {
    Mark {
        at: at(seconds),
        by: anna(),
    }
}

#[test]
fn an_acknowledgement_says_who_and_when() {
    let fault = acknowledged(Error);
    assert_eq!(fault.life().acknowledged, Some(anna_at(60)));
}

#[test]
fn once_acknowledged_there_are_no_reminders() {
    let mut fault = acknowledged(Critical);
    for seconds in [60, 300, 900, 9_999, 9_999_999] {
        assert_eq!(fault.at(seconds).fails(Critical), ACKNOWLEDGED);
        assert_eq!(fault.ticks(), NOTHING_DUE);
    }
}

#[test]
fn getting_worse_calls_again_and_undoes_the_acknowledgement() {
    let mut fault = acknowledged(Warning);
    assert_eq!(fault.at(70).fails(Error), worsened(Warning));
    assert_eq!(fault.life().acknowledged, None);
    assert_eq!(fault.at(369).fails(Error), repeated(370));
    assert_eq!(fault.at(370).fails(Error), reminder(1));
    assert_eq!(fault.is_acknowledged(), Accept);
    assert_eq!(fault.at(9_999).fails(Error), ACKNOWLEDGED);
}

#[test]
fn getting_better_and_as_bad_as_before_does_not() {
    let mut fault = acknowledged(Error);
    assert_eq!(fault.at(70).fails(Warning), ACKNOWLEDGED);
    assert_eq!(fault.at(80).fails(Error), ACKNOWLEDGED);
    assert_eq!(fault.at(90).fails(Critical), worsened(Error));
}

#[test]
fn an_incident_below_the_minimum_can_be_acknowledged_and_opens_when_it_gets_worse() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.is_acknowledged(), Accept);
    assert_eq!(fault.at(10).fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.at(20).fails(Error), OPENED);
    assert_eq!(fault.life().acknowledged, None);
}

#[test]
fn it_opens_even_if_an_earlier_incident_was_as_bad() {
    let mut fault = told(Error);
    assert_eq!(fault.is_resolved(), RESOLVED);
    assert_eq!(fault.at(1000).fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.is_acknowledged(), Accept);
    assert_eq!(fault.at(1010).fails(Error), OPENED);
    assert_eq!(fault.life().acknowledged, None);
}

#[test]
fn what_somebody_knows_of_does_not_open_when_the_least_severity_is_lowered() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.is_acknowledged(), Accept);
    fault.policy = Policy {
        min_severity: Info,
        ..POLICY
    };
    assert_eq!(fault.at(10).fails(Info), ACKNOWLEDGED);
}

#[test]
fn a_second_acknowledgement_is_refused() {
    let mut fault = acknowledged(Error);
    let before = fault.life().clone();
    assert_eq!(
        fault.at(70).is_acknowledged(),
        Refuse(Refusal::Acknowledged)
    );
    assert_eq!(*fault.life(), before);
}

#[test]
fn an_acknowledgement_belongs_to_one_incident() {
    let mut fault = acknowledged(Error);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.passes(), RESOLVED);
    assert_eq!(fault.at(900).fails(Error), OPENED);
    assert_eq!(fault.life().acknowledged, None);
}

#[test]
fn passing_checks_end_an_acknowledged_incident() {
    let mut fault = acknowledged(Error);
    assert_eq!(fault.passes(), passing(1));
    assert_eq!(fault.passes(), RESOLVED);
    assert_eq!(fault.life().acknowledged, Some(anna_at(60)));
}

#[test]
fn an_incident_can_be_ended_by_hand() {
    for mut fault in [told(Error), acknowledged(Error)] {
        assert_eq!(fault.at(90).is_resolved(), RESOLVED);
        assert_eq!(fault.life().end, Some(End::ByHand(anna_at(90))));
    }
}

#[test]
fn when_nobody_was_told_of_it_the_chats_do_not_hear_of_its_end() {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(Info), BELOW_MINIMUM);
    assert_eq!(fault.at(90).is_resolved(), Accept);
    assert_eq!(fault.life().end, Some(End::ByHand(anna_at(90))));

    let mut fault = World::new(POLICY);
    fault.is_silenced_until(1000).fails(Error);
    assert_eq!(fault.at(90).is_resolved(), Accept);
}

#[test]
fn what_fails_after_it_was_ended_by_hand_is_a_new_incident() {
    let mut fault = told(Error);
    assert_eq!(fault.at(90).is_resolved(), RESOLVED);
    assert_eq!(fault.at(300).fails(Error), OPENED);
    assert_eq!(fault.incidents(), 2);
}

#[test]
fn nothing_can_be_done_about_one_that_has_ended() {
    let by_checks = |fault: &mut World| {
        fault.passes();
        fault.passes()
    };
    let by_hand = |fault: &mut World| fault.is_resolved();
    for end in [by_checks, by_hand] {
        let mut fault = told(Error);
        assert_eq!(end(&mut fault), RESOLVED);
        let ended = fault.life().clone();
        assert_eq!(fault.at(100).is_acknowledged(), Refuse(Refusal::Closed));
        assert_eq!(fault.is_resolved(), Refuse(Refusal::Closed));
        assert_eq!(*fault.life(), ended);
    }
}
