use std::fmt;

use md5::{Digest, Md5};
use serde::Serialize;

/// The identity of a fault: the lower-case hex MD5 of `{source}:{key}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    pub fn of(source: &str, key: &str) -> Self {
        Self(hex::encode(Md5::digest(format!("{source}:{key}"))))
    }

    /// Parses a given fingerprint; `None` if it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// One read back from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
