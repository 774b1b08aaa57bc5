//! Adds to the description what the layers around the endpoints do: limits, tokens, query parsing, tags and pages.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::{query::BEFORE, shared::SHARED};

/// Their answers change constantly and have no tag.
const UNTAGGED: [&str; 3] = ["/metrics", "/healthz", "/readyz"];

/// An answer that any endpoint of a kind may give instead of its own.
struct Common {
    name: &'static str,
    status: &'static str,
    about: &'static str,
    body: Option<&'static str>,
    /// Its name, what it tells, and its type.
    header: Option<[&'static str; 3]>,
}

const fn refusal(name: &'static str, status: &'static str, about: &'static str) -> Common {
    Common {
        name,
        status,
        about,
        body: Some("Error"),
        header: None,
    }
}

/// For every endpoint.
const ALWAYS: [Common; 4] = [
    refusal("BadRequest", "400", "The request cannot be served as it is"),
    refusal(
        "TooLarge",
        "413",
        "The request brings a body of over 64 KB; none is needed",
    ),
    refusal(
        "Internal",
        "500",
        "Something went wrong here; the log says what",
    ),
    refusal(
        "Unavailable",
        "503",
        "The database fails, the answer took too long, or too many requests came at once (then with Retry-After)",
    ),
];

/// For endpoints that may need a token.
const OF_TOKENS: [Common; 3] = [
    Common {
        header: Some(["WWW-Authenticate", "Bearer", "string"]),
        ..refusal(
            "Unauthorized",
            "401",
            "The bearer token is missing or wrong",
        )
    },
    refusal(
        "Disabled",
        "403",
        "The token is not set, or may only read; or this server is asked by a name, which needs one",
    ),
    Common {
        header: Some(["Retry-After", "Seconds to wait", "integer"]),
        ..refusal(
            "TooManyAttempts",
            "429",
            "Too many wrong tokens came from this address",
        )
    },
];

/// For endpoints with parameters.
const OF_PARAMETERS: [Common; 1] = [Common {
    body: Some("Invalid"),
    ..refusal(
        "InvalidQuery",
        "422",
        "A parameter is missing, of the wrong type or out of range",
    )
}];

/// For endpoints with tagged answers.
const OF_TAGS: [Common; 1] = [Common {
    body: None,
    ..refusal(
        "NotModified",
        "304",
        "The client has this answer already: If-None-Match holds its ETag",
    )
}];

pub fn around(endpoints: &OpenApi) -> Value {
    let mut document = json!(endpoints);
    let paths = document["paths"].as_object_mut();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            let tagged = method == "get" && !UNTAGGED.contains(&path.as_str());
            let shared = method == "get" && SHARED.contains(&path.as_str());
            wrap(operation, tagged, shared);
        }
    }
    document["components"]["headers"] = json!({
        "Age": {
            "description": "The age in seconds of an answer that was computed for another request less than a second ago, and since which this program has written nothing; absent otherwise",
            "required": false,
            "schema": {"type": "integer"},
        },
        "ETag": {"description": "A hash of the answer", "schema": {"type": "string"}},
        "Link": {
            "description": "The next page, as <path?query>; rel=\"next\" (RFC 8288); absent on the last one",
            "schema": {"type": "string"},
        },
    });
    let common = ALWAYS.iter().chain(&OF_TOKENS).chain(&OF_PARAMETERS);
    let common = common.chain(&OF_TAGS);
    document["components"]["responses"] = common
        .map(|answer| (answer.name.to_owned(), described(answer)))
        .collect();
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The value of ADMIN_TOKEN, or a token of API_TOKENS; a viewer's only reads",
        },
        "heartbeat": {
            "type": "http",
            "scheme": "bearer",
            "description": "The value of HEARTBEAT_TOKEN",
        },
    });
    document
}

fn wrap(operation: &mut Value, tagged: bool, shared: bool) {
    let mut common: Vec<&Common> = ALWAYS.iter().collect();
    if operation.get("security").is_some() {
        common.extend(&OF_TOKENS);
    }
    let parameters = operation["parameters"].as_array();
    if parameters.is_some() {
        common.extend(&OF_PARAMETERS);
    }
    let is_paged = |parameter: &Value| parameter["name"] == BEFORE;
    let paged = parameters.into_iter().flatten().any(is_paged);
    if tagged {
        common.extend(&OF_TAGS);
    }
    for (name, of_these) in [("Age", shared), ("ETag", tagged), ("Link", paged)] {
        if of_these {
            let header = json!({"$ref": format!("#/components/headers/{name}")});
            operation["responses"]["200"]["headers"][name] = header;
        }
    }
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for answer in common {
        let place = json!({"$ref": format!("#/components/responses/{}", answer.name)});
        responses.entry(answer.status).or_insert(place);
    }
    let mut sorted: Vec<_> = std::mem::take(responses).into_iter().collect();
    sorted.sort_by(|(one, _), (two, _)| one.cmp(two));
    *responses = Map::from_iter(sorted);
}

fn described(answer: &Common) -> Value {
    let mut described = json!({"description": answer.about});
    if let Some([name, about, kind]) = answer.header {
        described["headers"][name] = json!({"description": about, "schema": {"type": kind}});
    }
    if let Some(body) = answer.body {
        let schema = json!({"$ref": format!("#/components/schemas/{body}")});
        described["content"]["application/json"]["schema"] = schema;
    }
    described
}
