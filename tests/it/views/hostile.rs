//! Names, messages and values that people and machines put into the chats, at their worst.

use std::time::Duration;

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof, proptest},
    prop_assert_eq,
    test_runner::Config,
};
use sovani_ops::{
    domain::{Actor, Reason, RemediationStatus, Role, Severity},
    views::{
        self, MESSAGE_LIMIT, Message,
        buttons::{Answer, ProposalPress},
        clip, help, plain_text, remediation, runbook,
    },
};

use super::{
    fault,
    samples::{
        HEALTH, ZONE, closed, compliance, failing, incident, measure, passing, remediated, report,
        row, status, with_details,
    },
};

/// Each view, with the text wherever it takes any, and so many items in its lists.
fn every_view(text: &str, items: usize) -> Vec<(&'static str, Message)> {
    let check = with_details(failing(Severity::Critical, text), text, text);
    let from = Severity::Warning;
    let incidents = vec![incident(Severity::Error, text); items];
    let rows = vec![row(text, text, text, Some(text)); items];
    let checks = vec![passing(text); items.max(1)];
    let usages = (0..items).map(|_| help::Entry {
        usage: text.to_owned(),
        about: text,
    });
    let last = remediated(text);
    let failed = report(RemediationStatus::Failed, text, None);
    let opened = views::alert(&check, Reason::Opened, Some(i64::MAX), true);
    let in_lost_thread = Message {
        html: views::lost_thread(&opened.html),
        ..opened.clone()
    };
    vec![
        ("opened", opened),
        ("opened in a lost thread", in_lost_thread),
        (
            "worsened",
            views::alert(&check, Reason::Worsened { from }, Some(1), false),
        ),
        (
            "reminder",
            views::alert(&check, Reason::Reminder { number: 9 }, Some(i64::MAX), true),
        ),
        (
            "escalation",
            views::escalation(&check, Actor::User(i64::MIN)),
        ),
        ("resolved", views::resolved(&closed(text))),
        ("lost chat", views::lost_chat(i64::MIN, text)),
        (
            "health",
            views::health(&HEALTH, &incidents, Some(&last), None, ZONE),
        ),
        ("status", views::status(&status(text))),
        (
            "alerts",
            views::alerts(
                &rows,
                Some(Severity::Info),
                ZONE,
                "ask for fewer: /alerts 5",
            ),
        ),
        (
            "slo",
            views::slo(&compliance(
                measure(Some(false), Some(f64::MAX), f64::MIN),
                3,
            )),
        ),
        ("checks", views::checks(&checks, Duration::MAX)),
        ("choices", remediation::choices(&vec![(text, text); items])),
        (
            "proposal",
            remediation::proposal(i64::MIN, text, text, text, 5),
        ),
        ("running", remediation::running(text, text, text)),
        ("cancelled", remediation::cancelled(text, text, text)),
        ("expired", remediation::expired(text, text)),
        ("refused", remediation::refused(text, text, text)),
        ("outcome", remediation::outcome(&failed)),
        ("welcome", help::welcome(text, Role::Viewer)),
        ("help", help::help(&usages.collect::<Vec<_>>())),
        ("whoami", help::whoami(text, i64::MIN, Role::Viewer)),
        ("usage", help::usage(text, Some(text))),
        ("note", help::note(&format!("note: {text}"))),
        (
            "runbook",
            runbook::runbook(&format!(
                "# Runbook\n\n{text}\n\n```\n{text}\n```\n\n- {text}"
            )),
        ),
    ]
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<b>&\"_*[`".to_owned()),
        Just("</b></i></code>".to_owned()),
        Just("&amp;lt;&#60;&notanentity;".to_owned()),
        Just("👩‍👩‍👧‍👦🇷🇺".to_owned()),
        Just("\u{202e}עברית\u{202c}".to_owned()),
        Just("\0".to_owned()),
        Just("\n \t\r\n".to_owned()),
        Just("x".repeat(10_000)),
        Just("🚨".repeat(5_000)),
        any::<String>(),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(96) })]

    #[test]
    fn whatever_is_shown_telegram_takes_it(text in hostile(), items in 0_usize..60) {
        for (view, message) in every_view(&text, items) {
            prop_assert_eq!(fault(&message), None, "{}", view);
        }
    }

    #[test]
    fn a_press_on_a_proposal_says_which_and_what(id in any::<i64>(), yes in any::<bool>()) {
        let answer = if yes { Answer::Yes } else { Answer::No };
        let press = ProposalPress { id, answer };
        prop_assert_eq!(press.to_string().parse(), Ok(press));
    }

    #[test]
    fn clipping_keeps_the_beginning_and_the_limit(text in hostile(), units in 0_usize..5000) {
        let clipped = clip(&text, units);
        assert!(clipped.encode_utf16().count() <= units);
        assert!(clipped == text || text.starts_with(clipped.trim_end_matches('…')));
        assert_eq!(clipped == text, text.encode_utf16().count() <= units);
    }
}

#[test]
fn no_view_drops_a_text_of_some_length() {
    for (view, message) in every_view(&"word ".repeat(300), 3) {
        let takes_text = view != "slo";
        assert_eq!(message.html.contains("word word"), takes_text, "{view}");
    }
}

#[test]
fn an_alert_that_fills_its_message_survives_the_loss_of_its_topic() {
    let mut check = failing(Severity::Error, &"x".repeat(5000));
    check.extras = (0..200)
        .map(|number| (format!("key {number}"), "value".into()))
        .collect();
    let full = views::alert(&check, Reason::Opened, Some(1), true);
    let moved = views::lost_thread(&full.html);
    assert!(plain_text(&full.html).len() > MESSAGE_LIMIT - 30);
    assert_eq!(moved, full.html);
    let short = views::lost_thread("<b>down</b>");
    assert!(short.starts_with("<i>The topic of this alert does not exist any more.</i>"));
    assert!(short.ends_with("<b>down</b>"));
}
