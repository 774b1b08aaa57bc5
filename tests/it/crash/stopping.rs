use std::time::{Duration, Instant};

use sovani_ops::standin::{BotApi, Fault, Scope, Times};

use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    process::{CHATS, MANAGER, Process, overdrawn, telegram},
    program::Setup,
};

const STOPS_WITHIN: Duration = Duration::from_secs(10);
const AT_ONCE: Duration = Duration::from_secs(3);
const RUNNING: &str =
    "SELECT COUNT(*) FROM job_runs WHERE job_name = 'ops_health_check' AND status = 'running'";

#[each_database]
async fn the_program_stops_in_order_while_a_remediation_is_under_way(database: TestDatabase) {
    overdrawn(&database).await;
    let telegram = telegram().await;
    telegram.fail(
        Scope::Chat(MANAGER),
        Times::UntilCleared,
        Fault::Delay(Duration::from_secs(600)),
    );
    let process = Process::start(&database, &telegram, &[]);
    let running = "SELECT COUNT(*) FROM ops_remediation_history WHERE status = 'running'";
    eventually("a remediation under way", async || {
        database.try_number(running).await == Some(1)
    })
    .await;

    let started = Instant::now();
    let (status, log) = process.terminate().await;

    assert_eq!(status.code(), Some(0), "{log}");
    assert!(started.elapsed() < STOPS_WITHIN, "{:?}", started.elapsed());
    assert!(log.trim_end().ends_with("stopped"), "{log}");
}

async fn called(telegram: &BotApi, method: &str, times: usize) {
    eventually(method, async || telegram.calls_of(method).len() >= times).await;
}

#[tokio::test]
async fn stopping_waits_for_no_telegram_that_does_not_answer() {
    on_sqlite(async |database| {
        let never = || Fault::Delay(Duration::from_secs(600));
        let get_me = || Scope::method("getMe");
        let mut first = Setup::beside(&database).start().await;
        let telegram = first.telegram().clone();
        called(&telegram, "getUpdates", 1).await;
        first.stop().await;

        let asked = telegram.calls_of("getMe").len();
        telegram.fail(get_me(), Times::UntilCleared, never());
        let mut second = Setup::beside(&database).start_on(&telegram).await;
        called(&telegram, "getMe", asked + 1).await;
        let began = Instant::now();
        second.stop().await;
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());

        telegram.clear_faults();
        let pause = Fault::Delay(Duration::from_millis(500));
        telegram.fail(Scope::method("setMyCommands"), Times::Once, pause);
        let mut third = Setup::beside(&database).start_on(&telegram).await;
        called(&telegram, "setMyCommands", 2).await;
        telegram.fail(Scope::method("getUpdates"), Times::UntilCleared, never());
        let polls = telegram.calls_of("getUpdates").len();
        called(&telegram, "getUpdates", polls + 1).await;
        let began = Instant::now();
        third.stop().await;
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    })
    .await;
}

#[tokio::test]
async fn a_killed_run_and_a_killed_remediation_are_journalled_as_such_after_the_next_start() {
    on_sqlite(async |database| {
        overdrawn(&database).await;
        let telegram = telegram().await;
        let never = Fault::Delay(Duration::from_secs(600));
        telegram.fail(Scope::Chat(MANAGER), Times::UntilCleared, never);
        let process = Process::start(&database, &telegram, &[]);
        let running = "SELECT COUNT(*) FROM ops_remediation_history WHERE status = 'running'";
        eventually("a remediation under way", async || {
            database.try_number(running).await == Some(1)
        })
        .await;
        process.kill().await;
        database
            .execute(
                "INSERT INTO job_runs (job_name, started_at, status)
                 VALUES ('ops_health_check', '2025-10-02 09:00:00.000000', 'running')",
            )
            .await;

        telegram.clear_faults();
        let process = Process::start(&database, &telegram, &[]);
        let failed = "SELECT COUNT(*) FROM job_runs WHERE error_message = 'interrupted'";
        eventually("the killed run journalled", async || {
            database.number(failed).await >= 1
        })
        .await;
        let interrupted =
            "SELECT COUNT(*) FROM ops_remediation_history WHERE status = 'interrupted'";
        assert_eq!(database.number(interrupted).await, 1);
        let (status, log) = process.terminate().await;

        assert!(status.success(), "{log}");
        assert_eq!(database.number(RUNNING).await, 0);
        for chat in CHATS {
            assert!(!telegram.bot_messages(chat).is_empty());
        }
    })
    .await;
}
