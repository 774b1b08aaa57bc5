//! The description of this API: for other programs, and as a page. Tests compare it with what is served.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{auth::Reader, docs};

/// What each endpoint takes and answers. What wraps all of them is added by [`document`].
const OWN: &str = include_str!("openapi.json");
/// Their answers change by themselves, and are not tagged.
const UNTAGGED: [&str; 3] = ["/metrics", "/healthz", "/readyz"];
/// Nothing is fetched and nothing is run; the style stands in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static DOCUMENT: LazyLock<(String, String)> = LazyLock::new(|| {
    let document = document();
    (format!("{document:#}"), docs::page(&document))
});

pub async fn serve(_: Reader) -> Response {
    let (text, _) = &*DOCUMENT;
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

pub async fn page(_: Reader) -> Response {
    let (_, page) = &*DOCUMENT;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, page.as_str()).into_response()
}

fn document() -> Value {
    let mut document: Value = serde_json::from_str(OWN).unwrap_or_default();
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    let paths = document["paths"].as_object_mut();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            let tagged = method == "get" && !UNTAGGED.contains(&path.as_str());
            add_what_wraps_it(operation, tagged);
        }
    }
    document
}

/// The answers that come from around the endpoint: limits, tokens, the reading of the query.
fn add_what_wraps_it(operation: &mut Value, tagged: bool) {
    let mut common = vec![
        ("400", "BadRequest"),
        ("413", "TooLarge"),
        ("500", "Internal"),
        ("503", "Unavailable"),
    ];
    if operation.get("security").is_some() {
        common.extend([
            ("401", "Unauthorized"),
            ("403", "Disabled"),
            ("429", "TooManyAttempts"),
        ]);
    }
    if operation.get("parameters").is_some() {
        common.push(("422", "InvalidQuery"));
    }
    if tagged {
        common.push(("304", "NotModified"));
        let tag = json!({"description": "A hash of the answer", "schema": {"type": "string"}});
        operation["responses"]["200"]["headers"]["ETag"] = tag;
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, name) in common {
        let answer = json!({"$ref": format!("#/components/responses/{name}")});
        responses.entry(status).or_insert(answer);
    }
    let mut sorted: Vec<_> = std::mem::take(responses).into_iter().collect();
    sorted.sort_by(|(one, _), (two, _)| one.cmp(two));
    *responses = Map::from_iter(sorted);
}
