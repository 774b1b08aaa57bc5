//! Views of incidents with hostile text.

use super::*;

/// Each view, with the text wherever it takes any.
fn every_view(voice: &Voice, text: &str) -> Vec<(&'static str, Message)> {
    let mut incident = taken_on(text);
    text.clone_into(&mut incident.message);
    text.clone_into(&mut incident.source);
    incident.extras = (0..50)
        .map(|number| (format!("{number} {text}"), json!(text)))
        .collect::<Extras>();
    let mut open = incident.clone();
    open.life.acknowledged = None;
    let mut over = incident.clone();
    over.life.end = Some(End::ByHand(anna(text)));
    let quiet = silence(Scope::Fault(incident.fingerprint.clone()), text);
    let page = Page {
        incidents: vec![incident.clone(); 6],
        offset: i64::MAX - 10,
        all: i64::MAX,
        silences: vec![quiet.clone()],
    };
    let known = vec![(quiet.clone(), Some(incident.clone())); 20];
    vec![
        ("card", shown(voice, &incident, Some(&quiet))),
        ("ended", shown(voice, &over, None)),
        (
            "reminder",
            incident::notice(voice, &open, Reason::Reminder { number: u32::MAX }).unwrap(),
        ),
        (
            "resolved",
            incident::notice(voice, &over, Reason::Resolved).unwrap(),
        ),
        ("answer", incident::answer(i64::MIN, text)),
        (
            "digest",
            digest::digest(voice, &storm(vec![incident; 10], 998)),
        ),
        ("incidents", incidents(voice, &page)),
        ("silences", silences::silences(voice, &known, 0)),
    ]
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(48) })]

    #[test]
    fn telegram_accepts_every_view_of_incidents(text in hostile()) {
        for lang in Lang::ALL {
            for (view, message) in every_view(&voice(lang), &text) {
                prop_assert_eq!(fault(&message), None, "{}", view);
            }
        }
    }
}

/// About 40 columns and 30 lines: more than that has to be scrolled.
#[test]
fn a_digest_fits_a_screen() {
    let long = cash(&"A long finding. ".repeat(40));
    for lang in Lang::ALL {
        let message = digest::digest(&voice(lang), &storm(vec![long.clone(); 10], 998));
        let length = utf16_len(&plain_text(&message.html));
        assert!(length < 1_300, "{length}");
    }
}
