//! The description of this API as a page: one document, without scripts, that needs nothing from elsewhere.

use serde_json::{Map, Value};

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { margin: 2rem 0; border-top: 1px solid #8888; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #8884; padding: .25rem .5rem; text-align: left; vertical-align: top; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.method { text-transform: uppercase; }
";

/// Formats that only say how a number is kept.
const WIDTHS: [&str; 3] = ["int32", "int64", "double"];

pub fn page(document: &Value) -> String {
    let info = &document["info"];
    let (title, about) = (escaped(&info["title"]), prose(&info["description"]));
    let version = escaped(&info["version"]);
    let mut contents = String::new();
    let mut sections = String::new();
    for (path, operations) in members(&document["paths"]) {
        for (method, operation) in members(operations) {
            let (path, method) = (escape(path), escape(method));
            let name = format!("<code><span class=\"method\">{method}</span> {path}</code>");
            let summary = escaped(&operation["summary"]);
            let anchor = format!("{method}{path}");
            contents += &format!("<li><a href=\"#{anchor}\">{name}</a> {summary}</li>\n");
            sections += &format!(
                "<section id=\"{anchor}\">\n<h2>{name}</h2>\n<p>{summary}.</p>\n<p>{}</p>\n{}{}</section>\n",
                access(operation),
                parameters(document, operation),
                responses(document, operation),
            );
        }
    }
    let schemas: String = members(&document["components"]["schemas"])
        .map(|(name, schema)| described(name, schema))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<h1>{title} {version}</h1>\n<p>{about}</p>\n\
         <p>For programs: <a href=\"openapi.json\">openapi.json</a></p>\n<ul>\n{contents}</ul>\n{sections}\
         <h1>Forms</h1>\n{schemas}</body>\n</html>\n"
    )
}

/// Which token is needed.
fn access(operation: &Value) -> String {
    let Some(ways) = operation["security"].as_array() else {
        return "Needs no token.".to_owned();
    };
    let scheme = ways.iter().flat_map(members).next();
    let scheme = scheme.map_or_else(String::new, |(name, _)| escape(name));
    if ways.iter().any(|way| members(way).next().is_none()) {
        format!("Needs the token <code>{scheme}</code> when reading is not public.")
    } else {
        format!("Needs the token <code>{scheme}</code>.")
    }
}

fn parameters(document: &Value, operation: &Value) -> String {
    let Some(parameters) = operation["parameters"].as_array() else {
        return String::new();
    };
    let rows: String = parameters
        .iter()
        .map(|parameter| {
            let parameter = resolved(document, parameter);
            let needed = if parameter["required"] == true {
                "required"
            } else {
                "optional"
            };
            format!(
                "<tr><td><code>{}</code></td><td>{}, {needed}</td><td>{}</td><td>{}</td></tr>\n",
                escaped(&parameter["name"]),
                escaped(&parameter["in"]),
                form(&parameter["schema"]),
                prose(&parameter["description"]),
            )
        })
        .collect();
    format!(
        "<table>\n<tr><th>parameter</th><th>where</th><th>form</th><th>meaning</th></tr>\n{rows}</table>\n"
    )
}

fn responses(document: &Value, operation: &Value) -> String {
    let rows: String = members(&operation["responses"])
        .map(|(status, response)| {
            let response = resolved(document, response);
            let content = members(&response["content"])
                .map(|(media, content)| format!("{}: {}", escape(media), form(&content["schema"])));
            let headers = members(&response["headers"])
                .map(|(name, _)| format!("header <code>{}</code>", escape(name)));
            let forms: Vec<_> = content.chain(headers).collect();
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                escape(status),
                prose(&response["description"]),
                forms.join("<br>"),
            )
        })
        .collect();
    format!("<table>\n<tr><th>answer</th><th>meaning</th><th>form</th></tr>\n{rows}</table>\n")
}

fn described(name: &str, schema: &Value) -> String {
    let name = escape(name);
    let rows: String = members(&schema["properties"])
        .map(|(property, schema)| {
            format!(
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
                escape(property),
                form(schema),
                prose(&schema["description"]),
            )
        })
        .collect();
    let body = if rows.is_empty() {
        format!("<p>{}</p>\n", form(schema))
    } else {
        format!("<table>\n{rows}</table>\n")
    };
    let about = prose(&schema["description"]);
    format!("<section id=\"{name}\">\n<h2>{name}</h2>\n<p>{about}</p>\n{body}</section>\n")
}

/// What a value looks like, in a few words.
fn form(schema: &Value) -> String {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        let name = escape(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    for any in ["oneOf", "allOf"] {
        if let Some(forms) = schema[any].as_array() {
            let forms = forms.iter().map(form).filter(|form| !form.is_empty());
            return forms.collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().map(code).collect();
        return words.join(" ");
    }
    let mut form = match &schema["type"] {
        Value::String(kind) => escape(kind),
        Value::Array(kinds) => kinds.iter().map(escaped).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    };
    if schema.get("items").is_some() {
        form += &format!(" of {}", self::form(&schema["items"]));
    }
    for (key, words) in [
        ("format", "format"),
        ("minimum", "from"),
        ("maximum", "to"),
        ("minLength", "at least"),
        ("maxLength", "at most"),
        ("pattern", "like"),
        ("default", "default"),
    ] {
        if let Some(value) = schema
            .get(key)
            .filter(|value| !WIDTHS.map(Value::from).contains(value))
        {
            form += &format!(", {words} {}", code(value));
        }
    }
    form
}

fn resolved<'a>(document: &'a Value, described: &'a Value) -> &'a Value {
    let place = described["$ref"].as_str().and_then(|place| place.get(1..));
    let found = place.and_then(|place| document.pointer(place));
    found.unwrap_or(described)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn code(value: &Value) -> String {
    format!("<code>{}</code>", escaped(value))
}

/// A description, whose names stand between backticks.
fn prose(text: &Value) -> String {
    escaped(text)
        .split('`')
        .enumerate()
        .map(|(at, part)| {
            if at % 2 == 0 {
                part.to_owned()
            } else {
                format!("<code>{part}</code>")
            }
        })
        .collect()
}

fn escaped(value: &Value) -> String {
    match value {
        Value::String(text) => escape(text),
        Value::Null => String::new(),
        other => escape(&other.to_string()),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
