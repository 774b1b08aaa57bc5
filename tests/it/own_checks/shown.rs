//! Where the checks are shown: REST, the chat, the command line, the doctor.

use serde_json::json;
use sovani_ops::{db::Rights, detectors::DETECTORS, doctor::judge_rights};

use super::*;

#[each_database]
async fn rest_and_the_chat_list_every_check_with_its_result(database: TestDatabase) {
    let shop = Shop::with(&database, &margins("when = \"rows\"\nevery = \"1h\"")).await;
    database.execute(rows(&[("WB", "A1", "-1")])).await;
    let path = "/api/v1/ops/checks";
    let before = shop.program.get(path).await.ok();
    let own = &before[DETECTORS.len()];
    assert_eq!(
        (&own["last_run"], &own["last_result"]),
        (&Value::Null, &Value::Null)
    );

    shop.program.sweep().await;

    let listed = shop.program.get(path).await.ok();
    assert_eq!(listed.as_array().unwrap().len(), DETECTORS.len() + 1);
    assert_eq!(listed[0]["kind"], "built_in");
    assert_eq!(listed[0]["next_run"], "2025-10-02T09:05:00");
    let own = &listed[DETECTORS.len()];
    assert_eq!(
        (&own["name"], &own["kind"], &own["every_sec"]),
        (
            &json!("check_own_margins"),
            &json!("configured"),
            &json!(3600)
        )
    );
    assert_eq!(own["last_run"], "2025-10-02T09:00:00");
    assert_eq!(own["next_run"], "2025-10-02T09:57:30");
    assert_eq!(own["last_result"]["msg"], "A1 (WB): margin -1 %");
    let description = shop.program.get("/openapi.json").await.ok();
    assert!(description["paths"][path]["get"].is_object());

    let anna = shop.program.person(7, "Anna");
    let answer = shop.program.asks(&anna, 7, "/checks").await;
    assert!(
        answer
            .text
            .contains(&format!("Checks ({})", DETECTORS.len() + 1)),
        "{answer:?}"
    );
    assert!(answer.text.contains("A1 (WB): margin -1 %"), "{answer:?}");
}

#[test]
fn an_account_that_can_do_more_than_read_is_told_of() {
    assert!(judge_rights(&Rights::default()).is_none());
    let rights = Rights {
        superuser: true,
        roles: vec!["pg_signal_backend".to_owned()],
        tables: vec!["sku".to_owned()],
    };
    let finding = judge_rights(&rights).unwrap();
    assert!(finding.message.ends_with(
        "is a superuser, and is a member of pg_signal_backend, and may change tables such as sku"
    ), "{finding:?}");
}
