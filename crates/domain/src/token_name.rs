use std::{fmt, str::FromStr};

const LONGEST: usize = 32;
/// The tokens of the settings go by these names.
const TAKEN: [&str; 2] = ["ADMIN_TOKEN", "HEARTBEAT_TOKEN"];

/// A token's display name. Stored inline, so that `Actor` is `Copy`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenName {
    bytes: [u8; LONGEST],
    length: usize,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a name of up to {LONGEST} letters, digits and _ - ., other than {}",
    TAKEN.join(" and ")
)]
pub struct BadTokenName;

impl TokenName {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl FromStr for TokenName {
    type Err = BadTokenName;

    fn from_str(text: &str) -> Result<Self, BadTokenName> {
        let plain = |c: u8| c.is_ascii_alphanumeric() || b"_-.".contains(&c);
        let length = text.len();
        if !(1..=LONGEST).contains(&length) || !text.bytes().all(plain) || TAKEN.contains(&text) {
            return Err(BadTokenName);
        }
        let mut bytes = [0; LONGEST];
        bytes[..length].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length })
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
