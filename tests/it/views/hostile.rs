//! Names, messages and values that people and machines put into the chats, at their worst.

use std::time::Duration;

use chrono::NaiveDate;
use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof, proptest},
    prop_assert_eq,
    sample::select,
    test_runner::Config,
};
use sovani_ops::{
    db::Turn,
    domain::{Lang, Money, Plan, Rejection, RemediationStatus, Role, Severity},
    facts::CashHistory,
    standin::utf16_len,
    views::{
        self, CAPTION_LIMIT, Message, Overview, Voice,
        buttons::{AlertsPress, Answer, ChartPress, ProposalPress, RunbookPress},
        clip, details, finding, help, plain_text,
        remediation::{self, Terms},
        runbook,
    },
};

use super::{
    fault,
    samples::{
        compliance, failing, incident, measure, moment, overview, page, passing, remediated,
        report, row, status, voice, with_details,
    },
};

/// The caption for this many marketplaces with such names.
fn trends(voice: &Voice, name: &str, marketplaces: usize) -> Message {
    let day = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
    let balance = Some(Money::from_kopecks(i64::MIN / 1_000));
    let history = CashHistory {
        from: day,
        to: day,
        marketplaces: (0..marketplaces)
            .map(|number| (format!("{name}{number}"), vec![balance]))
            .collect(),
    };
    let mut lines = views::trends::cash(voice, &history, Money::default());
    lines.extend(views::trends::size(
        voice,
        &[(moment(), i64::MAX)],
        f64::MAX,
    ));
    lines.push(views::trends::no_data(voice, name));
    views::trends::trends(voice, (day, day), &lines)
}

/// Each view, with the text in every place and this many items in its lists.
fn every_view(lang: Lang, text: &str, items: usize) -> Vec<(&'static str, Message)> {
    let voice = &voice(lang);
    let check = with_details(failing(Severity::Critical, text), text, text);
    let incidents = vec![incident(Severity::Error, text); items];
    let rows = vec![row(text, text, text, Some(text)); items];
    let checks = vec![passing(text); items.max(1)];
    let usages = (0..items).map(|_| help::Entry {
        usage: text.to_owned(),
        about: text.to_owned(),
    });
    let details = views::Html::new().text("Details").list(
        voice,
        &details(voice, &check.finding, &check.extras),
        text,
    );
    let markdown = format!("{text}\n\n# Runbook\n\n```\n{text}\n```\n\n- {text}");
    let last = remediated(text);
    let failed = report(RemediationStatus::Failed, text, None);
    let plan = Plan::Command(vec![text.to_owned(); items.max(1)]);
    let terms = Terms {
        minutes: 5,
        held: None,
        two: true,
        is_built_in: false,
    };
    vec![
        (
            "lost chat",
            views::lost_chat(voice, i64::MIN, &Rejection::Unknown(text.to_owned())),
        ),
        ("second poller", views::second_poller(voice)),
        ("test alert", views::test_alert(voice)),
        ("details", details.into()),
        (
            "finding",
            help::note(&format!("+ {}", finding(voice, &check.finding, text))),
        ),
        (
            "health",
            views::health(
                voice,
                Overview {
                    last_remediation: Some(&last),
                    ..overview(&incidents, None)
                },
            ),
        ),
        ("status", views::status(voice, &status(text))),
        (
            "alerts",
            views::alerts(voice, &page(rows), Some(Severity::Info), i64::MAX),
        ),
        ("trends", trends(voice, text, items)),
        (
            "slo",
            views::slo(
                voice,
                &compliance(measure(Some(false), Some(f64::MAX), f64::MIN), 3),
            ),
        ),
        ("checks", views::checks(voice, &checks, Duration::MAX)),
        (
            "choices",
            remediation::choices(voice, &vec![(text, text); items]),
        ),
        (
            "proposal",
            remediation::ask(
                voice,
                i64::MIN,
                remediation::proposed(voice, text, text, &plan, &terms),
            ),
        ),
        ("running", remediation::running(voice, text, text, text)),
        ("cancelled", remediation::cancelled(voice, text, text, text)),
        ("settled", remediation::settled(voice, text, text, text)),
        ("refused", remediation::refused(voice, text, text, text)),
        ("outcome", remediation::outcome(voice, &failed)),
        ("welcome", help::welcome(voice, text, Role::Viewer)),
        ("help", help::help(voice, &usages.collect::<Vec<_>>())),
        ("whoami", help::whoami(voice, text, i64::MIN, Role::Viewer)),
        ("usage", help::usage(voice, text, Some(text))),
        ("note", help::note(&format!("note: {text}"))),
        (
            "runbook",
            runbook::runbook(voice, "check_db_growth", &markdown, 1).unwrap(),
        ),
    ]
}

pub fn hostile() -> impl Strategy<Value = String> {
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
    fn telegram_accepts_every_view(text in hostile(), items in 0_usize..60) {
        for lang in Lang::ALL {
            for (view, message) in every_view(lang, &text, items) {
                prop_assert_eq!(fault(&message), None, "{} {}", view, lang);
            }
        }
    }

    #[test]
    fn a_press_on_a_proposal_says_which_and_what(id in any::<i64>(), yes in any::<bool>()) {
        let answer = if yes { Answer::Yes } else { Answer::No };
        let press = ProposalPress { id, answer };
        prop_assert_eq!(press.to_string().parse(), Ok(press));
    }

    #[test]
    fn a_press_on_a_page_says_where_to(
        severity in option::of(select(Severity::ALL.to_vec())),
        count in any::<i64>(),
        id in any::<i64>(),
        older in any::<bool>(),
    ) {
        let turn = if older { Turn::Older(id) } else { Turn::Newer(id) };
        let press = AlertsPress { severity, count, turn };
        prop_assert_eq!(press.to_string().parse(), Ok(press));
        let shown = AlertsPress { count: count.rem_euclid(21), ..press };
        assert!(format!("alerts:{shown}").len() <= 64, "{shown}");
    }

    #[test]
    fn a_press_on_a_runbook_says_which_page(detector in "[a-z_]{1,40}", page in option::of(any::<usize>())) {
        let press = RunbookPress { detector, page };
        prop_assert_eq!(press.to_string().parse(), Ok(press));
    }

    #[test]
    fn what_goes_below_a_picture_fits_there(
        lang in select(vec![Lang::En, Lang::Ru]),
        name in hostile(),
        marketplaces in 0_usize..60,
        days in 0_usize..7,
    ) {
        let voice = &voice(lang);
        let measure = measure(Some(false), Some(f64::MAX), f64::MIN);
        for caption in [trends(voice, &name, marketplaces), views::slo(voice, &compliance(measure, days))] {
            prop_assert_eq!(fault(&caption), None);
            let length = utf16_len(&plain_text(&caption.html));
            assert!(length <= CAPTION_LIMIT, "{length} units");
        }
    }

    #[test]
    fn a_press_on_a_chart_says_which_trends(trend in "[a-z_]{1,40}") {
        let one = if trend == "all" { ChartPress::All } else { ChartPress::Of(trend) };
        for press in [ChartPress::All, one] {
            prop_assert_eq!(press.to_string().parse(), Ok(press));
        }
        prop_assert_eq!("".parse::<ChartPress>().is_ok(), false);
    }

    #[test]
    fn malformed_payloads_are_no_presses(payload in hostile()) {
        prop_assert_eq!(payload.parse::<AlertsPress>().is_ok(), false);
    }

    #[test]
    fn no_block_of_a_runbook_gets_lost_between_its_pages(
        blocks in vec(("(## |- |)", 1_usize..1500), 1..40),
    ) {
        let markdown: Vec<String> = blocks
            .iter()
            .enumerate()
            .map(|(number, (mark, length))| format!("{mark}block{number}x{}", "y".repeat(*length)))
            .collect();
        let markdown = markdown.join("\n\n");
        let pages: Vec<Message> = (1..)
            .map_while(|page| runbook::runbook(&voice(Lang::En), "check", &markdown, page))
            .collect();
        let text: String = pages.iter().map(|page| plain_text(&page.html)).collect();
        for number in 0..blocks.len() {
            prop_assert_eq!(text.matches(&format!("block{number}x")).count(), 1);
        }
        for page in &pages {
            prop_assert_eq!(fault(page), None);
        }
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
    for (view, message) in every_view(Lang::En, &"word ".repeat(300), 3) {
        let takes_text = !["slo", "second poller", "test alert"].contains(&view);
        assert_eq!(message.html.contains("word word"), takes_text, "{view}");
    }
}
