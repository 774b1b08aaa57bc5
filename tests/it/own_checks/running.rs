//! From a row to an incident.

use serde_json::json;
use sovani_ops::detectors::DETECTORS;

use super::*;
use crate::support::program::ALERT_CHAT;

#[each_database]
async fn each_key_is_an_incident_in_the_operators_words_and_nothing_else_is_stored(
    database: TestDatabase,
) {
    let shop = Shop::with(&database, &margins("when = \"rows\"")).await;
    database
        .execute(rows(&[("WB", "A<1>", "-12.5"), ("OZON", "B2", "-1234")]))
        .await;

    let stats = shop.program.sweep().await;

    assert_eq!((stats.total, stats.failed), (DETECTORS.len() + 1, 1));
    let alert = shop
        .program
        .hears(ALERT_CHAT, "A<1> (WB): margin -12.5 %")
        .await;
    assert!(
        alert.text.contains("WARNING | check_own_margins"),
        "{alert:?}"
    );
    assert_eq!(
        shop.messages().await,
        ["A<1> (WB): margin -12.5 %", "B2 (OZON): margin -1,234 %"]
    );
    let incident = &shop.open().await[0];
    assert_eq!(
        incident["extras"],
        json!({"marketplace": "WB", "article": "A<1>", "pct": -12.5})
    );
    assert!(!format!("{incident}").contains("person"), "{incident}");

    database
        .execute("DELETE FROM margins WHERE article = 'B2'")
        .await;
    shop.program.sweep().await;
    shop.program.sweep().await;
    assert_eq!(shop.messages().await, ["A<1> (WB): margin -12.5 %"]);
}

#[each_database]
async fn a_russian_chat_reads_the_russian_text(database: TestDatabase) {
    database.execute(TABLE).await;
    database.execute(rows(&[("WB", "A1", "-1234.5")])).await;
    let checks = margins("when = \"rows\"");
    let shop = Shop::started(&database, &checks, &noon(), &[("BOT_LANG", "ru")]).await;

    shop.program.sweep().await;

    let said = "A1 (WB): маржа \u{2212}1\u{a0}234,5 %";
    shop.program.hears(ALERT_CHAT, said).await;
}

#[each_database]
async fn the_figure_decides_and_its_steps_give_the_severity(database: TestDatabase) {
    let steps = "severity = [{ when = \"< 0\", severity = \"warning\" }, { when = \"< -20\", severity = \"error\" }]";
    let shop = Shop::with(&database, &margins(steps)).await;
    database
        .execute(rows(&[
            ("WB", "A1", "0"),
            ("WB", "A2", "-0.5"),
            ("WB", "A3", "-20.5"),
        ]))
        .await;

    shop.program.sweep().await;

    let open = shop.open().await;
    let told: Vec<_> = open
        .iter()
        .map(|incident| (&incident["extras"]["article"], &incident["severity"]))
        .collect();
    assert_eq!(
        told,
        [
            (&json!("A2"), &json!("warning")),
            (&json!("A3"), &json!("error"))
        ]
    );
}

#[each_database]
async fn a_comparison_counts_from_its_limit_on(database: TestDatabase) {
    let shop = Shop::with(&database, &margins("when = \"<= -5\"\nempty = \"pass\"")).await;
    database
        .execute(rows(&[("WB", "A1", "-4.99"), ("WB", "A2", "-5")]))
        .await;

    assert_eq!(shop.tells().await, "A2 (WB): margin -5 %");
}

#[each_database]
async fn what_no_rows_mean_is_said_by_the_check(database: TestDatabase) {
    let all = ["pass", "fail", "unknown"].map(|empty| {
        let one = margins(&format!("when = \"< 0\"\nempty = \"{empty}\""));
        one.replace("check_own_margins", &format!("check_own_{empty}"))
    });
    let missing = check(
        "check_own_missing",
        "sql = \"SELECT 1 FROM margins\"\nwhen = \"no rows\"\ntext = \"No margins\"",
    );
    let shop = Shop::with(&database, &(all.concat() + &missing)).await;

    let run = shop.program.post("/api/v1/ops/run-detectors").await.ok();

    let results = &run["results"].as_array().unwrap()[DETECTORS.len()..];
    let told: Vec<_> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(told, ["pass", "fail", "not_measured", "fail"]);
    assert_eq!(results[3]["msg"], "No margins");

    database.execute(rows(&[("WB", "A1", "5")])).await;
    let run = shop.program.post("/api/v1/ops/run-detectors").await.ok();
    let results = &run["results"].as_array().unwrap()[DETECTORS.len()..];
    for result in results {
        assert_eq!(result["status"], "pass", "{result}");
    }
}

#[each_database]
async fn more_than_twenty_keys_become_one_incident(database: TestDatabase) {
    let shop = Shop::with(&database, &margins("when = \"rows\"\nmax_rows = 30")).await;
    database.execute(rows(&[("WB", "A00", "-1")])).await;
    assert_eq!(shop.tells().await, "A00 (WB): margin -1 %");

    let names: Vec<String> = (1..=20).map(|number| format!("A{number:02}")).collect();
    let many: Vec<_> = names.iter().map(|name| ("WB", &**name, "-1")).collect();
    database.execute(rows(&many)).await;
    shop.program.sweep().await;

    let messages = shop.messages().await;
    assert_eq!(messages.len(), 2, "{messages:?}");
    let summary = messages.last().unwrap();
    assert!(summary.starts_with("A00"), "{messages:?}");
    let summary = messages.first().unwrap();
    assert!(
        summary.starts_with("21 faults at once: A00"),
        "{messages:?}"
    );
    assert!(
        summary.contains("A19") && summary.ends_with("and 1 more"),
        "{summary}"
    );

    database.execute("DELETE FROM margins").await;
    shop.program.sweep().await;
    shop.program.sweep().await;
    assert!(shop.open().await.is_empty());
}

#[each_database]
async fn a_runbook_an_action_a_silence_and_a_run_are_as_for_the_others(database: TestDatabase) {
    let folder = TempDir::new().unwrap();
    let runbook = folder.path().join("margins.md");
    fs::write(&runbook, "# Margins\n\nAsk the **buyers**.").unwrap();
    let action = "[[action]]\nname = \"recalc\"\nkind = \"command\"\ncommand = [\"/bin/echo\", \"done\"]\n\
                  detectors = []\nmode = \"approve\"\n";
    let condition = format!(
        "when = \"rows\"\naction = \"recalc\"\nrunbook = \"{}\"",
        runbook.display()
    );
    let shop = Shop::with(&database, &(action.to_owned() + &margins(&condition))).await;
    database.execute(rows(&[("WB", "A1", "-1")])).await;

    shop.program.sweep().await;

    shop.program.hears(ALERT_CHAT, "recalc").await;
    let anna = shop.program.person(7, "Anna");
    let runbook = shop
        .program
        .asks(&anna, 7, "/runbook check_own_margins")
        .await;
    assert!(runbook.text.contains("Ask the buyers"), "{runbook:?}");
    let run = shop.program.asks(&anna, 7, "/run check_own_margins").await;
    shop.program.reads(&run, "A1 (WB): margin -1 %").await;
    let silence = shop
        .program
        .asks(&anna, 7, "/silence check_own_margins 1h")
        .await;
    assert!(silence.text.contains("check_own_margins"), "{silence:?}");
    let page = shop.program.get("/metrics").await.text;
    let line = "detector_checks_total{detector=\"configured\",result=\"fail\"} 2";
    assert!(page.lines().any(|found| found == line), "{page}");
}
