//! `/openapi.json` describes what is served.

use reqwest::Method;
use serde_json::Value;

use super::healthy;
use crate::support::{
    database::on_sqlite,
    program::{ADMIN_TOKEN, Answer, TestProgram},
};

/// The description that a `$ref` stands for.
fn resolve<'a>(document: &'a Value, described: &'a Value) -> &'a Value {
    match described["$ref"].as_str() {
        Some(pointer) => document.pointer(&pointer[1..]).unwrap(),
        None => described,
    }
}

/// Fails unless the value has exactly the described properties, of the described types.
fn assert_described(document: &Value, schema: &Value, value: &Value) {
    let schema = resolve(document, schema);
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    let fits = |name: &Value| name == kind || (name == "number" && kind == "integer");
    assert!(
        fits(types) || types.as_array().is_some_and(|types| types.iter().any(fits)),
        "{value} is no {types}"
    );
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{value} is not among {allowed:?}");
    }
    for item in value.as_array().into_iter().flatten() {
        assert_described(document, &schema["items"], item);
    }
    if let (Some(described), Some(found)) = (schema["properties"].as_object(), value.as_object()) {
        for (name, value) in found {
            let schema = described
                .get(name)
                .unwrap_or_else(|| panic!("{name} is not described"));
            assert_described(document, schema, value);
        }
        for name in schema["required"].as_array().unwrap() {
            assert!(
                found.contains_key(name.as_str().unwrap()),
                "{name} is missing from {value}"
            );
        }
    }
}

/// Asks with every required parameter.
async fn ask(program: &TestProgram, method: &str, path: &str, operation: &Value) -> Answer {
    let method: Method = method.to_uppercase().parse().unwrap();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let required = parameters
        .filter(|parameter| parameter["required"] == true)
        .map(|parameter| (parameter["name"].as_str().unwrap(), "check_db_growth"));
    let query: Vec<_> = required.collect();
    Answer::of(
        program
            .request(method, path)
            .query(&query)
            .bearer_auth(ADMIN_TOKEN),
    )
    .await
}

#[tokio::test]
async fn every_described_endpoint_answers_as_described() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.cx().telegram.me().await.unwrap();
        let document = program.get("/openapi.json").await.ok();
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        for (path, operations) in document["paths"].as_object().unwrap() {
            for (method, operation) in operations.as_object().unwrap() {
                let answer = ask(&program, method, path, operation).await;
                assert_eq!(answer.status, 200, "{method} {path}: {answer:?}");
                let content = operation["responses"]["200"]["content"]
                    .as_object()
                    .unwrap();
                let (media_type, described) = content.iter().next().unwrap();
                assert!(
                    answer
                        .header("content-type")
                        .starts_with(media_type.as_str()),
                    "{path}"
                );
                if media_type == "application/json" {
                    assert_described(&document, &described["schema"], &answer.json());
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_endpoint_and_the_form_of_a_wrong_query_are_described() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let document = program.get("/openapi.json").await.ok();
        let described: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
        let mut expected = vec![
            "/api/v1/ops/health",
            "/api/v1/ops/alerts",
            "/api/v1/ops/slo",
            "/api/v1/ops/slo/summary",
            "/api/v1/ops/run-detectors",
            "/api/v1/ops/remediate",
        ];
        expected.extend(["/metrics", "/healthz", "/readyz", "/openapi.json"]);
        assert_eq!(described, expected);

        let invalid = program
            .get("/api/v1/ops/alerts?limit=x&severity=y")
            .await
            .json();
        let described = &document["components"]["responses"]["InvalidQuery"];
        assert_described(
            &document,
            &described["content"]["application/json"]["schema"],
            &invalid,
        );
    })
    .await;
}
