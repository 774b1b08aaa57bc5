//! The text forms of what incidents are about: reasons, lengths of time, scopes, and who did something.

use chrono::Duration;
use proptest::prelude::*;
use sovani_ops::domain::{
    Actor, BadSpan, Fingerprint, Reason, Scope, Severity, Span, UnknownReason,
};

use super::properties::severity;

fn reason() -> impl Strategy<Value = Reason> {
    prop_oneof![
        Just(Reason::Opened),
        severity().prop_map(|from| Reason::Worsened { from }),
        any::<u32>().prop_map(|number| Reason::Reminder { number }),
        Just(Reason::SilenceOver),
        Just(Reason::Escalated),
        Just(Reason::Resolved),
    ]
}

/// The longest length that can be asked for, in seconds.
const LONGEST: i64 = 90 * 86_400;

fn span_of(seconds: i64) -> Result<Span, BadSpan> {
    format!(
        "{}d{}h{}m{}s",
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
    .parse()
}

fn scope(text: &str) -> Scope {
    match text.parse() {
        Ok(scope) => scope,
        Err(never) => match never {},
    }
}

fn actor(text: &str) -> Actor {
    match text.parse() {
        Ok(actor) => actor,
        Err(never) => match never {},
    }
}

proptest! {
    #[test]
    fn a_reason_reads_back_as_it_was_written(reason in reason()) {
        prop_assert_eq!(reason.to_string().parse(), Ok(reason));
    }

    #[test]
    fn a_length_reads_back_as_it_was_written(seconds in 1..=LONGEST) {
        let span = span_of(seconds).unwrap();
        prop_assert_eq!(span.duration(), Duration::seconds(seconds));
        prop_assert_eq!(span.to_string().parse(), Ok(span));
    }

    #[test]
    fn a_length_is_never_nothing_and_never_too_long(
        text in "([0-9]{1,7}[dhms]){0,6}|([0-9]{0,30}[dhms]?){0,4}|\\PC{0,20}",
    ) {
        if let Ok(span) = text.parse::<Span>() {
            prop_assert!(span.duration() > Duration::zero());
            prop_assert!(span.duration() <= Duration::seconds(LONGEST));
        }
    }

    #[test]
    fn a_scope_reads_back_as_it_was_written(name in "check_[a-z0-9_]{1,30}", key in "\\PC{0,20}") {
        let fault = Scope::Fault(Fingerprint::of(&name, &key));
        for written in [Scope::All, Scope::Detector(name), fault] {
            prop_assert_eq!(scope(&written.to_string()), written);
        }
    }

    #[test]
    fn an_actor_reads_back_as_it_was_written(id in any::<i64>()) {
        let token = Actor::Token("deploy-2.eu_west".parse().unwrap());
        for written in [Actor::Scheduler, Actor::Rest, token, Actor::User(id), Actor::Nobody] {
            prop_assert_eq!(actor(&written.to_string()), written);
        }
    }

    #[test]
    fn a_fingerprint_reads_back_as_it_was_written(source in "\\PC{0,20}", key in "\\PC{0,20}") {
        let fingerprint = Fingerprint::of(&source, &key);
        prop_assert_eq!(Fingerprint::parse(fingerprint.as_str()), Some(fingerprint));
    }

    #[test]
    fn no_text_crashes_a_reader(text in "\\PC{0,40}|[a-z0-9:_-]{0,40}") {
        if let Ok(reason) = text.parse::<Reason>() {
            prop_assert_eq!(reason.to_string().parse(), Ok(reason));
        }
        prop_assert_eq!(scope(&text).to_string(), text.clone());
        let _ = actor(&text);
        if let Some(fingerprint) = Fingerprint::parse(&text) {
            prop_assert_eq!(fingerprint.as_str(), text);
        }
    }
}

#[test]
fn the_reasons_as_they_are_stored() {
    let from = Severity::Warning;
    for (reason, text) in [
        (Reason::Opened, "opened"),
        (Reason::Worsened { from }, "worsened:warning"),
        (Reason::Reminder { number: 3 }, "reminder:3"),
        (Reason::SilenceOver, "silence_over"),
        (Reason::Escalated, "escalated"),
        (Reason::Resolved, "resolved"),
    ] {
        assert_eq!(reason.to_string(), text);
        assert_eq!(text.parse(), Ok(reason));
    }
}

#[test]
fn an_invalid_reason_is_refused() {
    for text in [
        "",
        ":",
        "Opened",
        " opened",
        "opened:",
        "opened:7",
        "resolved:x",
        "worsened",
        "worsened:",
        "worsened:bad",
        "worsened:warning:error",
        "reminder",
        "reminder:",
        "reminder:-1",
        "reminder:4294967296",
        "reminder:1:2",
        "silence over",
    ] {
        assert_eq!(text.parse::<Reason>(), Err(UnknownReason), "{text}");
    }
}

#[test]
fn a_length_is_written_with_its_greatest_units_first() {
    for (text, written) in [
        ("30m", "30m"),
        ("90m", "1h30m"),
        ("1h30m", "1h30m"),
        ("30m1h", "1h30m"),
        ("1h1h", "2h"),
        ("48h", "2d"),
        ("86399s", "23h59m59s"),
        ("000007m", "7m"),
        ("0d5s", "5s"),
        ("90d", "90d"),
    ] {
        assert_eq!(text.parse::<Span>().unwrap().to_string(), written);
    }
    assert_eq!(Span::hours(4).to_string(), "4h");
}

#[test]
fn an_invalid_length_is_refused() {
    for text in [
        "",
        "0",
        "0m",
        "0d0h",
        "5",
        "m",
        "-5m",
        "+5m",
        "5 m",
        " 5m",
        "5m ",
        "5M",
        "1.5h",
        "5w",
        "5min",
        "5m3",
        "٣m",
        "5µ",
        "91d",
        "90d1s",
        "2161h",
        "1000000s",
        "99999999999999999999999999d",
        "999999d999999d",
    ] {
        assert_eq!(text.parse::<Span>(), Err(BadSpan), "{text}");
    }
    for (unit, times) in [("999999d", 200_000), ("9", 1_000_000), ("90d", 1_000)] {
        assert_eq!(
            unit.repeat(times).parse::<Span>(),
            Err(BadSpan),
            "{unit}, {times} times"
        );
    }
}

#[test]
fn what_a_silence_may_cover() {
    let fingerprint = "39af8607bdcdc8ad5c2f39e8efc2f283";
    let fault = Fingerprint::parse(fingerprint).unwrap();
    assert_eq!(scope("all"), Scope::All);
    assert_eq!(scope(fingerprint), Scope::Fault(fault));
    for name in [
        "check_db_growth",
        "All",
        "",
        "39af8607bdcdc8ad5c2f39e8efc2f28",
    ] {
        assert_eq!(scope(name), Scope::Detector(name.to_owned()));
    }
}

#[test]
fn an_invalid_fingerprint_is_refused() {
    for text in [
        "",
        "39af8607bdcdc8ad5c2f39e8efc2f28",
        "39af8607bdcdc8ad5c2f39e8efc2f2833",
        "39AF8607BDCDC8AD5C2F39E8EFC2F283",
        "39af8607bdcdc8ad5c2f39e8efc2f28g",
        "39af8607bdcdc8ad5c2f39e8efc2f28 ",
        "фффффффффффффффф",
    ] {
        assert_eq!(Fingerprint::parse(text), None, "{text}");
    }
}

#[test]
fn an_actor_that_is_not_known_is_the_scheduler() {
    for text in [
        "",
        "user",
        "user:",
        "user:x",
        "user:9223372036854775808",
        "REST",
        "rest:",
        "rest:ADMIN_TOKEN",
        "rest:два",
        "cron",
    ] {
        assert_eq!(actor(text), Actor::Scheduler, "{text}");
    }
    assert_eq!(actor("user:-7"), Actor::User(-7));
}
