//! A check that finds several things wrong at once.

use sovani_ops::domain::{Check, Fault, Verdict};

use super::*;
use crate::support::{
    checks::{SOURCE, judged, passing},
    program::ALERT_CHAT,
};

fn fault(key: &str, severity: Option<Severity>) -> Fault {
    Fault::new(key, format!("{key} is down").as_str()).severe(severity)
}

/// A check of warnings that finds these faults, and that others still stand.
fn finding(faults: Vec<Fault>, also: &[&str]) -> Check {
    let mut verdict = Verdict::faults("several things are wrong", faults);
    verdict.also_standing = also.iter().map(|key| (*key).to_owned()).collect();
    judged(SOURCE, Severity::Warning, verdict)
}

fn blind() -> Check {
    let verdict = Verdict::blind("unreachable", "there is nothing to be seen");
    judged(SOURCE, Severity::Warning, verdict)
}

async fn open_messages(database: &TestDatabase) -> Vec<String> {
    let query = "SELECT severity || ' ' || message || ' ' || occurrences FROM ops_incidents
        WHERE closed_at IS NULL ORDER BY id";
    database.texts(query).await
}

#[each_database]
async fn each_fault_of_a_check_is_an_incident_of_its_own(database: TestDatabase) {
    let program = setup(&database).start().await;
    let both = finding(
        vec![fault("one", None), fault("two", Some(Severity::Error))],
        &[],
    );

    assert_eq!(program.finds(&[both]).await, 2);

    program.hears(ALERT_CHAT, "one is down").await;
    program.hears(ALERT_CHAT, "two is down").await;
    assert_eq!(
        open_messages(&database).await,
        ["warning one is down 1", "error two is down 1"]
    );
}

#[each_database]
async fn a_fault_that_is_gone_closes_while_the_others_stand(database: TestDatabase) {
    let program = setup(&database)
        .with("ALERT_RESOLVE_AFTER_PASSES", "1")
        .start()
        .await;
    program
        .finds(&[finding(vec![fault("one", None), fault("two", None)], &[])])
        .await;

    program
        .finds(&[finding(vec![fault("two", None)], &[])])
        .await;

    assert_eq!(open_messages(&database).await, ["warning two is down 2"]);
    program.finds(&[passing()]).await;
    assert!(open_messages(&database).await.is_empty());
}

#[each_database]
async fn a_fault_that_also_continues_opens_no_incident_and_closes_none(database: TestDatabase) {
    let program = setup(&database)
        .with("ALERT_RESOLVE_AFTER_PASSES", "1")
        .start()
        .await;
    let other = || finding(vec![fault("one", None)], &["rate"]);
    program.finds(&[other()]).await;
    assert_eq!(open_messages(&database).await, ["warning one is down 1"]);

    program
        .finds(&[finding(vec![fault("rate", None)], &[])])
        .await;
    program.finds(&[other()]).await;

    assert_eq!(
        open_messages(&database).await,
        ["warning rate is down 1", "warning one is down 1"]
    );
}

#[each_database]
async fn a_check_that_cannot_see_closes_nothing(database: TestDatabase) {
    let program = setup(&database)
        .with("ALERT_RESOLVE_AFTER_PASSES", "1")
        .start()
        .await;
    program
        .finds(&[finding(vec![fault("one", None)], &[])])
        .await;

    program.finds(&[blind()]).await;

    assert_eq!(
        open_messages(&database).await,
        [
            "warning one is down 1",
            "warning there is nothing to be seen 1"
        ]
    );
}
