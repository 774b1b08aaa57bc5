//! Thousands of deliveries while Telegram answers at random: nothing is lost, nothing is sent twice except where an
//! answer was lost, and every message ends up correct.

mod budget;
mod copies;
mod digests;
mod scenario;
mod verdict;

use std::time::{Duration, Instant};

use sovani_ops::{
    clock::Clock,
    standin::{BotApi, ChatKind, Fault, Outcome},
};

use self::scenario::{Run, WINDOW};
use crate::support::{
    database::{TestDatabase, on_postgres, on_sqlite},
    program::{Setup, TestProgram, moment},
};

/// The private chats are numbered from here.
const FIRST: i64 = 5001;
/// These block the bot in the middle of it all.
const LOST: [i64; 3] = [FIRST + 2, FIRST + 3, FIRST + 5];
/// This one becomes a supergroup in the middle of it all.
const GROUP: i64 = -2001;
const SUPERGROUP: i64 = -2009;
/// More than any test sends.
const UNLIMITED: &str = "1000000";
/// Longer than the client waits for an answer, which is 15 s.
const TOO_LONG: Duration = Duration::from_secs(120);
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

/// Faults that cost the client no time to speak of, and how many calls in a thousand they strike.
const QUICK: [(Fault, u32); 4] = [
    (Fault::TooManyRequests(1), 8),
    (Fault::Garbage, 15),
    (Fault::Dropped, 15),
    (Fault::AcceptedThenDropped, 15),
];
/// Faults that the client waits 10 s for.
const SLOW: [(Fault, u32); 2] = [(Fault::ServerError(502), 3), (Fault::HtmlError(503), 3)];
/// Faults that it gives up on after 15 s, each in a chat of its own.
const TIMEOUTS: [(i64, Fault); 2] = [
    (FIRST, Fault::Delay(TOO_LONG)),
    (FIRST + 1, Fault::LateAnswer(TOO_LONG)),
];

#[derive(Clone, Copy)]
struct Size {
    /// Private chats, beside the group.
    chats: i64,
    faults: usize,
}

impl Size {
    fn private_chats(self) -> Vec<i64> {
        (FIRST..FIRST + self.chats).collect()
    }

    /// The private chats that do not block the bot.
    fn live_chats(self) -> Vec<i64> {
        let mut chats = self.private_chats();
        chats.retain(|chat| !LOST.contains(chat));
        chats
    }
}

async fn started(database: &TestDatabase, clock: &Clock, size: Size) -> TestProgram {
    let chats: Vec<String> = size
        .private_chats()
        .iter()
        .chain([&GROUP])
        .map(i64::to_string)
        .collect();
    let program = Setup::beside(database)
        .at(clock)
        .with("ALERT_CHAT_IDS", chats.join(","))
        .with("ALERT_GROUP_MAX", "100")
        .with("ALERT_DEDUP_WINDOW_SEC", WINDOW.num_seconds().to_string())
        .with("ESCALATE_AFTER_SEC", "0")
        .with("TELEGRAM_CALLS_PER_SEC", UNLIMITED)
        .with("TELEGRAM_CHAT_PER_MIN", UNLIMITED)
        .with("TELEGRAM_GROUP_PER_MIN", UNLIMITED)
        .start()
        .await;
    let telegram = program.telegram();
    for chat in size.private_chats() {
        telegram.add_chat(chat, ChatKind::Private, "Somebody");
    }
    telegram.add_chat(GROUP, ChatKind::Group, "Ops");
    program
}

/// The sends and edits that Telegram took or that a fault struck.
fn deliveries(telegram: &BotApi) -> usize {
    let calls = telegram.calls().into_iter();
    calls
        .filter(|call| ["sendMessage", "editMessageText"].contains(&call.method.as_str()))
        .filter(|call| call.succeeded() || matches!(call.outcome, Outcome::Faulted(_)))
        .count()
}

fn print_numbers(telegram: &BotApi, size: Size, took: Duration) {
    let calls = telegram.calls();
    let struck = |fault: &Fault| {
        let outcome = Outcome::Faulted(fault.clone());
        calls.iter().filter(|call| call.outcome == outcome).count()
    };
    println!(
        "{} deliveries of {} faults to {} chats in {took:.1?}",
        deliveries(telegram),
        size.faults,
        size.chats + 1
    );
    let random = QUICK.iter().chain(&SLOW).map(|(fault, _)| fault);
    for fault in random.chain(TIMEOUTS.iter().map(|(_, fault)| fault)) {
        println!("{:>6} {fault:?}", struck(fault));
    }
}

async fn fault_run(database: &TestDatabase, size: Size, at_least: usize) {
    let began = Instant::now();
    let clock = Clock::standing_at(moment("2025-10-02 05:00:00"));
    let mut program = started(database, &clock, size).await;
    let expected = Run::new(database, &clock, &program, size).play().await;
    print_numbers(program.telegram(), size, began.elapsed());

    expected.is_met(database, &program, size).await;
    assert!(deliveries(program.telegram()) >= at_least);
    program.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_deliveries_survive_any_answers_of_telegram() {
    on_sqlite(async |database| {
        let size = Size {
            chats: 24,
            faults: 11,
        };
        fault_run(&database, size, 2_000).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes more than a minute"]
async fn ten_thousand_deliveries_survive_any_answers_of_telegram() {
    on_sqlite(async |database| {
        let size = Size {
            chats: 96,
            faults: 13,
        };
        fault_run(&database, size, 10_000).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_deliveries_survive_it_on_a_shared_database() {
    on_postgres(async |database| {
        let size = Size {
            chats: 24,
            faults: 11,
        };
        fault_run(&database, size, 2_000).await;
    })
    .await;
}
