//! The text forms of the domain's types.

use chrono::{DateTime, Duration, NaiveDate};
use proptest::prelude::*;
use sovani_ops::domain::{ChatTarget, Fingerprint, Money, Severity, Timestamp};

use super::{noon, properties::severity};
use crate::support::program::moment;

fn timestamp() -> impl Strategy<Value = Timestamp> {
    let (first, last) = (year(1970), year(9999));
    (first..last, 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| {
        Timestamp::new(DateTime::from_timestamp(seconds, nanos).unwrap())
    })
}

fn year(year: i32) -> i64 {
    let first_day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    first_day
        .and_hms_opt(0, 0, 0)
        .unwrap()
        .and_utc()
        .timestamp()
}

fn chat_target() -> impl Strategy<Value = ChatTarget> {
    let chat = any::<i64>().prop_filter("no chat", |chat| *chat != 0);
    (chat, prop::option::of(1..=i32::MAX))
        .prop_map(|(chat_id, thread_id)| ChatTarget { chat_id, thread_id })
}

proptest! {
    #[test]
    fn a_timestamp_reads_back_as_it_was_written(at in timestamp()) {
        prop_assert_eq!(moment(&at.to_string()), at);
        prop_assert_eq!(moment(&at.iso()), at);
        prop_assert_eq!(moment(&at.utc().to_rfc3339()), at);
    }

    #[test]
    fn the_order_of_timestamps_is_the_order_of_their_texts(one in timestamp(), other in timestamp()) {
        prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
    }

    #[test]
    fn a_severity_reads_back_in_any_case(severity in severity()) {
        prop_assert_eq!(severity.to_string().parse(), Ok(severity));
        prop_assert_eq!(severity.to_string().to_uppercase().parse(), Ok(severity));
    }

    #[test]
    fn a_chat_reads_back_as_it_was_written(chat in chat_target()) {
        prop_assert_eq!(chat.to_string().parse(), Ok(chat));
    }

    #[test]
    fn an_amount_reads_back_as_it_was_written(kopecks in -i64::MAX..=i64::MAX) {
        let money = Money::from_kopecks(kopecks);
        prop_assert_eq!(money.to_string().parse(), Ok(money));
    }

    #[test]
    fn no_text_crashes_a_parser(text in "\\PC{0,30}") {
        let _ = text.parse::<Timestamp>();
        let _ = text.parse::<Severity>();
        let _ = text.parse::<ChatTarget>();
        let _ = text.parse::<Money>();
    }
}

#[test]
fn a_timestamp_is_read_in_every_form_that_writers_have_used() {
    let forms = [
        "2025-10-02 09:00:00",
        "2025-10-02 09:00:00.000000",
        "2025-10-02T09:00:00",
        "2025-10-02T09:00:00Z",
        "2025-10-02 12:00:00+03:00",
        "2025-10-02T12:00:00.000000+03:00",
        "2025-10-02 12:00:00.0+03",
    ];
    for text in forms {
        assert_eq!(moment(text), noon(), "{text}");
    }
    assert_eq!(moment("2025-10-02"), noon() - Duration::hours(9));
    assert!("yesterday".parse::<Timestamp>().is_err());
}

#[test]
fn an_invalid_chat_is_refused() {
    for text in [
        "", "0", "abc", "-100:", "-100:0", "-100:-7", "-100:7:8", ":7", "@ops",
    ] {
        assert!(text.parse::<ChatTarget>().is_err(), "{text}");
    }
}

#[test]
fn an_invalid_amount_is_refused() {
    for text in [
        "",
        "-",
        ".5",
        "1.234",
        "1e5",
        "--1",
        "1,5",
        "NaN",
        "99999999999999999999",
    ] {
        assert!(text.parse::<Money>().is_err(), "{text}");
    }
    assert_eq!("250.5".parse(), Ok(Money::from_kopecks(25_050)));
    assert_eq!("-10000".parse(), Ok(Money::from_roubles(-10_000)));
}

/// `printf 'check_cash_balance_threshold:OZON' | md5sum`
#[test]
fn a_fingerprint_is_the_md5_of_source_and_key() {
    let fingerprint = Fingerprint::of("check_cash_balance_threshold", "OZON");
    assert_eq!(fingerprint.as_str(), "39af8607bdcdc8ad5c2f39e8efc2f283");
    assert_eq!(fingerprint.to_string(), fingerprint.as_str());
}
