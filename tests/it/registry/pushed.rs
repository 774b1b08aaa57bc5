//! A source whose alerts another system pushes.

use sovani_ops::domain::{Check, Fingerprint};

use super::*;
use crate::support::{checks::failing, program::ALERT_CHAT};

#[each_database]
async fn no_sweep_runs_it_or_closes_its_incidents(database: TestDatabase) {
    let shop = Shop::with(&database, &action("tell_them", PUSHED)).await;
    let alert = Check {
        source: PUSHED.into(),
        fingerprint: Fingerprint::of(PUSHED, "disk"),
        ..failing("disk", Severity::Warning)
    };
    shop.program.finds(&[alert]).await;
    shop.program.hears(ALERT_CHAT, "disk is broken").await;

    assert_eq!(shop.program.sweep().await.total, DETECTORS.len());

    assert_eq!(shop.incident(1).await["state"], "open");
    let run = shop.answer("/run alerts_of_others").await;
    shop.program.reads(&run, "nothing to run here").await;
    let runbook = shop.answer("/runbook alerts_of_others").await;
    assert_eq!(runbook.text, "There is no runbook of alerts_of_others.");
    let path = format!("/api/v1/ops/remediate?alert_source={PUSHED}");
    let report = shop.program.post(&path).await.ok();
    assert_eq!(report["status"], "success");
    assert!(report["verified"].is_null(), "{report}");
    shop.counted("alerts_total{severity=\"warning\",source=\"pushed\"} 1")
        .await;
}
