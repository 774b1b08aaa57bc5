//! The parameters of a call, wherever the client put them: JSON, a form, the query string.

use hyper::{
    header::CONTENT_TYPE,
    http::{HeaderMap, request::Parts},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{chat::ChatId, refusal::Refusal};

#[derive(Clone, Debug, Default)]
pub struct Params(Map<String, Value>);

impl Params {
    pub fn read(head: &Parts, body: &[u8]) -> Result<Self, Refusal> {
        let mut params = form(head.uri.query().unwrap_or_default().as_bytes());
        if !body.is_empty() {
            params.extend(read_body(content_type(&head.headers), body)?);
        }
        params.retain(|_, value| !value.is_null());
        Ok(Self(params))
    }

    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            Value::String(digits) => digits.parse().ok(),
            number => number.as_i64(),
        }
    }

    pub fn small_int(&self, name: &str) -> Option<i32> {
        self.int(name)?.try_into().ok()
    }

    pub fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(flag)) => ["true", "1", "yes"]
                .iter()
                .any(|word| flag.eq_ignore_ascii_case(word)),
            _ => false,
        }
    }

    /// An object or a list, which forms carry as JSON in a string.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| Refusal::bad(format_args!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    pub fn parsed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.json(name)?
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| Refusal::bad(format_args!("can't parse {name}: {error}")))
    }

    pub fn chat_id(&self) -> Option<ChatId> {
        self.int("chat_id")
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let value = value.unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

fn read_body(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match content_type {
        "application/json" => serde_json::from_slice(body)
            .map_err(|_| Refusal::bad("request body must be a JSON object")),
        "application/x-www-form-urlencoded" => Ok(form(body)),
        other => Err(Refusal::bad(format_args!(
            "the stand-in does not read bodies of type {other:?}"
        ))),
    }
}

fn form(text: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
