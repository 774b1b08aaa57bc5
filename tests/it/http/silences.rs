//! `/silences`: what is kept back over REST is kept back in the chats.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use sovani_ops::{domain::Fingerprint, ops::incidents};

use super::{as_admin, everything_is_delivered, healthy, overdrawn};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, Answer, TestProgram, noon},
};

const SILENCES: &str = "/api/v1/ops/silences";
const CASH: &str = "check_cash_balance_threshold";
const OVER: &str = "The silence is over, and the fault continues.";

async fn begin(program: &TestProgram, query: &str) -> Answer {
    program.post(&format!("{SILENCES}?{query}")).await
}

async fn begun(program: &TestProgram, query: &str) -> Value {
    let answer = begin(program, query).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let silence = answer.json();
    assert_eq!(
        answer.header("location"),
        format!("{SILENCES}/{}", silence["id"])
    );
    silence
}

async fn end(program: &TestProgram, path: &str) -> Answer {
    as_admin(program, Method::DELETE, &format!("{SILENCES}{path}")).await
}

async fn silenced_until(program: &TestProgram) -> Value {
    program.get("/api/v1/ops/incidents/1").await.ok()["silenced_until"].clone()
}

#[each_database]
async fn a_silence_keeps_reminders_back_and_its_end_is_told(database: TestDatabase) {
    let clock = noon();
    let program = overdrawn(&database).await.at(&clock).start().await;
    program.sweep().await;
    let alert = program.hears(ALERT_CHAT, "🚨 CRITICAL").await;

    let silence = begun(
        &program,
        &format!("scope={CASH}&duration=1h30m&reason=moving%20house"),
    )
    .await;

    let expected = json!({
        "id": 1, "scope": CASH, "reason": "moving house", "created_by": "REST",
        "starts_at": "2025-10-02T09:00:00", "ends_at": "2025-10-02T10:30:00",
        "ended_at": null, "ended_by": null, "phase": "active",
    });
    assert_eq!(silence, expected);
    assert_eq!(program.get(SILENCES).await.ok(), json!([expected]));
    assert_eq!(silenced_until(&program).await, "2025-10-02T10:30:00");
    program
        .reads(&alert, "🔕 Silenced by REST until 13:30: moving house")
        .await;

    everything_is_delivered(&database).await;
    clock.advance(Duration::minutes(60));
    assert_eq!(program.sweep().await.alerts_sent, 0);
    everything_is_delivered(&database).await;
    assert_eq!(program.said_in(ALERT_CHAT).len(), 1);

    clock.advance(Duration::minutes(30));
    incidents::tick(program.cx()).await.unwrap();
    program.hears(ALERT_CHAT, OVER).await;
    assert_eq!(program.get(SILENCES).await.ok(), json!([]));
    assert_eq!(silenced_until(&program).await, Value::Null);
    assert_eq!(
        end(&program, "/1").await.problem(409),
        "silence 1 is over already, since 2025-10-02T10:30:00"
    );
}

#[each_database]
async fn a_silence_that_is_ended_early_is_told_of_at_once(database: TestDatabase) {
    let clock = noon();
    let program = overdrawn(&database).await.at(&clock).start().await;
    program.sweep().await;
    let alert = program.hears(ALERT_CHAT, "🚨 CRITICAL").await;
    let fingerprint = Fingerprint::of(CASH, "OZON");
    begun(
        &program,
        &format!("scope={fingerprint}&duration=2h&by=Anna"),
    )
    .await;
    program.reads(&alert, "Silenced by Anna until 14:00").await;
    everything_is_delivered(&database).await;
    clock.advance(Duration::minutes(10));
    program.sweep().await;

    let silence = end(&program, "/1?by=Boris").await.ok();

    let expected = json!({
        "id": 1, "scope": fingerprint, "reason": "", "created_by": "Anna",
        "starts_at": "2025-10-02T09:00:00", "ends_at": "2025-10-02T11:00:00",
        "ended_at": "2025-10-02T09:10:00", "ended_by": "Boris", "phase": "over",
    });
    assert_eq!(silence, expected);
    program.hears(ALERT_CHAT, OVER).await;
    everything_is_delivered(&database).await;
    let card = program.reads(&alert, "🚨 CRITICAL").await;
    assert!(!card.text.contains("Silenced"), "{card:?}");
    let again = end(&program, "/1?by=Anna").await.problem(409);
    assert_eq!(
        again,
        "silence 1 is over already, ended by Boris at 2025-10-02T09:10:00"
    );
    assert_eq!(
        end(&program, "/2").await.problem(404),
        "there is no silence 2"
    );
}

#[each_database]
async fn a_planned_silence_begins_in_its_time(database: TestDatabase) {
    let clock = noon();
    let program = overdrawn(&database).await.at(&clock).start().await;
    program.sweep().await;
    let alert = program.hears(ALERT_CHAT, "🚨 CRITICAL").await;
    let planned = begun(
        &program,
        &format!("scope={CASH}&duration=1h&starts_at=2025-10-02T10:00"),
    )
    .await;
    assert_eq!(
        (&planned["phase"], &planned["starts_at"]),
        (&json!("planned"), &json!("2025-10-02T10:00:00"))
    );
    let active = begun(&program, "scope=all&duration=3h").await;
    assert_eq!(
        program.get(SILENCES).await.ok(),
        json!([active, planned]),
        "by their beginning"
    );
    assert_eq!(
        silenced_until(&program).await,
        Value::Null,
        "all is not what is critical"
    );

    everything_is_delivered(&database).await;
    clock.advance(Duration::hours(1));
    incidents::tick(program.cx()).await.unwrap();
    program.reads(&alert, "Silenced by REST until 14:00").await;
    assert_eq!(program.get(SILENCES).await.ok()[1]["phase"], "active");
    assert_eq!(silenced_until(&program).await, "2025-10-02T11:00:00");
}

#[each_database]
async fn a_silence_may_begin_up_to_a_minute_ago_and_ninety_days_from_now(database: TestDatabase) {
    let program = healthy(&database).await;
    let cases = [
        ("2025-10-02T08:59:00", "2025-10-02T09:00:00"),
        ("2025-10-02T09:00:00.5", "2025-10-02T09:00:00.500"),
        ("2025-12-31T09:00:00", "2025-12-31T09:00:00"),
    ];
    for (given, expected) in cases {
        let silence = begun(
            &program,
            &format!("scope=all&duration=90d&starts_at={given}"),
        )
        .await;
        assert_eq!(silence["starts_at"], expected);
    }
    for given in ["2025-10-02T08:58:59", "2025-12-31T09:00:01"] {
        let answer = begin(
            &program,
            &format!("scope=all&duration=2h&starts_at={given}"),
        )
        .await;
        assert_eq!(
            super::faults(&answer),
            "query.starts_at value_error",
            "{given}"
        );
    }
}

#[each_database]
async fn a_text_that_a_database_cannot_hold_is_refused(database: TestDatabase) {
    let program = healthy(&database).await;
    let answer = begin(&program, "scope=all&duration=2h&reason=a%00b&by=c%00d").await;
    assert_eq!(
        super::faults(&answer),
        "query.reason value_error, query.by value_error"
    );
    assert_eq!(program.get(SILENCES).await.ok(), json!([]));
}

#[tokio::test]
async fn every_fault_of_a_request_is_named_at_once() {
    let cases = [
        ("", "query.scope missing, query.duration missing"),
        ("scope=check_nothing&duration=2h", "query.scope value_error"),
        ("scope=&duration=2h", "query.scope value_error"),
        ("scope=%00&duration=2h", "query.scope value_error"),
        (
            "scope=ALL&duration=",
            "query.scope value_error, query.duration value_error",
        ),
        ("scope=all&duration=91d", "query.duration value_error"),
        ("scope=all&duration=2", "query.duration value_error"),
        (
            "scope=all&duration=2h&starts_at=22:00",
            "query.starts_at datetime_parsing",
        ),
        (
            "scope=all&duration=2h&starts_at=2025-10-02T10:00:00Z",
            "query.starts_at datetime_parsing",
        ),
        (
            "scope=all&duration=2h&starts_at=2025-10-02T10:00:00%2B03:00",
            "query.starts_at datetime_parsing",
        ),
        (
            "scope=x&duration=x&reason=%07&starts_at=x&by=",
            "query.scope value_error, query.duration value_error, query.reason value_error, \
             query.starts_at datetime_parsing, query.by string_too_short",
        ),
    ];
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for (query, faults) in cases {
            let answer = begin(&program, query).await;
            assert_eq!(super::faults(&answer), faults, "{query}");
        }
        let unknown = begin(&program, "scope=check_nothing&duration=2h").await;
        let message = unknown.detail(422)[0]["msg"].to_string();
        assert!(message.contains("check_db_growth"), "{message}");

        let reason = |length: usize| format!("scope=all&duration=2h&reason={}", "ё".repeat(length));
        begun(&program, &reason(200)).await;
        let long = begin(&program, &reason(201)).await;
        assert_eq!(super::faults(&long), "query.reason string_too_long");

        let nameless = end(&program, "/x?by=").await;
        assert_eq!(
            super::faults(&nameless),
            "path.id int_parsing, query.by string_too_short"
        );
    })
    .await;
}
