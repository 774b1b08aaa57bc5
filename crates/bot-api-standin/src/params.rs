//! The parameters of a call, wherever the client put them: JSON, a form, the query string; and the files that came along.

use std::{collections::BTreeMap, convert::Infallible};

use axum::body::Bytes;
use futures::stream;
use hyper::{
    header::CONTENT_TYPE,
    http::{HeaderMap, request::Parts},
};
use multer::Multipart;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{error::ApiError, id::ChatId};

/// Prefix of a parameter that refers to a file under another name.
const ATTACHED: &str = "attach://";

#[derive(Clone, Debug, Default)]
pub struct Params {
    fields: Map<String, Value>,
    files: BTreeMap<String, Bytes>,
}

impl Params {
    pub async fn read(head: &Parts, body: Bytes) -> Result<Self, ApiError> {
        let query = form(head.uri.query().unwrap_or_default().as_bytes());
        let mut params = Self {
            fields: query,
            files: BTreeMap::new(),
        };
        if !body.is_empty() {
            params.read_body(&head.headers, body).await?;
        }
        params.fields.retain(|_, value| !value.is_null());
        Ok(params)
    }

    async fn read_body(&mut self, headers: &HeaderMap, body: Bytes) -> Result<(), ApiError> {
        match media_type(headers) {
            "application/json" => {
                let fields: Map<String, Value> = serde_json::from_slice(&body)
                    .map_err(|_| ApiError::bad("request body must be a JSON object"))?;
                self.fields.extend(fields);
            }
            "application/x-www-form-urlencoded" => self.fields.extend(form(&body)),
            "multipart/form-data" => self
                .read_parts(content_type(headers), body)
                .await
                .map_err(|_| ApiError::bad("can't parse the multipart body"))?,
            other => {
                return Err(ApiError::bad(format_args!(
                    "the stand-in does not read bodies of type {other:?}"
                )));
            }
        }
        Ok(())
    }

    async fn read_parts(&mut self, content_type: &str, body: Bytes) -> multer::Result<()> {
        let whole = stream::once(async { Ok::<_, Infallible>(body) });
        let mut parts = Multipart::new(whole, multer::parse_boundary(content_type)?);
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                self.files.insert(name, part.bytes().await?);
            } else {
                self.fields.insert(name, Value::String(part.text().await?));
            }
        }
        Ok(())
    }

    pub fn from_json(fields: &Value) -> Self {
        Self {
            fields: fields.as_object().cloned().unwrap_or_default(),
            files: BTreeMap::new(),
        }
    }

    /// The file of a parameter, under the parameter's own name or under the one that it gives.
    pub fn file(&self, name: &str) -> Option<&Bytes> {
        let attached = self.text(name).and_then(|text| text.strip_prefix(ATTACHED));
        self.files.get(attached.unwrap_or(name))
    }

    pub fn to_json(&self) -> Value {
        Value::Object(self.fields.clone())
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::String(digits) => digits.parse().ok(),
            number => number.as_i64(),
        }
    }

    pub fn small_int(&self, name: &str) -> Option<i32> {
        self.int(name)?.try_into().ok()
    }

    pub fn flag(&self, name: &str) -> bool {
        match self.fields.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(flag)) => ["true", "1", "yes"]
                .iter()
                .any(|word| flag.eq_ignore_ascii_case(word)),
            _ => false,
        }
    }

    /// An object or a list, which forms carry as JSON in a string.
    pub fn json(&self, name: &str) -> Result<Option<Value>, ApiError> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|_| ApiError::bad(format_args!("can't parse {name} JSON object"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    pub fn parsed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.json(name)?
            .map(serde_json::from_value)
            .transpose()
            .map_err(|error| ApiError::bad(format_args!("can't parse {name}: {error}")))
    }

    pub fn chat_id(&self) -> Option<ChatId> {
        self.int("chat_id")
    }
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

fn media_type(headers: &HeaderMap) -> &str {
    let value = content_type(headers);
    value.split(';').next().unwrap_or_default().trim()
}

fn form(text: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
