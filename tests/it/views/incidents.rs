//! Incidents, digests and silences in the chat: how they look in both languages, and at their worst.

mod at_their_worst;

use chrono::Duration;
use proptest::{prelude::proptest, prop_assert_eq, test_runner::Config};
use serde_json::json;
use sovani_ops::{
    db::{Digest, RemediationRow},
    domain::{
        Arg, By, End, Extras, Fault, Fingerprint, Incident, Lang, Life, Mark, Money, Reason, Scope,
        Severity, Silence, Verdict,
    },
    standin::utf16_len,
    views::{
        Message, Voice, digest,
        incident::{self, Card, Reader},
        incidents::{Page, incidents},
        plain_text, silences,
    },
};

use super::{
    fault,
    hostile::hostile,
    samples::{failing, moment, remediated, voice, with_details},
    sheet::{in_each_language, sheet},
};

const LOW: &str = "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)";
const CASH: &str = "check_cash_balance_threshold";

fn anna(text: &str) -> Mark {
    Mark {
        at: moment() + Duration::minutes(2),
        by: By::user(7, text),
    }
}

fn cash(name: &str) -> Incident {
    let roubles = |roubles| Arg::Money(Money::from_roubles(roubles));
    let balances = [("OZON", -15_000), ("WB", 250_000)]
        .map(|(name, balance)| (name.to_owned(), roubles(balance)));
    let low = Fault::new("OZON", "finding-cash-low")
        .figure("balance", roubles(-15_000))
        .figure("threshold", roubles(-10_000))
        .figure("date", Arg::Day("2025-10-01".parse().unwrap()))
        .figure("marketplace", Arg::Text("OZON".to_owned()))
        .figure("balances", Arg::Each(balances.to_vec()))
        .figure("total", roubles(235_000));
    // Of a message of others nothing but its words is kept.
    let finding = (name == LOW).then(|| low.finding.clone());
    Incident {
        id: 7,
        fingerprint: Fingerprint::of(CASH, "OZON"),
        source: CASH.to_owned(),
        finding,
        message: name.to_owned(),
        extras: low.extras,
        end_finding: None,
        digest: None,
        life: Life {
            last_seen_at: moment() + Duration::minutes(5),
            occurrences: 2,
            notifications: 1,
            ..Life::new(Severity::Critical, 0, moment())
        },
    }
}

fn taken_on(name: &str) -> Incident {
    let mut incident = cash(LOW);
    incident.life.acknowledged = Some(anna(name));
    incident.life.escalated_at = Some(moment() + Duration::minutes(1));
    incident
}

fn ended(end: End) -> Incident {
    let mut incident = taken_on("Anna");
    incident.life.end = Some(end);
    incident
}

/// Ended by this passing check.
fn passed(check: Verdict) -> Incident {
    let at = moment() + Duration::minutes(125);
    let mut incident = ended(End::Passed { at });
    incident.end_finding = Some(check.finding);
    incident
}

fn enough(marketplace: &str) -> Verdict {
    let roubles = |roubles| Arg::Money(Money::from_roubles(roubles));
    let balances = [("OZON", 180_000), ("WB", 90_000)]
        .map(|(name, balance)| (name.to_owned(), roubles(balance)));
    Verdict::pass("finding-cash-enough")
        .figure("balance", roubles(90_000))
        .figure("threshold", roubles(-10_000))
        .figure("marketplace", Arg::Text(marketplace.to_owned()))
        .figure("balances", Arg::Each(balances.to_vec()))
}

fn silence(scope: Scope, text: &str) -> Silence {
    Silence {
        id: 3,
        scope,
        reason: text.to_owned(),
        by: By::user(7, if text.len() < 20 { "Anna" } else { text }),
        starts_at: moment(),
        ends_at: moment() + Duration::minutes(70),
        ended: None,
    }
}

fn storm(first: Vec<Incident>, open: i64) -> Digest {
    Digest {
        unwatched: 0,
        by_hand: 0,
        id: 4,
        opened_at: moment(),
        growth: 3,
        incidents: 1_000,
        open,
        acknowledged: open / 2,
        loudest: Severity::Critical,
        ended_at: (open == 0).then(|| moment() + Duration::minutes(65)),
        first,
    }
}

fn shown(voice: &Voice, incident: &Incident, silence: Option<&Silence>) -> Message {
    shown_with(voice, incident, silence, None)
}

fn shown_with(
    voice: &Voice,
    incident: &Incident,
    silence: Option<&Silence>,
    remedy: Option<&RemediationRow>,
) -> Message {
    let card = Card {
        silence,
        remedy,
        ..card(incident)
    };
    incident::card(voice, card)
}

fn card(incident: &Incident) -> Card<'_> {
    Card {
        incident,
        silence: None,
        remedy: None,
        can_remediate: true,
        has_runbook: true,
        trend: Some("cash"),
        calm_passes: None,
        reader: Reader::default(),
    }
}

#[test]
fn the_standing_message_of_an_incident() {
    let fault = silence(Scope::Fault(Fingerprint::of(CASH, "OZON")), "migrating");
    let by_hand = End::ByHand(Mark {
        at: moment() + Duration::minutes(9),
        by: By::user(8, "Boris"),
    });
    let mut passing = ended(by_hand.clone());
    passing.life.passes = 1;
    let new = cash(LOW);
    let mut returning = cash(LOW);
    returning.life.returns = 3;
    let run = |status: &str, verified: Option<&str>| RemediationRow {
        verified: verified.map(str::to_owned),
        ..remediated(status)
    };
    in_each_language("cards", |voice| {
        let treated = |run| shown_with(voice, &cash(LOW), None, Some(&run));
        sheet([
            ("fixed", treated(run("success", Some("fixed")))),
            ("in vain", treated(run("success", Some("still_failing")))),
            ("done", treated(run("success", None))),
            ("failed", treated(run("failed", None))),
            ("interrupted", treated(run("interrupted", None))),
            ("new", shown(voice, &cash(LOW), None)),
            ("acknowledged", shown(voice, &taken_on("Anna"), None)),
            ("silenced", shown(voice, &cash(LOW), Some(&fault))),
            (
                "unrecorded",
                shown(voice, &Incident { id: 0, ..cash(LOW) }, None),
            ),
            (
                "passed",
                shown(
                    voice,
                    &ended(End::Passed {
                        at: moment() + Duration::minutes(125),
                    }),
                    None,
                ),
            ),
            (
                "passed elsewhere",
                shown(voice, &passed(enough("WB")), None),
            ),
            (
                "passed as something else",
                shown(voice, &passed(Verdict::pass("finding-cash-empty")), None),
            ),
            (
                "closed by hand",
                shown(voice, &ended(by_hand.clone()), None),
            ),
            (
                "of the manager",
                incident::card(
                    voice,
                    Card {
                        reader: Reader {
                            is_informed: true,
                            only_acknowledges: true,
                        },
                        ..card(&new)
                    },
                ),
            ),
            ("closed while passing", shown(voice, &passing, None)),
            (
                "removed",
                shown(voice, &ended(End::Unwatched { at: moment() }), None),
            ),
            (
                "comes and goes",
                incident::card(
                    voice,
                    Card {
                        calm_passes: Some(8),
                        ..card(&returning)
                    },
                ),
            ),
        ])
    });
}

#[test]
fn words_on_an_incident() {
    let from = Severity::Warning;
    in_each_language("notices", |voice| {
        let word = |reason| incident::notice(voice, &cash(LOW), reason).unwrap();
        let by_hand = ended(End::ByHand(anna("Anna")));
        let check = with_details(
            failing(Severity::Critical, LOW),
            "marketplace",
            "OZON & Co <b>",
        );
        sheet([
            ("reminder", word(Reason::Reminder { number: 1 })),
            ("worsened", word(Reason::Worsened { from })),
            ("silence over", word(Reason::SilenceOver)),
            ("escalated", word(Reason::Escalated)),
            (
                "resolved",
                incident::notice(voice, &passed(enough("OZON")), Reason::Resolved).unwrap(),
            ),
            (
                "closed by hand",
                incident::notice(voice, &by_hand, Reason::Resolved).unwrap(),
            ),
            (
                "called in",
                incident::called_in(voice, &check, &By::scheduler()),
            ),
            (
                "called in by hand",
                incident::called_in(voice, &check, &By::user(7, "Anna")),
            ),
        ])
    });
}

#[test]
fn a_word_that_does_not_stand_any_more_is_not_said() {
    let voice = voice(Lang::En);
    let reminder = Reason::Reminder { number: 1 };
    let over = ended(End::Passed { at: moment() });
    for reason in [
        reminder,
        Reason::Escalated,
        Reason::SilenceOver,
        Reason::Opened,
    ] {
        assert_eq!(incident::notice(&voice, &over, reason), None, "{reason}");
    }
    for reason in [reminder, Reason::Escalated] {
        let taken_on = taken_on("Anna");
        assert_eq!(
            incident::notice(&voice, &taken_on, reason),
            None,
            "{reason}"
        );
    }
    assert_eq!(incident::notice(&voice, &cash(LOW), Reason::Resolved), None);
    assert_eq!(
        digest::notice(&voice, &storm(vec![cash(LOW)], 0), reminder),
        None
    );
    assert_eq!(
        digest::notice(&voice, &storm(vec![cash(LOW)], 9), Reason::Resolved),
        None
    );
}

#[test]
fn a_storm() {
    let first = vec![
        cash(LOW),
        taken_on("Anna"),
        ended(End::Passed { at: moment() }),
    ];
    in_each_language("digests", |voice| {
        let word =
            |reason, open| digest::notice(voice, &storm(first.clone(), open), reason).unwrap();
        sheet([
            (
                "under way",
                digest::digest(voice, &storm(first.clone(), 998)),
            ),
            (
                "over",
                digest::digest(voice, &storm(first[2..].to_vec(), 0)),
            ),
            (
                "over by hand",
                digest::digest(
                    voice,
                    &Digest {
                        by_hand: 2,
                        ..storm(first[2..].to_vec(), 0)
                    },
                ),
            ),
            (
                "over both ways",
                digest::digest(
                    voice,
                    &Digest {
                        by_hand: 2,
                        unwatched: 1,
                        ..storm(first[2..].to_vec(), 0)
                    },
                ),
            ),
            ("grew", word(Reason::Opened, 998)),
            ("reminder", word(Reason::Reminder { number: 0 }, 998)),
            ("escalated", word(Reason::Escalated, 998)),
            ("resolved", word(Reason::Resolved, 0)),
        ])
    });
}

#[test]
fn lists_of_incidents_and_silences() {
    let all = silence(Scope::All, "release");
    let mut planned = silence(Scope::Detector("check_db_growth".to_owned()), "");
    planned.starts_at = moment() + Duration::minutes(30);
    let fault = silence(Scope::Fault(Fingerprint::of(CASH, "OZON")), "known");
    in_each_language("lists", |voice| {
        let page = |offset| {
            let page = Page {
                incidents: vec![cash(LOW), taken_on("Anna")],
                offset,
                all: 20,
                silences: vec![fault.clone()],
            };
            incidents(voice, &page)
        };
        let none = Page {
            incidents: Vec::new(),
            offset: 0,
            all: 0,
            silences: Vec::new(),
        };
        let known = [
            (all.clone(), None),
            (planned.clone(), None),
            (fault.clone(), Some(cash(LOW))),
        ];
        sheet([
            ("first page", page(0)),
            ("in the middle", page(6)),
            ("last page", page(18)),
            ("nothing open", incidents(voice, &none)),
            ("silences", silences::silences(voice, &known, 0)),
            ("nothing silenced", silences::silences(voice, &[], 0)),
            ("one", silences::silence(voice, &known[2])),
        ])
    });
}
