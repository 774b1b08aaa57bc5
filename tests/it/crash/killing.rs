use std::time::{Duration, Instant};

use sovani_ops::{
    demo::{Marketplace, faults},
    domain::Money,
    standin::BotApi,
};

use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually_within,
    process::{CHATS, Process, overdrawn, telegram},
    program::ADMIN_TOKEN,
};

/// The least number of kills, and of alerts that might have been lost.
const KILLS: usize = 50;
const ALERTS: i64 = 50;
/// Most of a life is the start; these are milliseconds from "ready" to the kill.
const LIFE_MS: std::ops::Range<u64> = 0..300;
/// A private chat takes one message a second, and what is left over from the last lives has to go out.
const CALM: Duration = Duration::from_secs(120);

/// Every failing check is an alert.
const BURST: [(&str, &str); 3] = [
    ("ALERT_DEDUP_WINDOW_SEC", "0"),
    ("ALERT_REMINDER_BACKOFF", "none"),
    ("AUTO_REMEDIATION_ENABLED", "false"),
];

/// A figure that no alert has shown before.
async fn change_the_figure(database: &TestDatabase, change: usize) {
    let figure = -2_000_000 - i64::try_from(change).unwrap();
    let marketplace = Marketplace::ALL[change % Marketplace::ALL.len()];
    let balance = Money::from_kopecks(figure);
    faults::set_cash_balance(database.db(), marketplace, balance)
        .await
        .unwrap();
}

/// Asks for checks with alerts until the program does not answer any more, a few times at most.
async fn ask_for_alerts(client: &reqwest::Client, api: &str) {
    let url = format!("{api}/api/v1/ops/run-detectors?notify=true");
    for _ in 0..2 {
        let request = client.post(&url).bearer_auth(ADMIN_TOKEN);
        if request.send().await.is_err() {
            return;
        }
    }
}

/// One life: started, kept busy from three sides, and killed. False when the kill came before it was ready.
async fn live_and_die(database: &TestDatabase, telegram: &BotApi, life: usize) -> bool {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut process = Process::start(database, telegram, &BURST);
    if life % 10 == 5 {
        // In the middle of the start.
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..100))).await;
        process.kill().await;
        return false;
    }
    let api = process.api().await.expect("the program starts");
    let busy = async {
        tokio::join!(
            ask_for_alerts(&client, &api),
            ask_for_alerts(&client, &api),
            async {
                for change in 0..5 {
                    change_the_figure(database, life * 5 + change).await;
                    tokio::task::yield_now().await;
                }
            },
        );
        std::future::pending::<()>().await;
    };
    let life = Duration::from_millis(fastrand::u64(LIFE_MS));
    let _ = tokio::time::timeout(life, busy).await;
    process.kill().await;
    true
}

/// Each incident's number, and what its newest failing check said.
async fn incidents(database: &TestDatabase) -> Vec<(String, String)> {
    let all = "SELECT CAST(id AS TEXT) || '|' || message FROM ops_incidents ORDER BY id";
    let rows = database.texts(all).await;
    let split = |row: String| {
        row.split_once('|')
            .map(|(id, message)| (format!("#{id} "), message.to_owned()))
    };
    rows.into_iter().filter_map(split).collect()
}

#[tokio::test]
async fn no_alert_is_lost_however_often_the_program_is_killed() {
    on_sqlite(async |database| {
        let started = Instant::now();
        overdrawn(&database).await;
        let telegram = telegram().await;
        let (mut kills, mut ready, mut rows) = (0, 0, 0);
        // A busy machine gets less done in a life.
        while kills < KILLS || (rows < ALERTS && kills < 10 * KILLS) {
            ready += usize::from(live_and_die(&database, &telegram, kills).await);
            rows = database.number("SELECT COUNT(*) FROM ops_alerts_history").await;
            kills += 1;
        }
        let left = "SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'";
        let left_over = database.number(left).await;
        let burst = started.elapsed();

        let quiet_since = Instant::now();
        let hour = [("OPS_CHECK_START_DELAY_SEC", "3600")];
        let mut calm = Process::start(&database, &telegram, &hour);
        calm.api().await.expect("the program starts");
        eventually_within(CALM, "an empty outbox", async || database.number(left).await == 0).await;
        let (status, log) = calm.terminate().await;

        assert!(status.success(), "{log}");
        let incidents = incidents(&database).await;
        let mut doubled = 0;
        for chat in CHATS {
            let said = telegram.bot_messages(chat);
            for (number, message) in &incidents {
                let standing: Vec<_> = said.iter().filter(|said| said.text.contains(number)).collect();
                let shown = standing.iter().any(|said| said.text.contains(message));
                assert!(shown, "{chat} does not read of {number}{message:?}: {standing:#?}");
                doubled += standing.len() - 1;
            }
        }
        for chats in database.texts("SELECT sent_to_chat_ids FROM ops_alerts_history").await {
            let mut chats: Vec<_> = chats.split(',').collect();
            chats.sort_unstable();
            assert_eq!(chats, ["501", "502"]);
        }
        let given_up = database.number("SELECT COUNT(*) FROM ops_outbox WHERE state = 'dead'").await;
        assert_eq!(given_up, 0);
        assert!(telegram.refused_calls().is_empty());
        println!(
            "{kills} kills, {ready} of them of a program that was ready: {rows} alerts of {} incidents, {left_over} \
             messages left for the calm start, {doubled} standing messages arrived twice; {burst:?}, then {:?}",
            incidents.len(), quiet_since.elapsed(),
        );
        assert!(rows >= ALERTS, "the burst was one");
    })
    .await;
}
