//! Every error is JSON, in the form that existing clients parse.

use chrono::{Duration, NaiveDateTime};
use reqwest::Method;
use serde_json::{Value, json};
use sovani_ops::{clock::Clock, domain::Timestamp};

use super::healthy;
use crate::support::{
    database::on_sqlite,
    program::{Answer, Setup, moment},
};

fn fault(name: &str, kind: &str, message: &str) -> Value {
    json!({"loc": ["query", name], "msg": message, "type": kind})
}

#[tokio::test]
async fn a_wrong_parameter_is_named_with_the_expected_form() {
    const NOT_AN_INTEGER: &str =
        "Input should be a valid integer, unable to parse string as an integer";
    let cases = [
        (
            "alerts?limit=0",
            "limit",
            "greater_than_equal",
            "Input should be greater than or equal to 1",
        ),
        (
            "alerts?limit=-99999999999999999999",
            "limit",
            "greater_than_equal",
            "Input should be greater than or equal to 1",
        ),
        (
            "alerts?limit=501",
            "limit",
            "less_than_equal",
            "Input should be less than or equal to 500",
        ),
        (
            "alerts?limit=99999999999999999999",
            "limit",
            "less_than_equal",
            "Input should be less than or equal to 500",
        ),
        ("alerts?limit=many", "limit", "int_parsing", NOT_AN_INTEGER),
        ("alerts?limit=", "limit", "int_parsing", NOT_AN_INTEGER),
        ("alerts?limit=5.5", "limit", "int_parsing", NOT_AN_INTEGER),
        (
            "alerts?severity=bad",
            "severity",
            "enum",
            "Input should be 'info', 'warning', 'error' or 'critical'",
        ),
        (
            "slo/summary?days=91",
            "days",
            "less_than_equal",
            "Input should be less than or equal to 90",
        ),
        (
            "slo/summary?days=0",
            "days",
            "greater_than_equal",
            "Input should be greater than or equal to 1",
        ),
        (
            "slo?date_to=2025-02-30",
            "date_to",
            "date_from_datetime_parsing",
            "Input should be a valid date or datetime, expected YYYY-MM-DD",
        ),
        (
            "slo?date_from=+99999-01-01",
            "date_from",
            "date_from_datetime_parsing",
            "Input should be a valid date or datetime, expected YYYY-MM-DD",
        ),
    ];
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for (path, name, kind, message) in cases {
            let detail = program
                .get(&format!("/api/v1/ops/{path}"))
                .await
                .detail(422);
            assert_eq!(detail, json!([fault(name, kind, message)]), "{path}");
        }
        let detail = program
            .post("/api/v1/ops/run-detectors?notify=perhaps")
            .await
            .detail(422);
        assert_eq!(detail[0]["type"], "bool_parsing");
    })
    .await;
}

#[tokio::test]
async fn all_wrong_parameters_are_named_at_once_and_unknown_ones_ignored() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let detail = program
            .get("/api/v1/ops/alerts?limit=x&severity=y")
            .await
            .detail(422);
        assert_eq!(
            (&detail[0]["loc"][1], &detail[1]["loc"][1]),
            (&json!("limit"), &json!("severity"))
        );
        program
            .get("/api/v1/ops/alerts?page=2&limit=5&limit=1")
            .await
            .ok();
    })
    .await;
}

#[tokio::test]
async fn unknown_paths_and_methods_are_answered_in_json() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for path in ["/", "/api/v1/ops", "/api/v1/ops/health/", "/%00"] {
            program.get(path).await.problem(404);
        }
        let wrong_method = program.post("/api/v1/ops/health").await;
        wrong_method.problem(405);
        assert_eq!(wrong_method.header("allow"), "GET,HEAD,OPTIONS");
        let wrong_method = program.get("/api/v1/ops/run-detectors").await;
        wrong_method.problem(405);
        assert_eq!(wrong_method.header("allow"), "POST,OPTIONS");
        for (path, allowed) in [
            ("/healthz", "GET,HEAD,OPTIONS"),
            ("/api/v1/ops/silences", "GET,HEAD,POST,OPTIONS"),
            ("/api/v1/ops/silences/1", "DELETE,OPTIONS"),
        ] {
            let options = Answer::of(program.request(Method::OPTIONS, path)).await;
            assert_eq!((options.status.as_u16(), options.text.as_str()), (204, ""));
            assert_eq!(options.header("allow"), allowed);
        }
        Answer::of(program.request(Method::OPTIONS, "/nowhere"))
            .await
            .problem(404);
    })
    .await;
}

#[tokio::test]
async fn every_answer_carries_an_id_and_forbids_sniffing() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let ids = [
            program.get("/healthz").await,
            program.get("/nowhere").await,
            program.get("/api/v1/ops/alerts?limit=0").await,
        ]
        .map(|answer| {
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            answer.header("x-request-id").to_owned()
        });
        assert!(
            ids.iter().all(|id| !id.is_empty()) && ids[0] != ids[1],
            "{ids:?}"
        );

        let with_id = async |id: &str| {
            let answer = Answer::of(
                program
                    .request(Method::GET, "/healthz")
                    .header("x-request-id", id),
            )
            .await;
            answer.header("x-request-id").to_owned()
        };
        assert_eq!(with_id("proxy-17").await, "proxy-17");
        assert_ne!(with_id("a b\tc").await, "a b\tc");
        assert_ne!(with_id(&"7".repeat(65)).await, "7".repeat(65));
    })
    .await;
}

#[tokio::test]
async fn head_is_answered_like_get_without_a_body() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for path in ["/healthz", "/metrics", "/api/v1/ops/health"] {
            let head = Answer::of(program.request(Method::HEAD, path)).await;
            let get = program.get(path).await;
            assert_eq!(
                (head.status, head.text.as_str()),
                (get.status, ""),
                "{path}"
            );
            assert_eq!(head.header("content-type"), get.header("content-type"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_database_is_unavailable_and_not_an_internal_error() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.cx().db.close().await;
        for path in [
            "health",
            "alerts",
            "incidents",
            "incidents/1",
            "silences",
            "slo",
            "slo/summary",
        ] {
            let answer = program.get(&format!("/api/v1/ops/{path}")).await;
            assert_eq!(answer.problem(503), "database unavailable", "{path}");
        }
        for path in [
            "remediate?alert_source=check_db_growth",
            "incidents/1/ack",
            "silences?scope=all&duration=2h",
        ] {
            let answer = program.post(&format!("/api/v1/ops/{path}")).await;
            assert_eq!(answer.problem(503), "database unavailable", "{path}");
        }
        assert_eq!(program.get("/metrics").await.status, 200);
        let run = program.post("/api/v1/ops/run-detectors").await;
        assert_eq!(run.problem(503), "database unavailable");
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_an_internal_error_and_the_next_request_is_served() {
    on_sqlite(async |database| {
        let now = moment("2025-10-02 09:00:00");
        let clock = Clock::standing_at(now);
        let program = Setup::beside(&database).at(&clock).start().await;
        // There is no week before the first day that a date can name.
        let back = now.naive_utc() - Timestamp::from_naive_utc(NaiveDateTime::MIN).naive_utc();
        clock.advance(-back);
        assert_eq!(
            program.get("/api/v1/ops/slo").await.problem(500),
            "internal error"
        );
        clock.advance(back - Duration::seconds(1));
        program.get("/api/v1/ops/slo").await.ok();
    })
    .await;
}
