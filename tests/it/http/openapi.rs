//! `/openapi.json` describes what is served.

mod page;
mod refused;

use std::collections::HashSet;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use sovani_ops::domain::{Counted, Target};

use super::{
    TODAY, as_admin, healthy,
    heartbeats::{HEARTBEAT_TOKEN, with_a_job},
    overdrawn,
};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ADMIN_TOKEN, Answer, Setup, TestProgram, moment},
    sli,
};

/// Resolves a `$ref`.
fn resolve<'a>(document: &'a Value, described: &'a Value) -> &'a Value {
    match described["$ref"].as_str() {
        Some(pointer) => document.pointer(&pointer[1..]).unwrap(),
        None => described,
    }
}

/// Fails unless the value has exactly the described properties, of the described types.
fn assert_described(document: &Value, schema: &Value, value: &Value) {
    let mut schema = resolve(document, schema);
    if let Some(forms) = schema["oneOf"].as_array() {
        // null or something: the one that is null, or the other.
        let is_null = |form: &&Value| form["type"] == "null";
        let form = forms.iter().find(|form| is_null(form) == value.is_null());
        schema = resolve(document, form.unwrap());
    }
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
    if value.is_object() && schema["properties"].is_null() {
        let others = schema.get("additionalProperties");
        assert!(others.is_some_and(|others| *others != false), "{schema}");
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

/// The examples of the required parameters that stand there, as text.
fn examples(document: &Value, operation: &Value, place: &str) -> Vec<(String, String)> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    parameters
        .map(|parameter| resolve(document, parameter))
        .filter(|parameter| parameter["required"] == true && parameter["in"] == place)
        .map(|parameter| {
            let name = parameter["name"].as_str().unwrap();
            let example = match &parameter["example"] {
                Value::String(text) => text.clone(),
                example => example.to_string(),
            };
            (name.to_owned(), example)
        })
        .collect()
}

/// An operation of the document, by its path and method.
type Operation<'a> = (&'a str, &'a str, &'a Value);

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, operations)| {
            let operations = operations.as_object().unwrap().iter();
            operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// A request with every required parameter, and with this one as it is given.
fn request(
    program: &TestProgram,
    document: &Value,
    (path, method, operation): Operation<'_>,
    other: Option<(&str, &str)>,
) -> RequestBuilder {
    let method: Method = method.to_uppercase().parse().unwrap();
    let in_path = examples(document, operation, "path");
    let path = in_path.iter().fold(path.to_owned(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), value)
    });
    assert!(!path.contains('{'), "{path}");
    let mut query = examples(document, operation, "query");
    if let Some((name, value)) = other {
        query.retain(|(given, _)| given != name);
        query.push((name.to_owned(), value.to_owned()));
    }
    program.request(method, &path).query(&query)
}

/// Asks with the token that is described.
async fn ask(
    program: &TestProgram,
    document: &Value,
    described: Operation<'_>,
    other: Option<(&str, &str)>,
) -> Answer {
    let (_, _, operation) = described;
    let is_for_jobs = operation["security"][0]["heartbeat"].is_array();
    let token = if is_for_jobs {
        HEARTBEAT_TOKEN
    } else {
        ADMIN_TOKEN
    };
    let request = request(program, document, described, other);
    Answer::of(request.bearer_auth(token)).await
}

/// Fails unless the answer has a form that is described for its status.
fn assert_answered_as_described(document: &Value, operation: &Value, answer: &Answer) {
    let described = &operation["responses"][answer.status.as_str()];
    assert!(!described.is_null(), "not described: {answer:?}");
    let described = resolve(document, described);
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let is_there = !answer.header(name).is_empty();
        let may_be_absent = resolve(document, header)["required"] == false;
        assert!(is_there || may_be_absent, "{name:?}: {answer:?}");
    }
    let content = described["content"].as_object().unwrap();
    let (media_type, described) = content.iter().next().unwrap();
    let given = answer.header("content-type");
    assert!(given.starts_with(media_type.as_str()), "{answer:?}");
    if media_type == "application/json" {
        assert_described(document, &described["schema"], &answer.json());
    }
}

/// An incident and a silence that stand, each with the number 1, and more incidents than a page has room for.
async fn with_something_to_show(database: &TestDatabase) -> TestProgram {
    let program = with_a_job(overdrawn(database).await)
        .with("AUTO_REMEDIATION_ENABLED", "true")
        .start()
        .await;
    program.sweep().await;
    for number in 0..=50 {
        let insert = [
            format!(
                "ops_incidents (fingerprint, source, severity, message, extras_json, opened_at, last_seen_at,
                    occurrences, passes, notifications)
                 VALUES ('{number}', 's', 'info', 'm', '{{}}', '2025-10-02', '2025-10-02', 1, 0, 0)"
            ),
            "ops_alerts_history (created_at, source, severity, message, fingerprint)
                 VALUES ('2025-10-02', 's', 'info', 'm', 'f')"
                .to_owned(),
            "ops_audit (at, actor, actor_name, door, origin, act, subject, outcome, detail)
                 VALUES ('2025-10-02', 'user:7', 'Anna', 'chat', '7', 'resolve', 's', 'done', '')"
                .to_owned(),
        ];
        for insert in insert {
            database.execute(format!("INSERT INTO {insert}")).await;
        }
    }
    let (at, day) = (moment("2025-10-02 08:30:00"), TODAY);
    let runs = Counted {
        good: 30.0,
        total: 40.0,
    };
    let db = &program.cx().db;
    sli::count(db, Target::SchedulerOnTime, at, day, runs).await;

    let silence = "/api/v1/ops/silences?scope=all&duration=2h";
    assert_eq!(program.post(silence).await.status, 201);
    program
}

#[tokio::test]
async fn every_described_endpoint_answers_as_described() {
    on_sqlite(async |database| {
        let program = with_something_to_show(&database).await;
        program.cx().telegram.me().await.unwrap();
        let document = program.get("/openapi.json").await.ok();
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
        for described in operations(&document) {
            let answer = ask(&program, &document, described, None).await;
            let (path, method, operation) = described;
            assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
            assert_answered_as_described(&document, operation, &answer);
        }
    })
    .await;
}

#[tokio::test]
async fn every_described_parameter_is_read_and_any_other_is_nobodys_business() {
    // No parameter takes it: a control character is in no number, word or text.
    const BAD: &str = "\u{1}";
    const LOOKED_UP: [&str; 2] = ["alert_source", "action"];
    on_sqlite(async |database| {
        let program = with_something_to_show(&database).await;
        let document = program.get("/openapi.json").await.ok();
        let mut read = 0;
        for described in operations(&document) {
            let (path, method, operation) = described;
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                let answer = ask(&program, &document, described, Some((name, BAD))).await;
                assert_answered_as_described(&document, operation, &answer);
                if LOOKED_UP.contains(&name) {
                    assert_eq!(answer.status, 404, "{method} {path} {name}");
                } else {
                    let detail = answer.detail(422);
                    assert_eq!(detail[0]["loc"], json!(["query", name]), "{method} {path}");
                }
                read += 1;
            }
            if method == "get" {
                let answer = ask(&program, &document, described, Some(("undeclared", BAD))).await;
                assert!(
                    answer.status.is_success() || path == "/readyz",
                    "{method} {path}: {answer:?}"
                );
            }
        }
        assert!(read > 30, "{read}");
    })
    .await;
}

#[tokio::test]
async fn the_described_token_is_the_one_that_is_needed() {
    on_sqlite(async |database| {
        for public in [true, false] {
            let mut program = with_a_job(Setup::beside(&database))
                .with("API_PUBLIC_READ", public.to_string())
                .start()
                .await;
            let document = as_admin(&program, Method::GET, "/openapi.json").await.ok();
            for described in operations(&document) {
                let (path, method, operation) = described;
                let ways = operation["security"].as_array();
                let needed =
                    ways.is_some_and(|ways| !public || ways.iter().all(|way| *way != json!({})));
                let answer = Answer::of(request(&program, &document, described, None)).await;
                assert_eq!(answer.status == 401, needed, "{method} {path}: {answer:?}");
                if needed {
                    assert_answered_as_described(&document, operation, &answer);
                    let token = ask(&program, &document, described, None).await;
                    assert_ne!(token.status, 401, "{method} {path}");
                }
            }
            program.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_a_group_and_a_summary() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let document = program.get("/openapi.json").await.ok();
        let groups = document["tags"].as_array().unwrap().iter();
        let groups: Vec<_> = groups.map(|group| &group["name"]).collect();
        let mut names = HashSet::new();
        for (path, method, operation) in operations(&document) {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} is the name of two");
            assert!(groups.contains(&&operation["tags"][0]), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else() {
    let router = include_str!("../../../src/http/router.rs");
    // A route that bypasses this has no description.
    assert!(!router.contains(".route("));
    let handlers: usize = router
        .split("routes!(")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap().split(',').count())
        .sum();
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let document = program.get("/openapi.json").await.ok();
        assert_eq!(operations(&document).len(), handlers);
        for (path, operations) in document["paths"].as_object().unwrap() {
            let options = Answer::of(program.request(Method::OPTIONS, path)).await;
            let allowed = options.header("allow").split(',');
            let mut allowed: Vec<_> = allowed
                .filter(|method| !["HEAD", "OPTIONS"].contains(method))
                .map(str::to_lowercase)
                .collect();
            allowed.sort_unstable();
            let mut methods: Vec<_> = operations.as_object().unwrap().keys().collect();
            methods.sort_unstable();
            assert_eq!(methods, allowed.iter().collect::<Vec<_>>(), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let text = program.get("/openapi.json").await.text;
        let document: Value = serde_json::from_str(&text).unwrap();
        let references = text.split("\"$ref\": \"#").skip(1);
        let references: Vec<_> = references
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert!(references.len() > 100, "{references:?}");
        for reference in references {
            assert!(document.pointer(reference).is_some(), "{reference}");
        }
    })
    .await;
}
