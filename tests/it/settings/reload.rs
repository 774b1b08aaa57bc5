use std::{fs, path::PathBuf};

use sovani_ops::{live::LiveSettings, settings::Source};
use tempfile::TempDir;

struct Installation {
    _folder: TempDir,
    file: PathBuf,
    live: LiveSettings,
}

fn running_on(text: &str) -> Installation {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(".env");
    fs::write(&file, text).unwrap();
    let live = LiveSettings::new(
        Source::from_file(file.clone(), &sovani_ops::actions::known()).unwrap(),
        sovani_ops::actions::known(),
        sovani_ops::detectors::defined,
    )
    .unwrap();
    Installation {
        _folder: folder,
        file,
        live,
    }
}

impl Installation {
    fn reload_on(&self, text: &str) -> anyhow::Result<Vec<&'static str>> {
        fs::write(&self.file, text).unwrap();
        self.live.reload()
    }
}

#[test]
fn a_reload_takes_changes_over() {
    let installation = running_on("ALERT_CHAT_IDS=1\nCF_NEGATIVE_BALANCE_ALERT_THRESHOLD=-1");

    let waiting = installation
        .reload_on("ALERT_CHAT_IDS=1,2\nADMIN_USER_IDS=7")
        .unwrap();

    assert!(waiting.is_empty());
    let settings = installation.live.get();
    assert_eq!(settings.alert_chats.len(), 2);
    assert!(settings.admins.contains(&7));
    assert_eq!(
        settings
            .threshold(&sovani_ops::detectors::cash_balance::THRESHOLD)
            .to_string(),
        "-10000.00"
    );
}

#[test]
fn an_invalid_reload_keeps_the_current_settings() {
    let installation = running_on("ALERT_CHAT_IDS=1");

    for (text, told) in [
        ("ALERT_CHAT_IDS=1,2\nLOG_FORMAT=SECRET", "LOG_FORMAT"),
        ("ALERT_CHAT_IDS=1,2\nLOG_FORMAT=SECRET SECRET", "LOG_FORMAT"),
        ("ALERT_CHAT_IDS=1,2\nLOG_FORMAT='SECRET", "LOG_FORMAT"),
    ] {
        let error = format!("{:#}", installation.reload_on(text).unwrap_err());
        assert!(error.contains(told) && !error.contains("SECRET"), "{error}");
        assert_eq!(installation.live.get().alert_chats.len(), 1);
    }
}

#[test]
fn a_file_that_has_vanished_does_not_silence_the_alerts() {
    let installation = running_on("ALERT_CHAT_IDS=1");
    fs::remove_file(&installation.file).unwrap();

    let error = installation.live.reload().unwrap_err();

    assert!(error.to_string().contains("is gone"), "{error}");
    assert_eq!(installation.live.get().alert_chats.len(), 1);
}

#[test]
fn a_reload_names_what_waits_for_a_restart_and_leaves_it_as_it_runs() {
    let installation = running_on("ADMIN_USER_IDS=1");

    let waiting = installation
        .reload_on(
            "ADMIN_USER_IDS=2\nTELEGRAM_TOKEN=1:new\nTELEGRAM_API_URL=https://other.example\n\
             TELEGRAM_PROXY=socks5://p:1\nDATABASE_URL=sqlite:///other.db\nHTTP_LISTEN=127.0.0.1:9\n\
             OPS_CHECK_INTERVAL_SEC=7\nOPS_CHECK_START_DELAY_SEC=7\nLOG_FORMAT=json\nRUST_LOG=debug",
        )
        .unwrap();

    assert_eq!(
        waiting,
        [
            "TELEGRAM_TOKEN",
            "TELEGRAM_API_URL",
            "TELEGRAM_PROXY",
            "DATABASE_URL",
            "HTTP_LISTEN",
            "OPS_CHECK_INTERVAL_SEC",
            "OPS_CHECK_START_DELAY_SEC",
            "LOG_FORMAT",
            "RUST_LOG",
        ]
    );
    let settings = installation.live.get();
    assert!(settings.admins.contains(&2));
    assert_eq!(settings.check_interval.as_secs(), 300);
    assert_eq!(settings.database_url.to_string(), "sqlite:./sovani_bot.db");
    assert_eq!(installation.live.reload().unwrap(), waiting);
}

#[test]
fn an_address_that_is_still_listened_on_is_not_opened_to_the_public_by_a_reload() {
    let installation = running_on("HTTP_LISTEN=0.0.0.0:8000\nAPI_PUBLIC_READ=false");

    let error = installation
        .reload_on("HTTP_LISTEN=127.0.0.1:8000")
        .unwrap_err();

    assert!(error.to_string().contains("API_PUBLIC_READ"), "{error}");
    assert_eq!(installation.live.get().api_public_read, Some(false));
}

#[test]
fn a_reload_does_not_put_an_alarm_out_of_reach() {
    let installation = running_on("SLO_BURN_TIERS=14.4,1");

    let error = installation
        .reload_on("SLO_BURN_TIERS=14.4,1\nSLO_SCHEDULER_ON_TIME_PCT=80")
        .unwrap_err();

    assert!(
        error
            .to_string()
            .contains("SLO_SCHEDULER_ON_TIME_PCT above 93.06"),
        "{error}"
    );
    let kept = installation.live.get().slo_scheduler_on_time_pct;
    assert!((kept - 98.0).abs() < f64::EPSILON);
}

#[test]
fn settings_without_a_file_reload_as_they_are() {
    let live = LiveSettings::new(
        Source::fixed([("ALERT_CHAT_IDS", "1")]),
        sovani_ops::actions::known(),
        sovani_ops::detectors::defined,
    )
    .unwrap();

    assert!(live.reload().unwrap().is_empty());
    assert_eq!(live.get().alert_chats.len(), 1);
}
