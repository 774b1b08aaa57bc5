use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use secrecy::ExposeSecret;
use sovani_ops::{
    detectors::{cash_balance, commission_outliers, db_growth},
    domain::{ChatTarget, Money, Role, Severity},
    settings::{LogFormat, Settings, Source},
};

use super::{blamed, load};

#[test]
fn without_any_value_the_documented_defaults_hold() {
    let settings = load([]).unwrap();

    assert!(settings.telegram_token.is_none() && settings.admin_token.is_none());
    assert_eq!(
        settings.telegram_api_url.as_str(),
        "https://api.telegram.org/"
    );
    assert_eq!(settings.dedup_window, Duration::from_secs(300));
    assert_eq!(settings.min_severity, Severity::Warning);
    assert_eq!(settings.resolve_after_passes, 2);
    assert_eq!(settings.reminder_max, Duration::from_secs(4 * 3600));
    assert!((settings.slo_api_latency_p95_ms - 1200.0).abs() < f64::EPSILON);
    assert!((settings.slo_ingest_success_rate_pct - 99.0).abs() < f64::EPSILON);
    assert!((settings.slo_scheduler_on_time_pct - 98.0).abs() < f64::EPSILON);
    assert!(settings.remediation_enabled);
    assert_eq!(settings.remediation_max_retries, 3);
    assert_eq!(settings.check_interval, Duration::from_secs(300));
    assert_eq!(settings.check_start_delay, Duration::from_secs(120));
    assert_eq!(settings.detector_timeout, Duration::from_secs(30));
    assert_eq!(
        settings.threshold(&cash_balance::THRESHOLD),
        Money::from_roubles(-10_000)
    );
    assert_eq!(settings.threshold(&db_growth::THRESHOLD_MB), 5120);
    assert_eq!(settings.threshold(&commission_outliers::TOLERATED), 5);
    assert_eq!(settings.timezone, chrono_tz::Europe::Moscow);
    assert_eq!(
        settings.ingest_due_time,
        NaiveTime::from_hms_opt(6, 0, 0).unwrap()
    );
    assert_eq!(settings.database_url.to_string(), "sqlite:./sovani_bot.db");
    assert_eq!(settings.http_listen.to_string(), "127.0.0.1:8000");
    assert_eq!(settings.api_public_read, None);
    assert_eq!(settings.log_format, LogFormat::Text);
}

#[test]
fn a_blank_value_is_the_default() {
    let known = sovani_ops::actions::known();
    let blank = |text: &str| {
        let source = known
            .settings()
            .iter()
            .fold(Source::fixed([]), |source, setting| {
                source.with(setting.name, text)
            });
        format!("{:?}", Settings::load(&source, &known).unwrap())
    };

    let defaults = format!("{:?}", load([]).unwrap());

    assert_eq!(blank(""), defaults);
    assert_eq!(blank("  \t "), defaults);
}

#[test]
fn blanks_around_a_value_do_no_harm() {
    let settings = load([("OPS_CHECK_INTERVAL_SEC", " 60 "), ("LOG_FORMAT", "json\t")]).unwrap();

    assert_eq!(settings.check_interval, Duration::from_secs(60));
    assert_eq!(settings.log_format, LogFormat::Json);
}

#[test]
fn a_list_keeps_its_order_and_forgives_blanks_and_empty_items() {
    let chat = |chat_id, thread_id| ChatTarget { chat_id, thread_id };

    let settings = load([
        ("ALERT_CHAT_IDS", " -100:7,, 77 ,-100 , "),
        ("ADMIN_USER_IDS", "3, 1,3"),
        ("VIEWER_USER_IDS", "1, 2"),
    ])
    .unwrap();

    assert_eq!(
        settings.alert_chats,
        [chat(-100, Some(7)), chat(77, None), chat(-100, None)]
    );
    assert_eq!(settings.admins.iter().copied().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(
        [1, 2, 4].map(|user| settings.role(user)),
        [Role::Admin, Role::Viewer, Role::Stranger]
    );
}

#[test]
fn a_command_is_an_argument_vector() {
    let command = |text| {
        load([("SCHEDULER_RESTART_CMD", text)])
            .unwrap()
            .scheduler_restart_cmd
    };

    assert_eq!(command(""), None);
    assert_eq!(
        command("systemctl  restart\tx").unwrap(),
        ["systemctl", "restart", "x"]
    );
    assert_eq!(
        command(r#"["/bin/echo", "one two; three", "$HOME", ""]"#).unwrap(),
        ["/bin/echo", "one two; three", "$HOME", ""]
    );
}

#[test]
fn another_address_than_loopback_needs_a_word_on_public_reading() {
    for address in ["0.0.0.0:8000", "10.0.0.5:8000", "[::]:8000"] {
        let error = load([("HTTP_LISTEN", address)]).unwrap_err();
        assert_eq!(blamed(&error), ["HTTP_LISTEN"]);
        assert!(
            error.to_string().contains("API_PUBLIC_READ=false"),
            "{error}"
        );

        for (word, public) in [("true", true), ("false", false)] {
            let settings = load([("HTTP_LISTEN", address), ("API_PUBLIC_READ", word)]).unwrap();
            assert_eq!(settings.api_public_read, Some(public));
        }
    }
}

#[test]
fn a_trusted_proxy_needs_a_word_on_public_reading() {
    let proxies = ("HTTP_TRUSTED_PROXIES", "127.0.0.1");
    let error = load([proxies]).unwrap_err();
    assert_eq!(blamed(&error), ["HTTP_TRUSTED_PROXIES"]);
    assert!(
        error.to_string().contains("API_PUBLIC_READ=false"),
        "{error}"
    );
    for word in ["true", "false"] {
        load([proxies, ("API_PUBLIC_READ", word)]).unwrap();
    }
}

#[test]
fn the_debug_form_of_the_settings_shows_no_secret() {
    let settings = load([
        ("TELEGRAM_TOKEN", "123456789:SECRETsecret"),
        ("ADMIN_TOKEN", "SECRET-SECRET-SECRET"),
        ("DATABASE_URL", "postgresql://user:SECRET@host/name"),
    ])
    .unwrap();

    assert_eq!(
        settings.telegram_token.as_ref().unwrap().expose_secret(),
        "123456789:SECRETsecret"
    );
    assert!(!format!("{settings:?} {settings:#?}").contains("SECRET"));
}

#[test]
fn a_day_ends_at_midnight_of_the_time_zone_and_its_sales_are_due_at_the_due_time() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let cases = [
        (
            "Europe/Moscow",
            "06:00",
            "2025-10-01 20:59:59",
            "2025-10-01",
            "2025-09-30",
        ),
        (
            "Europe/Moscow",
            "06:00",
            "2025-10-01 21:00:00",
            "2025-10-02",
            "2025-09-30",
        ),
        (
            "Europe/Moscow",
            "06:00",
            "2025-10-02 02:59:59.999999",
            "2025-10-02",
            "2025-09-30",
        ),
        (
            "Europe/Moscow",
            "06:00",
            "2025-10-02 03:00:00",
            "2025-10-02",
            "2025-10-01",
        ),
        (
            "Europe/Moscow",
            "00:00",
            "2025-10-01 21:00:00",
            "2025-10-02",
            "2025-10-01",
        ),
        (
            "UTC",
            "06:00",
            "2025-10-02 03:00:00",
            "2025-10-02",
            "2025-09-30",
        ),
        (
            "Asia/Vladivostok",
            "06:00",
            "2025-10-01 20:00:00",
            "2025-10-02",
            "2025-10-01",
        ),
        (
            "Europe/Moscow",
            "06:00",
            "2025-02-28 21:30:00",
            "2025-03-01",
            "2025-02-27",
        ),
    ];
    for (zone, due, now, today, last_due) in cases {
        let settings = load([("APP_TIMEZONE", zone), ("INGEST_DUE_TIME", due)]).unwrap();
        let now = now.parse().unwrap();
        assert_eq!(
            settings.calendar().today(now),
            day(today),
            "{zone} {due} {now}"
        );
        assert_eq!(
            settings.calendar().last_due_day(now),
            day(last_due),
            "{zone} {due} {now}"
        );
    }
}

#[test]
fn burn_tiers_that_a_target_keeps_from_firing_are_refused_with_what_to_change() {
    let refused = |values: &[(&'static str, &'static str)]| {
        let source = values
            .iter()
            .fold(Source::fixed([]), |source, (name, value)| {
                source.with(name, *value)
            });
        Settings::load(&source, &sovani_ops::actions::known())
            .err()
            .map(|error| error.to_string())
    };
    let told = refused(&[("SLO_INGEST_SUCCESS_RATE_PCT", "90")]).unwrap();
    assert!(
        told.ends_with(
            "SLO_BURN_TIERS: 14.4 can never be exceeded at SLO_INGEST_SUCCESS_RATE_PCT=90, where the budget burns 10.0 \
             times too fast when every event is bad: leave 14.4 out, or set SLO_INGEST_SUCCESS_RATE_PCT above 93.06"
        ),
        "{told}"
    );
    let told = refused(&[
        ("SLO_SCHEDULER_ON_TIME_PCT", "0"),
        ("SLO_BURN_TIERS", "6,1"),
    ])
    .unwrap();
    assert!(
        told.contains("6,1 can never be exceeded at SLO_SCHEDULER_ON_TIME_PCT=0"),
        "{told}"
    );

    let kept = [
        [
            ("SLO_INGEST_SUCCESS_RATE_PCT", "90"),
            ("SLO_BURN_TIERS", "6,3,1"),
        ],
        [
            ("SLO_INGEST_SUCCESS_RATE_PCT", "0"),
            ("SLO_BURN_TIERS", "none"),
        ],
        [
            ("SLO_INGEST_SUCCESS_RATE_PCT", "93.06"),
            ("SLO_BURN_TIERS", "14.4"),
        ],
        [
            ("SLO_SCHEDULER_ON_TIME_PCT", "100"),
            ("SLO_BURN_TIERS", "14.4,6,3,1"),
        ],
    ];
    for values in kept {
        assert_eq!(refused(&values), None, "{values:?}");
    }
}
