//! Several findings in one check.

use serde_json::json;
use sovani_ops::domain::{Check, Fault, Fingerprint, Severity, Status, Verdict};

use crate::support::checks;

const SOURCE: &str = "check_db_growth";

fn burning(severity: Option<Severity>) -> Fault {
    Fault::new("burn", "burns too fast")
        .severe(severity)
        .with("rate", 15.5)
}

fn judged(verdict: Verdict) -> Check {
    checks::judged(SOURCE, Severity::Warning, verdict)
}

/// Severity, key and message of each.
fn faults(check: &Check) -> Vec<(Severity, &Fingerprint, &str)> {
    let faults = check.faults().iter();
    faults
        .map(|fault| (fault.severity, &fault.fingerprint, fault.message.as_str()))
        .collect()
}

#[test]
fn a_check_that_finds_one_thing_is_that_fault_itself() {
    let check = judged(Verdict::fail("size", "too large").with("size_mb", 7));

    let size = Fingerprint::of(SOURCE, "size");
    assert_eq!(faults(&check), [(Severity::Warning, &size, "too large")]);
}

#[test]
fn a_fault_beside_another_makes_two_and_the_check_is_as_severe_as_the_worse() {
    let verdict = Verdict::fail("size", "too large").with("size_mb", 7);
    let check = judged(verdict.and(burning(Some(Severity::Error))));

    let (size, burn) = (
        Fingerprint::of(SOURCE, "size"),
        Fingerprint::of(SOURCE, "burn"),
    );
    assert_eq!(
        faults(&check),
        [
            (Severity::Warning, &size, "too large"),
            (Severity::Error, &burn, "burns too fast")
        ]
    );
    assert_eq!(
        (check.severity, check.message.as_str()),
        (Severity::Error, "too large")
    );
    assert_eq!(check.fingerprint, size);
    assert_eq!(check.standing, Some(vec![size, burn]));
    assert_eq!(json!(check.faults()[1].extras), json!({"rate": 15.5}));
}

#[test]
fn a_fault_beside_a_pass_makes_the_check_fail_with_what_both_know() {
    let check = judged(Verdict::pass("fine").with("size_mb", 7).and(burning(None)));

    assert_eq!(
        (check.status, check.severity),
        (Status::Fail, Severity::Warning)
    );
    assert_eq!(check.message, "burns too fast");
    assert_eq!(check.fingerprint, Fingerprint::of(SOURCE, "burn"));
    assert_eq!(json!(check.extras), json!({"size_mb": 7, "rate": 15.5}));
    assert_eq!(check.faults().len(), 1);
}

#[test]
fn a_summary_of_faults_is_none_itself() {
    let check = judged(Verdict::faults(
        "two things",
        vec![
            burning(None),
            Fault {
                key: "other".to_owned(),
                ..burning(None)
            },
        ],
    ));

    assert_eq!(check.message, "two things");
    let messages: Vec<_> = check
        .faults()
        .iter()
        .map(|fault| fault.message.as_str())
        .collect();
    assert_eq!(messages, ["burns too fast"; 2]);
    assert_eq!(check.standing.unwrap().len(), 2);
}
