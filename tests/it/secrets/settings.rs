use sovani_ops::{
    db::DatabaseUrl,
    live::LiveSettings,
    settings::{Settings, Source},
};

use super::{ADMIN_SECRET, DATABASE_SECRET, PROXY_SECRET, assert_discreet, telegram_token};

fn source() -> Source {
    Source::fixed([])
        .with("TELEGRAM_TOKEN", telegram_token())
        .with("ADMIN_TOKEN", ADMIN_SECRET)
        .with("DATABASE_URL", database_url())
        .with(
            "TELEGRAM_PROXY",
            format!("socks5://me:{PROXY_SECRET}@127.0.0.1:9050"),
        )
}

fn database_url() -> String {
    format!("postgresql://ops:{DATABASE_SECRET}@127.0.0.1/sovani?password={DATABASE_SECRET}")
}

#[test]
fn printing_the_settings_tells_no_secret() {
    let source = source();
    let live = LiveSettings::new(
        source.clone(),
        sovani_ops::actions::known(),
        sovani_ops::detectors::defined,
    )
    .unwrap();
    let url: DatabaseUrl = database_url().parse().unwrap();

    assert_discreet(
        "the settings",
        &format!(
            "{0:?}\n{0:#?}",
            Settings::load(&source, &sovani_ops::actions::known()).unwrap()
        ),
    );
    assert_discreet("the live settings", &format!("{live:?}\n{live:#?}"));
    assert_discreet("the source", &format!("{source:?}\n{source:#?}"));
    assert_discreet(
        "the database's address",
        &format!("{url}\n{url:?}\n{url:#?}"),
    );
}

#[test]
fn a_fault_in_a_setting_tells_no_secret() {
    let faulty = [
        ("TELEGRAM_TOKEN", format!("bot{}", telegram_token())),
        (
            "TELEGRAM_TOKEN",
            format!("{} ", telegram_token().replace(':', ": ")),
        ),
        ("ADMIN_TOKEN", format!("{ADMIN_SECRET} ё")),
        (
            "DATABASE_URL",
            format!("postgresql://ops:{DATABASE_SECRET}@127.0.0.1:port/sovani"),
        ),
        (
            "DATABASE_URL",
            format!("mysql://ops:{DATABASE_SECRET}@127.0.0.1/sovani"),
        ),
        ("DATABASE_URL", DATABASE_SECRET.to_owned()),
        (
            "TELEGRAM_PROXY",
            format!("ftp://me:{PROXY_SECRET}@127.0.0.1"),
        ),
        ("TELEGRAM_PROXY", PROXY_SECRET.to_owned()),
    ];
    for (name, value) in faulty {
        let error =
            Settings::load(&source().with(name, value), &sovani_ops::actions::known()).unwrap_err();
        let prints = format!("{error}\n{error:?}\n{error:#?}");
        assert_discreet(name, &prints);
        assert!(prints.contains(name), "{prints}");
    }
}
