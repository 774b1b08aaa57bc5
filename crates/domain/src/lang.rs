use std::{fmt, str::FromStr};

/// The language of the chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    En,
    Ru,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected one of: en, ru")]
pub struct UnknownLang;

impl Lang {
    pub const ALL: [Self; 2] = [Self::En, Self::Ru];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        Self::ALL
            .into_iter()
            .find(|lang| lang.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownLang)
    }
}
