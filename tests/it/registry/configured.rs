//! A detector that the settings define, from its first failing check to its remediation.

use serde_json::json;

use super::*;
use crate::support::program::ALERT_CHAT;

const FIX: &str = "fix_prices";

#[each_database]
async fn it_alerts_is_explained_silenced_and_remedied_as_a_built_in_one(database: TestDatabase) {
    let shop = Shop::with(&database, &action(FIX, PRICES)).await;
    let program = &shop.program;
    shop.prices_go_wrong().await;

    assert_eq!(program.sweep().await.total, DETECTORS.len() + 1);

    let alert = program.hears(ALERT_CHAT, WRONG).await;
    assert!(alert.text.contains("ERROR | check_prices"), "{alert:?}");
    let proposal = program.hears(ALERT_CHAT, FIX).await;
    assert!(proposal.text.contains(PRICES), "{proposal:?}");
    let anna = program.person(ANNA, "Anna");
    anna.presses(ALERT_CHAT, alert.id, "📖 Runbook").unwrap();
    program.hears(ALERT_CHAT, "Ask the buyers").await;

    let run = shop.answer("/run check_prices").await;
    program.reads(&run, WRONG).await;
    let runbook = shop.answer("/runbook check_prices").await;
    assert!(runbook.text.contains("Ask the buyers"), "{runbook:?}");
    let silence = shop.answer("/silence check_prices 1h").await;
    assert!(silence.text.contains(PRICES), "{silence:?}");
    assert!(!shop.incident(1).await["silenced_until"].is_null());
    shop.counted("alerts_total{severity=\"error\",source=\"configured\"} 1")
        .await;
    shop.counted("detector_checks_total{detector=\"configured\",result=\"fail\"} 2")
        .await;
}

#[each_database]
async fn rest_knows_it(database: TestDatabase) {
    let shop = Shop::with(&database, &action(FIX, PRICES)).await;
    let program = &shop.program;
    shop.prices_go_wrong().await;
    program.sweep().await;

    let run = program.post("/api/v1/ops/run-detectors").await.ok();
    let results = run["results"].as_array().unwrap();
    let check = results.last().unwrap();
    assert_eq!(
        (&check["source"], &check["ok"], &check["severity"]),
        (&json!(PRICES), &json!(false), &json!("error"))
    );
    let path = format!("/api/v1/ops/incidents?source={PRICES}");
    assert_eq!(program.get(&path).await.ok()[0]["message"], WRONG);
    let path = format!("/api/v1/ops/silences?scope={PRICES}&duration=1h");
    assert_eq!(program.post(&path).await.status, 201);
    let description = program.get("/openapi.json").await.ok();
    let names = &description["components"]["schemas"]["Detector"]["enum"];
    assert!(
        names.as_array().unwrap().contains(&json!(PRICES)),
        "{names}"
    );

    let remediate = format!("/api/v1/ops/remediate?alert_source={PRICES}");
    let report = program.post(&remediate).await.ok();
    assert_eq!(
        (&report["action_name"], &report["verified"]),
        (&json!(FIX), &json!("still_failing"))
    );
    let other = format!("{remediate}&action=remediate_vacuum_db");
    let refusal = program.post(&other).await.problem(404);
    assert_eq!(
        refusal,
        "check_prices has no such action; it has fix_prices"
    );
}

#[each_database]
async fn a_reload_takes_all_or_nothing(database: TestDatabase) {
    let shop = Shop::with(&database, &action(FIX, PRICES)).await;

    let twice = action(FIX, PRICES) + &action("fix_them_again", PRICES);
    let refusal = shop.reload(&twice).await.unwrap_err().to_string();

    let named = "OPS_CONFIG: there are two checks of the name \"check_prices\"";
    assert!(refusal.contains(named), "{refusal}");
    let settings = shop.program.cx().settings.get();
    assert_eq!(settings.actions().len(), 1);
    assert_eq!(shop.program.sweep().await.total, DETECTORS.len() + 1);
    let recorded = "SELECT outcome FROM ops_audit WHERE act = 'reload_settings'";
    assert_eq!(database.texts(recorded).await, ["failed"]);

    shop.reload(&action("fix_them_again", PRICES))
        .await
        .unwrap();
    assert_eq!(shop.program.sweep().await.total, DETECTORS.len() + 1);
    shop.reload("").await.unwrap();
    assert_eq!(shop.program.sweep().await.total, DETECTORS.len());
}
