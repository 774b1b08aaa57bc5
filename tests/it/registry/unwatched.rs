//! An incident whose detector a reload has removed.

use super::*;
use crate::support::program::ALERT_CHAT;

async fn shop_with_wrong_prices(database: &TestDatabase) -> Shop<'_> {
    let shop = Shop::with(database, &action("fix_prices", PRICES)).await;
    shop.prices_go_wrong().await;
    shop.program.sweep().await;
    shop.program.hears(ALERT_CHAT, WRONG).await;
    shop
}

#[each_database]
async fn it_can_be_worked_on_and_the_next_sweep_closes_it_and_says_why(database: TestDatabase) {
    let shop = shop_with_wrong_prices(&database).await;
    shop.reload("").await.unwrap();

    let shown = shop.answer("/incident 1").await;
    assert!(shown.text.contains(WRONG), "{shown:?}");
    let buttons = shown.labels().concat();
    assert!(buttons.iter().any(|label| label.contains("Acknowledge")));
    assert!(!buttons.iter().any(|label| label.contains("Runbook")));
    assert!(!buttons.iter().any(|label| label.contains("Remediate")));
    let unknown = shop.answer("/run check_prices").await;
    assert!(unknown.text.contains("there is no detector"), "{unknown:?}");
    shop.answer("/ack 1").await;
    shop.answer("/silence 1 1h").await;
    let incident = shop.incident(1).await;
    assert_eq!(incident["acknowledged_by"], "Anna");
    assert!(!incident["silenced_until"].is_null(), "{incident}");

    shop.program.sweep().await;

    let incident = shop.incident(1).await;
    assert_eq!(incident["state"], "closed");
    assert_eq!(incident["closed_by"], "scheduler");
    let why = "Its check was removed, so nobody knows if the fault is over.";
    let end = shop.program.hears(ALERT_CHAT, why).await;
    assert!(end.text.contains("CLOSED | check_prices"), "{end:?}");
    let late = shop.answer("/ack 1").await;
    assert!(late.text.contains("its check was removed"), "{late:?}");
    let path = "/api/v1/ops/incidents/1/resolve";
    let late = shop.program.post(path).await.problem(409);
    assert!(late.contains("its check was removed, at"), "{late}");
    let recorded = "SELECT subject || ': ' || detail FROM ops_audit WHERE act = 'resolve' AND outcome = 'done'";
    assert_eq!(
        database.texts(recorded).await,
        ["incident 1: its check was removed"]
    );
}

#[each_database]
async fn it_can_be_closed_by_hand_before(database: TestDatabase) {
    let shop = shop_with_wrong_prices(&database).await;
    shop.reload("").await.unwrap();

    shop.answer("/resolve 1").await;
    shop.program.sweep().await;

    assert_eq!(shop.incident(1).await["closed_by"], "Anna");
}

#[each_database]
async fn a_detector_that_comes_back_opens_a_new_one(database: TestDatabase) {
    let shop = shop_with_wrong_prices(&database).await;
    shop.reload("").await.unwrap();
    shop.program.sweep().await;

    shop.reload(&action("fix_prices", PRICES)).await.unwrap();
    shop.program.sweep().await;

    assert_eq!(shop.incident(1).await["state"], "closed");
    assert_eq!(shop.incident(2).await["state"], "open");
}

#[each_database]
async fn a_digest_tells_how_many_checks_were_removed(database: TestDatabase) {
    let of_prices = action("fix_prices", PRICES);
    let both = of_prices.clone() + &action("fix_stock", STOCK);
    let shop = Shop::with(&database, &both).await;
    shop.prices_go_wrong().await;
    shop.program.sweep().await;
    let digest = shop.program.hears(ALERT_CHAT, "2 incidents").await;

    shop.reload(&of_prices).await.unwrap();
    shop.program.sweep().await;

    shop.program.reads(&digest, "⏹ Prices are wrong").await;
    shop.reload("").await.unwrap();
    shop.program.sweep().await;
    let all = "⏹ 2 incidents, all closed; the checks of 2 were removed";
    shop.program.reads(&digest, all).await;
}
