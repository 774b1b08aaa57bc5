//! `/audit`: who has changed what.

use sovani_ops::domain::Severity;

use super::{ANNA, STRANGER, VIEWER, anna, healthy, proposal};
use crate::support::{
    checks::failing,
    database::TestDatabase,
    deadline::eventually,
    program::{ALERT_CHAT, TestProgram},
};

async fn rows(database: &TestDatabase) -> Vec<String> {
    database
        .texts("SELECT actor || ' in ' || origin || ': ' || act || ' ' || outcome || ' ' || subject FROM ops_audit ORDER BY id")
        .await
}

async fn asks_anna(program: &TestProgram, text: &str) -> String {
    program.asks(&anna(program), ANNA, text).await.text
}

#[each_database]
async fn what_people_do_in_a_chat_is_on_record(database: TestDatabase) {
    let program = healthy(&database).await;
    asks_anna(&program, "/mute 1h").await;
    asks_anna(&program, "/mute off").await;
    let proposed = proposal(&program).await;
    let press = anna(&program)
        .presses(proposed.chat, proposed.id, "✖️ Cancel")
        .unwrap();
    program.told(&press).await;
    let proposed = proposal(&program).await;
    let press = anna(&program)
        .presses(proposed.chat, proposed.id, "✅ Confirm")
        .unwrap();
    program.told(&press).await;
    eventually("the remediation", async || rows(&database).await.len() == 7).await;

    assert_eq!(
        rows(&database).await,
        [
            "user:7 in 7: silence done silence 1: all",
            "user:7 in 7: end_silence done silence 1: all",
            "user:7 in 7: propose done proposal 1: remediate_vacuum_db for check_db_growth",
            "user:7 in 7: cancel done proposal 1: remediate_vacuum_db for check_db_growth",
            "user:7 in 7: propose done proposal 2: remediate_vacuum_db for check_db_growth",
            "user:7 in 7: confirm done proposal 2: remediate_vacuum_db for check_db_growth",
            "user:7 in 7: remediate done remediate_vacuum_db for check_db_growth",
        ]
    );
}

#[each_database]
async fn an_unauthorised_request_is_recorded_and_reads_nothing(database: TestDatabase) {
    let program = healthy(&database).await;
    let vera = program.person(VIEWER, "Vera");
    let eve = program.person(STRANGER, "Eve <b>");
    assert!(
        program
            .asks(&vera, VIEWER, "/audit")
            .await
            .text
            .contains("administrators")
    );
    program
        .asks(&eve, STRANGER, "/remediate check_db_growth")
        .await;
    program.asks(&vera, VIEWER, "/health").await;
    let press = vera.presses_data(VIEWER, program.said_in(VIEWER)[0].id, "ack:1");
    if let Ok(press) = press {
        program.told(&press).await;
    }
    let expected = [
        "user:9 in 9: forbidden refused /audit",
        "user:66 in 66: forbidden refused /remediate",
    ];
    assert_eq!(rows(&database).await[..2], expected);
    let shown = asks_anna(&program, "/audit").await;
    assert!(
        shown.contains("not allowed: /remediate · refused") && shown.contains("Eve <b>"),
        "{shown}"
    );
}

#[each_database]
async fn the_audit_names_what_was_done_and_tells_local_times(database: TestDatabase) {
    let program = healthy(&database).await;
    program.finds(&[failing("Valve", Severity::Error)]).await;
    asks_anna(&program, "/silence all 1h").await;
    asks_anna(&program, "/ack 1").await;
    program
        .asks(&anna(&program), ALERT_CHAT, "/silence 1 30m")
        .await;
    // The alert itself may have come first.
    eventually("a silence", async || rows(&database).await.len() == 3).await;
    database
        .execute(
            "INSERT INTO ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail)
             VALUES ('2025-10-02 08:00:00.000000', 'jobs', 'HEARTBEAT_TOKEN', 'heartbeat', '10.0.0.7', 'heartbeat',
                'job backup', 'done', '3 start, 3 success, 0 fail since 2025-10-02T07:00:00 UTC')",
        )
        .await;

    let shown = asks_anna(&program, "/audit").await;

    for part in [
        "silenced: everything but critical (#1)\nuntil 13:00\n",
        "silenced: Valve is broken (#2)\nuntil 12:30\n",
        "acknowledged: Valve is broken (#1)\n",
        "· Anna · private chat",
        "· Anna · alert chat",
        "0 fail since 10:00\n",
        "HEARTBEAT_TOKEN · heartbeats 10.0.0.7",
    ] {
        assert!(shown.contains(part), "{part:?}: {shown}");
    }
    assert!(!shown.contains("UTC"), "{shown}");
}

#[each_database]
async fn the_audit_is_turned_back_and_forth_in_its_message(database: TestDatabase) {
    let program = healthy(&database).await;
    assert_eq!(
        asks_anna(&program, "/audit").await,
        "Nothing on record yet."
    );
    for number in 1..=12 {
        database.execute(&format!(
            "INSERT INTO ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail)
             VALUES ('2025-10-02 08:{number:02}:00.000000', 'user:7', '{name}', 'chat', '{ALERT_CHAT}', 'resolve',
                '{text}', 'failed', '{text}')",
            name = "и".repeat(200),
            text = "я&".repeat(100),
        )).await;
    }
    let first = program.asks(&anna(&program), ANNA, "/audit 10").await;
    assert!(
        first.text.starts_with("Audit 1–10 of 12\n") && first.text.contains("#3 closed"),
        "{}",
        first.text
    );
    let press = anna(&program).presses(ANNA, first.id, "Older ▶").unwrap();
    program.told(&press).await;
    let second = program.reads(&first, "11–12 of 12").await;
    let press = anna(&program).presses(ANNA, second.id, "◀ Newer").unwrap();
    program.told(&press).await;
    program.reads(&second, "1–10 of 12").await;
    assert!(
        asks_anna(&program, "/audit 11")
            .await
            .contains("n is from 1 to 10")
    );
}
