use sovani_ops::standin::{Fault, Options, Scope, Times};

use super::*;
use crate::support::{
    database::TestDatabase,
    deadline::eventually,
    process::{CHATS, Process, overdrawn, telegram_with},
};

#[each_database]
async fn the_whole_log_at_its_finest_tells_no_secret(database: TestDatabase) {
    overdrawn(&database).await;
    let telegram = telegram_with(Options::new(telegram_token(), "ops_bot")).await;
    let through = telegram
        .url()
        .replace("http://", &format!("http://somebody:{PROXY_SECRET}@"));
    for fault in [
        Fault::Conflict,
        Fault::Garbage,
        Fault::Dropped,
        Fault::Unauthorized,
    ] {
        telegram.fail(Scope::method("getUpdates"), Times::Once, fault);
    }
    for fault in [
        Fault::Dropped,
        Fault::Garbage,
        Fault::TooManyRequests(1),
        Fault::ParseRefusal,
        Fault::Unauthorized,
    ] {
        telegram.fail(Scope::Chat(CHATS[0]), Times::Once, fault);
    }
    telegram.fail(Scope::Chat(CHATS[1]), Times::Once, Fault::ServerError(502));
    let settings = [
        ("RUST_LOG", "trace"),
        ("TELEGRAM_TOKEN", &telegram_token()),
        ("ADMIN_TOKEN", ADMIN_SECRET),
        ("TELEGRAM_PROXY", &through),
    ];
    let mut process = Process::start(&database, &telegram, &settings);
    let api = process.api().await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for token in [ADMIN_SECRET, "a-wrong-token-of-the-tests"] {
        let run = client
            .post(format!("{api}/api/v1/ops/run-detectors?notify=true"))
            .bearer_auth(token);
        run.send().await.unwrap();
    }
    let left = "SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'";
    eventually("an empty outbox", async || database.number(left).await == 0).await;
    telegram.go_down().await;
    let attempts = |log: &str| {
        log.matches("commands and presses cannot be fetched")
            .count()
    };
    let before = attempts(&process.log());
    eventually("a failed poll", async || attempts(&process.log()) > before).await;
    let (status, log) = process.terminate().await;

    assert!(status.success());
    assert!(
        log.contains("TRACE") && log.contains("DEBUG reqwest::connect: proxy("),
        "the log is at its finest"
    );
    assert_discreet("the log", &log);
    let url: url::Url = database.url().parse().unwrap();
    if let Some(password) = url.password() {
        assert_holds_no("the log", &log, password);
    }
}

#[each_database]
async fn a_start_that_fails_tells_no_secret(database: TestDatabase) {
    let telegram = telegram_with(Options::new(telegram_token(), "ops_bot")).await;
    let closed = format!("postgresql://ops:{DATABASE_SECRET}@127.0.0.1:1/sovani");
    let settings = [
        ("RUST_LOG", "trace"),
        ("TELEGRAM_TOKEN", &telegram_token()),
        ("ADMIN_TOKEN", ADMIN_SECRET),
        ("DATABASE_URL", &closed),
    ];
    let mut process = Process::start(&database, &telegram, &settings);

    assert_eq!(process.api().await, None);

    let log = process.kill().await;
    assert!(log.contains("cannot be opened"), "{log}");
    assert_discreet("the log", &log);
}
