//! A header that requests get.

use std::fmt;

use reqwest::header::{HeaderName, HeaderValue};

/// Its value may be a secret: `Debug` shows the name alone.
#[derive(Clone, PartialEq)]
pub struct Header {
    pub name: String,
    value: String,
    /// `sovani-ops.toml` has the value itself, rather than the name of a variable.
    pub(super) is_written: bool,
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Header {
    /// `None` if it is not a valid header.
    pub fn new(name: &str, value: &str) -> Option<Self> {
        let is_header = HeaderName::try_from(name).is_ok() && HeaderValue::try_from(value).is_ok();
        is_header.then(|| Self {
            name: name.to_owned(),
            value: value.to_owned(),
            is_written: false,
        })
    }

    pub fn value(&self) -> &str {
        &self.value
    }
}
