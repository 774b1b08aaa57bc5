//! When a check runs, and when its faults are told.

use std::time::{Duration, Instant};

use sovani_ops::{
    demo::{Marketplace, Platform},
    detectors::DETECTORS,
    domain::Money,
};

use super::*;
use crate::support::program::{ALERT_CHAT, moment};

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 - i FROM n) SELECT COUNT(*) AS n FROM n";

fn endless(timeout: &str) -> String {
    check(
        "check_own_endless",
        &format!(
            "sql = \"{ENDLESS}\"\nvalue = \"n\"\nwhen = \"> 0\"\ntext = \"{{value}}\"\ntimeout = \"{timeout}\""
        ),
    )
}

#[each_database]
async fn a_fault_is_told_after_its_failing_runs_in_a_row(database: TestDatabase) {
    let checks = margins("when = \"rows\"\nfor = 2");
    let shop = Shop::with(&database, &checks).await;
    database.execute(rows(&[("WB", "A1", "-1")])).await;

    shop.program.sweep().await;
    assert!(shop.open().await.is_empty());
    database.execute("DELETE FROM margins").await;
    shop.program.sweep().await;
    database.execute(rows(&[("WB", "A1", "-1")])).await;
    shop.program.sweep().await;
    // A run on request shows it and counts for nothing, and a reload of the same check forgets nothing.
    shop.program.post("/api/v1/ops/run-detectors").await.ok();
    assert!(shop.open().await.is_empty());
    shop.reload(&format!("# As before.\n{checks}"))
        .await
        .unwrap();

    assert_eq!(shop.tells().await, "A1 (WB): margin -1 %");
}

#[each_database]
async fn a_restart_leaves_an_incident_open_that_is_not_told_again_yet(database: TestDatabase) {
    let mut shop = Shop::with(&database, &margins("when = \"rows\"\nfor = 2")).await;
    database.execute(rows(&[("WB", "A1", "-1")])).await;
    shop.program.sweep().await;
    shop.program.sweep().await;

    shop.program.restart().await;
    shop.program.sweep().await;
    shop.program.sweep().await;

    let open = shop.open().await;
    assert_eq!((open.len(), &open[0]["id"]), (1, &1.into()), "{open:?}");
}

#[each_database]
async fn it_runs_at_the_sweep_nearest_to_its_time(database: TestDatabase) {
    let clock = noon();
    let checks = margins("when = \"rows\"\nevery = \"1h\"");
    let shop = Shop::at(&database, &checks, &clock).await;

    let mut ran = Vec::new();
    // A sweep comes every five minutes, so the nearest one may be two and a half minutes early.
    for minutes in [0, 5, 57, 58, 90, 120] {
        let due = moment("2025-10-02 09:00:00") + chrono::Duration::minutes(minutes);
        clock.advance(due.since(clock.now()));
        let total = shop.program.sweep().await.total;
        if total > DETECTORS.len() {
            ran.push(minutes);
        }
    }

    assert_eq!(ran, [0, 58, 120]);
}

#[each_database]
async fn a_slow_check_delays_no_other(database: TestDatabase) {
    Platform::healthy(moment("2025-10-02 09:00:00").utc().date_naive())
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    let interval = [("OPS_CHECK_INTERVAL_SEC", "2")];
    let shop = Shop::started(&database, &endless("12s"), &noon(), &interval).await;
    let begun = Instant::now();

    let stats = shop.program.sweep().await;
    shop.program
        .hears(ALERT_CHAT, "check_cash_balance_threshold")
        .await;
    // The next sweep does not wait for it, nor does it begin a second run.
    shop.program.sweep().await;

    assert!(
        begun.elapsed() < Duration::from_secs(12),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(stats.total, DETECTORS.len());
    let late = shop
        .program
        .hears(ALERT_CHAT, "no result within 12 s")
        .await;
    assert!(late.text.contains("check_own_endless"), "{late:?}");
}

#[each_database]
async fn five_timeouts_in_a_row_suspend_it_until_a_run_ends_in_time(database: TestDatabase) {
    let shop = Shop::started(&database, &endless("1s"), &noon(), &[]).await;
    for _ in 0..4 {
        let said = shop.tells().await;
        assert!(said.contains("no result within 1 s"), "{said}");
    }
    for _ in 0..2 {
        shop.program.sweep().await;
    }
    let begun = Instant::now();
    let said = shop.tells().await;
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        said.contains("suspended: its query ran out of time 5 times"),
        "{said}"
    );

    let mended = endless("1s").replace(ENDLESS, "SELECT 0 AS n");
    shop.reload(&mended).await.unwrap();
    shop.program.sweep().await;
    shop.program.sweep().await;
    assert!(shop.open().await.is_empty());
}
