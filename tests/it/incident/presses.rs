//! The payloads of the buttons below incidents.

use proptest::prelude::*;
use sovani_ops::{
    domain::Span,
    views::buttons::{INCIDENTS, IncidentsPress, NotAPress, SILENCE, SilencePress},
};

/// The most that Telegram takes, in bytes.
const LIMIT: usize = 64;

fn fits(name: &str, payload: &str) -> bool {
    format!("{name}:{payload}").len() <= LIMIT
}

fn incident() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
}

fn span() -> impl Strategy<Value = Span> {
    let seconds = prop_oneof![1..=7_775_999_u32, Just(7_775_999), Just(7_776_000)];
    seconds.prop_map(|seconds| {
        let minutes = seconds / 60;
        format!("{minutes}m{}s", seconds % 60).parse().unwrap()
    })
}

proptest! {
    #[test]
    fn silencing_reads_back_as_it_was_written_and_fits(incident in incident(), span in span()) {
        let press = SilencePress { incident, span };
        prop_assert_eq!(press.to_string().parse(), Ok(press));
        prop_assert!(fits(SILENCE, &press.to_string()));
    }

    #[test]
    fn turning_to_incidents_reads_back_as_it_was_written_and_fits(
        offset in prop_oneof![0..=i64::MAX, Just(0), Just(i64::MAX)],
    ) {
        for press in [IncidentsPress::New, IncidentsPress::Turn(offset)] {
            prop_assert_eq!(press.to_string().parse(), Ok(press));
            prop_assert!(fits(INCIDENTS, &press.to_string()));
        }
    }

    #[test]
    fn no_payload_crashes_a_reader(payload in "\\PC{0,40}|[0-9a-z:-]{0,64}") {
        if let Ok(press) = payload.parse::<SilencePress>() {
            prop_assert_eq!(press.to_string().parse(), Ok(press));
        }
        if let Ok(press) = payload.parse::<IncidentsPress>() {
            prop_assert_eq!(press.to_string().parse(), Ok(press));
        }
    }
}

#[test]
fn the_payloads_as_they_are_sent() {
    let press = SilencePress {
        incident: 7,
        span: Span::hours(4),
    };
    assert_eq!(press.to_string(), "7:4h");
    assert_eq!(IncidentsPress::New.to_string(), "new");
    assert_eq!(IncidentsPress::Turn(12).to_string(), "12");
}

#[test]
fn what_no_button_sends_is_refused() {
    for payload in [
        "",
        ":",
        "7",
        "7:",
        ":1h",
        "x:1h",
        "7:0h",
        "7:1h:2",
        "7:-1h",
        "7:91d",
        "7 :1h",
        "9223372036854775808:1h",
    ] {
        assert_eq!(payload.parse::<SilencePress>(), Err(NotAPress), "{payload}");
    }
    for payload in ["", "-1", "New", "new:1", "1.5", " 1", "9223372036854775808"] {
        assert_eq!(
            payload.parse::<IncidentsPress>(),
            Err(NotAPress),
            "{payload}"
        );
    }
}
