//! The API description as a page: one document, without scripts and external resources.

use maud::{DOCTYPE, Markup, PreEscaped, html};
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

/// Formats that only describe how a number is stored.
const WIDTHS: [&str; 3] = ["int32", "int64", "double"];
/// The limits of a value, and how each is worded.
const LIMITS: [(&str, &str); 7] = [
    ("format", "format"),
    ("minimum", "from"),
    ("maximum", "to"),
    ("minLength", "at least"),
    ("maxLength", "at most"),
    ("pattern", "like"),
    ("default", "default"),
];

pub fn page(document: &Value) -> String {
    let info = &document["info"];
    let operations: Vec<_> = members(&document["paths"])
        .flat_map(|(path, operations)| {
            members(operations).map(move |(method, operation)| Operation {
                path,
                method,
                description: operation,
            })
        })
        .collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (text(&info["title"])) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (text(&info["title"])) " " (text(&info["version"])) }
                p { (prose(&info["description"])) }
                p { "For programs: " a href="openapi.json" { "openapi.json" } }
                ul { @for each in &operations { (each.entry()) } }
                @for each in &operations { (each.section(document)) }
                h1 { "Forms" }
                @for (name, schema) in members(&document["components"]["schemas"]) { (described(name, schema)) }
            }
        }
    };
    page.into_string()
}

/// One endpoint of the document.
struct Operation<'a> {
    path: &'a str,
    method: &'a str,
    description: &'a Value,
}

impl Operation<'_> {
    fn anchor(&self) -> String {
        format!("{}{}", self.method, self.path)
    }

    fn name(&self) -> Markup {
        html! { code { span.method { (self.method) } " " (self.path) } }
    }

    /// Its line in the contents.
    fn entry(&self) -> Markup {
        html! { li { a href={ "#" (self.anchor()) } { (self.name()) } " " (text(&self.description["summary"])) } }
    }

    fn section(&self, document: &Value) -> Markup {
        html! {
            section id=(self.anchor()) {
                h2 { (self.name()) }
                p { (text(&self.description["summary"])) "." }
                p { (access(self.description)) }
                (parameters(document, self.description))
                (responses(document, self.description))
            }
        }
    }
}

/// Tells which token is needed.
fn access(operation: &Value) -> Markup {
    let Some(ways) = operation["security"].as_array() else {
        return html! { "Needs no token." };
    };
    let scheme = ways.iter().flat_map(members).next();
    let scheme = scheme.map_or("", |(name, _)| name);
    let is_optional = ways.iter().any(|way| members(way).next().is_none());
    html! { "Needs the token " code { (scheme) } @if is_optional { " when reading is not public" } "." }
}

fn parameters(document: &Value, operation: &Value) -> Markup {
    let Some(parameters) = operation["parameters"].as_array() else {
        return html! {};
    };
    html! {
        table {
            tr { th { "parameter" } th { "where" } th { "form" } th { "meaning" } }
            @for parameter in parameters {
                @let parameter = resolved(document, parameter);
                tr {
                    td { code { (text(&parameter["name"])) } }
                    td { (text(&parameter["in"])) ", " @if parameter["required"] == true { "required" } @else { "optional" } }
                    td { (form(&parameter["schema"])) }
                    td { (prose(&parameter["description"])) }
                }
            }
        }
    }
}

fn responses(document: &Value, operation: &Value) -> Markup {
    html! {
        table {
            tr { th { "answer" } th { "meaning" } th { "form" } }
            @for (status, response) in members(&operation["responses"]) {
                @let response = resolved(document, response);
                tr {
                    td { (status) }
                    td { (prose(&response["description"])) }
                    td { (joined(forms(response), &html! { br; })) }
                }
            }
        }
    }
}

/// The bodies and headers of an answer.
fn forms(response: &Value) -> impl Iterator<Item = Markup> {
    let bodies = members(&response["content"])
        .map(|(media, content)| html! { (media) ": " (form(&content["schema"])) });
    let headers =
        members(&response["headers"]).map(|(name, _)| html! { "header " code { (name) } });
    bodies.chain(headers)
}

fn described(name: &str, schema: &Value) -> Markup {
    let properties: Vec<_> = members(&schema["properties"]).collect();
    html! {
        section id=(name) {
            h2 { (name) }
            p { (prose(&schema["description"])) }
            @if properties.is_empty() {
                p { (form(schema)) }
            } @else {
                table {
                    @for (property, schema) in properties {
                        tr {
                            td { code { (property) } }
                            td { (form(schema)) }
                            td { (prose(&schema["description"])) }
                        }
                    }
                }
            }
        }
    }
}

/// A value's form in a few words.
fn form(schema: &Value) -> Markup {
    let reference = schema["$ref"].as_str();
    if let Some(name) = reference.and_then(|path| path.rsplit('/').next()) {
        return html! { a href={ "#" (name) } { (name) } };
    }
    if let Some(forms) = ["oneOf", "allOf"]
        .iter()
        .find_map(|any| schema[any].as_array())
    {
        let forms = forms.iter().map(form).filter(|form| !form.0.is_empty());
        return joined(forms, &html! { " or " });
    }
    if let Some(words) = schema["enum"].as_array() {
        return joined(words.iter().map(code), &html! { " " });
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        kind => text(kind),
    };
    html! {
        (kinds)
        @if let Some(items) = schema.get("items") { " of " (form(items)) }
        @for (key, words) in LIMITS {
            @if let Some(value) = schema.get(key).filter(|value| !WIDTHS.map(Value::from).contains(value)) {
                ", " (words) " " (code(value))
            }
        }
    }
}

fn joined(parts: impl Iterator<Item = Markup>, between: &Markup) -> Markup {
    html! {
        @for (at, part) in parts.enumerate() {
            @if at > 0 { (between) }
            (part)
        }
    }
}

fn resolved<'a>(document: &'a Value, described: &'a Value) -> &'a Value {
    let place = described["$ref"].as_str().and_then(|place| place.get(1..));
    let found = place.and_then(|place| document.pointer(place));
    found.unwrap_or(described)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn code(value: &Value) -> Markup {
    html! { code { (text(value)) } }
}

/// A description, whose names are between backticks.
fn prose(description: &Value) -> Markup {
    html! {
        @for (at, part) in text(description).split('`').enumerate() {
            @if at % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
