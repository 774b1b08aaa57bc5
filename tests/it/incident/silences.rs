//! The scope and time of silences, and which messages make a sound.

use std::collections::BTreeSet;

use sovani_ops::domain::{
    Fingerprint, Incident, Life, Loudness, Mark, Reason, Scope, Severity, Silence, SilencePhase,
    Verdict,
};

use super::{at, world::anna};
use crate::support::checks::judged;
use Severity::{Critical, Error, Info, Warning};

const SOURCE: &str = "check_cash";

/// One that lasts from 100 to 200 seconds after noon.
fn silence(scope: Scope) -> Silence {
    Silence {
        id: 1,
        scope,
        reason: "works on the tills".to_owned(),
        by: anna(),
        starts_at: at(100),
        ends_at: at(200),
        ended: None,
    }
}

fn fault(key: &str) -> Fingerprint {
    Fingerprint::of(SOURCE, key)
}

fn incident(severity: Severity) -> Incident {
    let verdict = Verdict::fail("OZON", "too little");
    let check = judged(SOURCE, severity, verdict);
    Incident::of(&check, Life::new(severity, 0, at(0)))
}

#[test]
fn a_silence_is_planned_then_active_then_over() {
    let silence = silence(Scope::All);
    for (seconds, phase) in [
        (-9_999, SilencePhase::Planned),
        (99, SilencePhase::Planned),
        (100, SilencePhase::Active),
        (199, SilencePhase::Active),
        (200, SilencePhase::Over),
        (9_999, SilencePhase::Over),
    ] {
        assert_eq!(silence.phase(at(seconds)), phase, "{seconds}");
    }
}

#[test]
fn one_that_somebody_ended_is_over_at_any_time() {
    let ended = Silence {
        ended: Some(Mark {
            at: at(150),
            by: anna(),
        }),
        ..silence(Scope::All)
    };
    for seconds in [0, 120, 150, 300] {
        assert_eq!(ended.phase(at(seconds)), SilencePhase::Over);
    }
}

#[test]
fn one_that_ends_before_it_begins_is_never_active() {
    let silence = Silence {
        starts_at: at(300),
        ..silence(Scope::All)
    };
    for seconds in [0, 199, 200, 250, 300, 400] {
        assert_ne!(silence.phase(at(seconds)), SilencePhase::Active);
    }
}

#[test]
fn a_silence_covers_what_its_scope_names() {
    let detector = |name: &str| Scope::Detector(name.to_owned());
    for (scope, severity, covered) in [
        (Scope::All, Info, true),
        (Scope::All, Error, true),
        (Scope::All, Critical, false),
        (detector(SOURCE), Warning, true),
        (detector(SOURCE), Critical, true),
        (detector("check_cas"), Warning, false),
        (detector("check_cash_register"), Warning, false),
        (detector("all"), Warning, false),
        (Scope::Fault(fault("OZON")), Critical, true),
        (Scope::Fault(fault("WB")), Warning, false),
    ] {
        let silence = silence(scope);
        assert_eq!(
            silence.covers(SOURCE, &fault("OZON"), severity),
            covered,
            "{} and {severity}",
            silence.scope
        );
    }
}

#[test]
fn of_the_active_silences_that_cover_an_incident_the_longest_counts() {
    let numbered = |id, scope, starts, ends| Silence {
        id,
        starts_at: at(starts),
        ends_at: at(ends),
        ..silence(scope)
    };
    let ended = Silence {
        ended: Some(Mark {
            at: at(1),
            by: anna(),
        }),
        ..numbered(6, Scope::All, 0, 999)
    };
    let silences = [
        numbered(1, Scope::All, 0, 300),
        numbered(2, Scope::Detector(SOURCE.to_owned()), 0, 400),
        numbered(3, Scope::Fault(fault("OZON")), 0, 200),
        numbered(4, Scope::Fault(fault("WB")), 0, 900),
        numbered(5, Scope::Detector(SOURCE.to_owned()), 450, 800),
        ended,
    ];
    let of = |severity, seconds| {
        Silence::of(&silences, &incident(severity), at(seconds)).map(|silence| silence.id)
    };
    assert_eq!(of(Error, 100), Some(2));
    assert_eq!(of(Error, 399), Some(2));
    assert_eq!(of(Error, 400), None);
    assert_eq!(of(Error, 450), Some(5));
    assert_eq!(of(Error, 800), None);
    assert_eq!(of(Critical, 100), Some(2));
    assert_eq!(
        Silence::of(&silences[..1], &incident(Critical), at(100)),
        None
    );
    assert_eq!(Silence::of(&[], &incident(Error), at(100)), None);
}

#[test]
fn what_makes_a_sound() {
    let loud = |reminders| Loudness {
        severities: BTreeSet::from([Error, Critical]),
        reminders,
    };
    let from = Warning;
    let reminder = Reason::Reminder { number: 2 };
    for reminders in [true, false] {
        let loudness = loud(reminders);
        for (severity, sounds) in [
            (Info, false),
            (Warning, false),
            (Error, true),
            (Critical, true),
        ] {
            for reason in [
                Reason::Opened,
                Reason::Worsened { from },
                Reason::SilenceOver,
            ] {
                assert_eq!(loudness.is_loud(severity, reason), sounds);
            }
            assert_eq!(loudness.is_loud(severity, reminder), sounds && reminders);
            assert!(loudness.is_loud(severity, Reason::Escalated));
            assert!(!loudness.is_loud(severity, Reason::Resolved));
        }
    }
}
