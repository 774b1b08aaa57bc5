//! `/run-detectors`.

use serde_json::{Value, json};
use sovani_ops::{
    demo::{Marketplace, Platform},
    detectors::DETECTORS,
    domain::Money,
};

use super::{TODAY, beside};
use crate::support::{
    database::TestDatabase,
    program::{ALERT_CHAT, TestProgram},
};

const RUN: &str = "/api/v1/ops/run-detectors";

async fn with_low_cash(database: &TestDatabase) -> TestProgram {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    let setup = beside(database, &platform).await;
    setup
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .start()
        .await
}

fn count(body: &Value, name: &str) -> usize {
    usize::try_from(body[name].as_u64().unwrap()).unwrap()
}

#[each_database]
async fn running_the_detectors_reports_each_of_them_and_tells_nobody(database: TestDatabase) {
    let program = with_low_cash(&database).await;
    let body = program.post(RUN).await.ok();

    assert_eq!(body["status"], "completed");
    let results = body["results"].as_array().unwrap();
    let all = DETECTORS.len();
    assert_eq!((count(&body, "total_checks"), results.len()), (all, all));
    let with_ok = |ok: &Value| results.iter().filter(|result| result["ok"] == *ok).count();
    assert_eq!(count(&body, "passed"), with_ok(&json!(true)));
    assert_eq!((count(&body, "failed"), with_ok(&json!(false))), (1, 1));
    assert_eq!(count(&body, "not_measured"), with_ok(&json!(null)));

    let cash = results
        .iter()
        .find(|result| result["source"] == "check_cash_balance_threshold")
        .unwrap();
    assert_eq!(
        (&cash["ok"], &cash["severity"]),
        (&json!(false), &json!("critical"))
    );
    let message = cash["msg"].as_str().unwrap();
    assert!(
        message.contains("Cash balance -15000.00 RUB below alert threshold -10000.00"),
        "{message}"
    );
    assert_eq!(cash["fingerprint"].as_str().unwrap().len(), 32);
    assert_eq!(cash["extras"]["balance"].as_f64(), Some(-15000.0));
    assert!(cash["duration_ms"].is_u64());
    let growth = results
        .iter()
        .find(|result| result["source"] == "check_db_growth")
        .unwrap();
    assert_eq!(
        (&growth["ok"], &growth["severity"]),
        (&json!(true), &json!("info"))
    );

    assert_eq!(
        database.number("SELECT COUNT(*) FROM ops_incidents").await,
        0
    );
    assert_eq!(database.number("SELECT COUNT(*) FROM ops_outbox").await, 0);
    assert!(body.get("alerts_sent").is_none());
}

#[each_database]
async fn running_the_detectors_with_notify_alerts_the_chats(database: TestDatabase) {
    let program = with_low_cash(&database).await;
    let body = program.post(&format!("{RUN}?notify=true")).await.ok();
    assert_eq!(
        (count(&body, "failed"), count(&body, "alerts_sent")),
        (1, 1)
    );
    assert_eq!(count(&body, "remediations_triggered"), 0);
    program.hears(ALERT_CHAT, "below alert threshold").await;
    assert_eq!(program.said_in(ALERT_CHAT).len(), 1);

    let again = program.post(&format!("{RUN}?notify=true")).await.ok();
    assert_eq!(
        (count(&again, "failed"), count(&again, "alerts_sent")),
        (1, 0)
    );
}
