//! Storms reported in digests, while deliveries fail.

use chrono::Duration;
use sovani_ops::{
    domain::{By, Check, Severity, Who},
    ops::incidents,
    standin::Scope,
    views::{self, buttons::DigestPress, plain_text},
};

use super::{
    copies::{Lost, copies, excused},
    *,
};
use crate::support::{
    checks::{failing, fault, passing},
    delivery::delivered_within,
};

const CHATS: i64 = 40;
const STORMS: std::ops::RangeInclusive<usize> = 1..=3;
/// This one is never acknowledged.
const LAST: usize = 3;
/// Beside as many more as the storm's number says.
const ERRORS: usize = 50;
const CRITICAL: usize = 4;
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(40);

fn named(storm: usize, number: usize) -> String {
    format!("Storm {storm} fault {number}")
}

fn errors(storm: usize) -> Vec<Check> {
    let numbers = 1..=ERRORS + storm;
    numbers
        .map(|number| failing(&named(storm, number), Severity::Error))
        .collect()
}

fn critical(storm: usize) -> Vec<Check> {
    let first = ERRORS + storm + 1;
    (first..first + CRITICAL)
        .map(|number| failing(&named(storm, number), Severity::Critical))
        .collect()
}

fn faults_in(storm: usize) -> usize {
    ERRORS + storm + CRITICAL
}

async fn digest_of(program: &TestProgram, storm: usize) -> i64 {
    let fault = fault(&named(storm, 1));
    let incident = program.cx().db.newest_incident(&fault).await.unwrap();
    incident.unwrap().digest.unwrap()
}

async fn started_in_private_chats(database: &TestDatabase, clock: &Clock) -> TestProgram {
    let told: Vec<String> = chats().map(|chat| chat.to_string()).collect();
    let program = Setup::beside(database)
        .at(clock)
        .with("ALERT_CHAT_IDS", told.join(","))
        .with("ESCALATE_AFTER_SEC", "0")
        .with("ALERT_DEDUP_WINDOW_SEC", WINDOW.num_seconds().to_string())
        .with("TELEGRAM_CALLS_PER_SEC", UNLIMITED)
        .with("TELEGRAM_CHAT_PER_MIN", UNLIMITED)
        .start()
        .await;
    for chat in chats() {
        program
            .telegram()
            .add_chat(chat, ChatKind::Private, "Somebody");
    }
    program
}

fn chats() -> std::ops::Range<i64> {
    FIRST..FIRST + CHATS
}

async fn delivered(database: &TestDatabase, clock: &Clock) {
    delivered_within(PATIENCE, database, clock).await;
}

/// A storm breaks, grows louder, and is taken on unless it is the last one.
async fn storm(database: &TestDatabase, clock: &Clock, program: &TestProgram, number: usize) {
    program.finds(&errors(number)).await;
    program.finds(&critical(number)).await;
    delivered(database, clock).await;
    if number != LAST {
        let digest = digest_of(program, number).await;
        let anna = Who::in_chat(By::user(7, "Anna"), 7);
        let shown = DigestPress {
            digest,
            growth: i64::MAX,
        };
        let taken_on = incidents::acknowledge_all(program.cx(), shown, &anna).await;
        assert_eq!(taken_on.unwrap(), faults_in(number));
    }
    clock.advance(Duration::seconds(61));
}

async fn everybody_has(program: &TestProgram, number: usize) {
    let cx = program.cx();
    let digest = digest_of(program, number).await;
    let digest = cx.db.digest(digest, views::digest::LINES).await.unwrap();
    let ends = plain_text(&views::digest::digest(&cx.voice(), &digest.unwrap()).html);
    let lost = Lost::answers(program);
    let mark = format!("Storm {number} fault ");
    let over = format!("All {} incidents are resolved.", faults_in(number));
    for chat in chats() {
        let mut digests = program.said_in(chat);
        digests.retain(|message| message.reply_to.is_none() && message.text.contains(&mark));
        let excused = excused(&lost, chat, |text| text.contains(&mark));
        assert!((1..=1 + excused).contains(&digests.len()), "{digests:#?}");
        let newest = digests.last().unwrap();
        assert_eq!(newest.text, ends);
        assert!(newest.keyboard.rows.is_empty());
        copies(program, &lost, chat, |text| text.contains(&over));
        if number == LAST {
            copies(program, &lost, chat, |text| {
                text.contains("Still failing: ")
            });
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn digests_survive_any_answers_of_telegram() {
    on_sqlite(async |database| {
        let clock = Clock::standing_at(moment("2025-10-02 05:00:00"));
        let mut program = started_in_private_chats(&database, &clock).await;
        let telegram = program.telegram();
        telegram.fail_at_random(4, Scope::AllButPolling, &QUICK);
        for number in STORMS {
            storm(&database, &clock, &program, number).await;
        }
        clock.advance(WINDOW);
        program.finds(&errors(LAST)).await;
        delivered(&database, &clock).await;
        for _ in 0..2 {
            program.finds(&[passing()]).await;
        }
        delivered(&database, &clock).await;
        telegram.clear_faults();

        for number in STORMS {
            everybody_has(&program, number).await;
        }
        println!("{} deliveries of digests", deliveries(telegram));
        program.stop().await;
    })
    .await;
}
