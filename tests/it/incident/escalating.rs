//! Critical incidents that nobody acknowledges.

use sovani_ops::domain::{Policy, Severity};

use super::{
    BELOW_MINIMUM, ESCALATED, NOTHING_DUE, OPENED, RESOLVED, SILENCE_OVER, passing, reminder,
    repeated, silenced,
    world::{POLICY, World},
    worsened,
};
use Severity::{Critical, Error, Info, Warning};

fn told(severity: Severity) -> World {
    let mut fault = World::new(POLICY);
    assert_eq!(fault.fails(severity), OPENED);
    fault
}

#[test]
fn a_critical_incident_is_escalated_once_when_nobody_acknowledges_it_in_time() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(899).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(900).ticks(), ESCALATED);
    for seconds in [901, 1800, 9_999_999] {
        assert_eq!(fault.at(seconds).ticks(), NOTHING_DUE);
    }
}

#[test]
fn lesser_incidents_are_not_escalated() {
    for severity in [Warning, Error] {
        assert_eq!(told(severity).at(9_999_999).ticks(), NOTHING_DUE);
    }
    let mut fault = World::new(POLICY);
    fault.fails(Info);
    assert_eq!(fault.at(9_999_999).ticks(), NOTHING_DUE);
}

#[test]
fn without_a_limit_nothing_is_escalated() {
    let mut fault = World::new(Policy {
        escalate_after: None,
        ..POLICY
    });
    assert_eq!(fault.fails(Critical), OPENED);
    assert_eq!(fault.at(9_999_999).ticks(), NOTHING_DUE);
}

#[test]
fn an_acknowledged_incident_is_not_escalated() {
    let mut fault = told(Critical);
    fault.at(899).is_acknowledged();
    assert_eq!(fault.at(9_999_999).ticks(), NOTHING_DUE);
}

#[test]
fn reminders_do_not_put_the_escalation_off_nor_does_it_them() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(300).fails(Critical), reminder(1));
    assert_eq!(fault.at(900).ticks(), ESCALATED);
    assert_eq!(fault.fails(Critical), reminder(2));
}

#[test]
fn time_counts_from_when_it_became_critical() {
    let mut fault = told(Error);
    assert_eq!(fault.at(600).fails(Critical), worsened(Error));
    assert_eq!(fault.at(1499).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(1500).ticks(), ESCALATED);
}

#[test]
fn an_incident_that_became_less_severe_is_escalated_only_if_it_becomes_critical_again() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(10).fails(Error), repeated(300));
    assert_eq!(fault.at(900).ticks(), NOTHING_DUE);
    assert_eq!(fault.fails(Critical), reminder(1));
    assert_eq!(fault.ticks(), ESCALATED);
}

#[test]
fn what_got_worse_again_is_not_escalated_again() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(900).ticks(), ESCALATED);
    assert_eq!(fault.at(901).fails(Error), reminder(1));
    assert_eq!(fault.at(902).fails(Critical), worsened(Error));
    assert_eq!(fault.at(9_999_999).ticks(), NOTHING_DUE);
}

#[test]
fn each_incident_is_escalated_for_itself() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(900).ticks(), ESCALATED);
    assert_eq!(fault.is_resolved(), RESOLVED);
    assert_eq!(fault.at(1000).fails(Critical), OPENED);
    assert_eq!(fault.at(1899).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(1900).ticks(), ESCALATED);
}

#[test]
fn what_nobody_was_told_of_is_not_escalated() {
    let mut fault = World::new(Policy {
        min_severity: Critical,
        ..POLICY
    });
    assert_eq!(fault.fails(Error), BELOW_MINIMUM);
    assert_eq!(fault.at(9_999).ticks(), NOTHING_DUE);
    assert_eq!(fault.fails(Critical), OPENED);
    assert_eq!(fault.at(10_899).ticks(), ESCALATED);
}

#[test]
fn nothing_is_escalated_in_a_silence_and_time_counts_from_its_end() {
    let mut fault = told(Critical);
    fault.at(100).is_silenced_until(2000);
    assert_eq!(fault.at(900).ticks(), silenced(2000));
    assert_eq!(fault.at(2000).ticks(), SILENCE_OVER);
    assert_eq!(fault.at(2899).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(2900).ticks(), ESCALATED);
}

#[test]
fn nothing_is_escalated_while_checks_are_passing() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(890).passes(), passing(1));
    assert_eq!(fault.at(900).ticks(), passing(1));
    assert_eq!(fault.at(910).fails(Critical), reminder(1));
    assert_eq!(fault.ticks(), ESCALATED);
}

#[test]
fn an_escalation_is_no_notification_that_reminders_wait_for() {
    let mut fault = World::new(Policy {
        escalate_after: Some(chrono::Duration::seconds(290)),
        ..POLICY
    });
    assert_eq!(fault.fails(Critical), OPENED);
    assert_eq!(fault.at(290).ticks(), ESCALATED);
    assert_eq!(fault.at(300).fails(Critical), reminder(1));
}

#[test]
fn a_clock_set_back_restarts_the_time() {
    let mut fault = told(Critical);
    assert_eq!(fault.at(-86_400).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(-85_501).ticks(), NOTHING_DUE);
    assert_eq!(fault.at(-85_500).ticks(), ESCALATED);
}
