//! How messages are worded: the language, the operators' time zone, and the moment of speaking.

pub mod catalogue;
mod figures;
mod times;

use chrono_tz::Tz;
pub use fluent_bundle::FluentValue;

use crate::domain::{Lang, Severity, Timestamp};

#[derive(Clone, Copy, Debug)]
pub struct Voice {
    pub lang: Lang,
    pub zone: Tz,
    pub now: Timestamp,
}

/// The arguments of a text. A number gets the plural and separators of the language; pass an id as text to avoid that.
pub type Arguments<'a> = [(&'a str, FluentValue<'a>)];

impl Voice {
    /// The catalogue's text; the key itself if there is none.
    pub fn text(&self, key: &str, arguments: &Arguments<'_>) -> String {
        catalogue::find(self.lang, key, arguments).unwrap_or_else(|| {
            catalogue::miss(self.lang, key);
            key.to_owned()
        })
    }

    /// The catalogue's text, if there is one.
    pub fn find(&self, key: &str, arguments: &Arguments<'_>) -> Option<String> {
        catalogue::find(self.lang, key, arguments)
    }

    /// The word for it, in small letters.
    pub fn severity(&self, severity: Severity) -> String {
        self.text(&format!("severity-{severity}"), &[])
    }
}

/// A text of the catalogue: `say!(voice, "days", count = 7)`.
macro_rules! say {
    ($voice:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $voice.text($key, &[$((stringify!($name), $crate::views::FluentValue::from($value))),*])
    };
}
pub(crate) use say;
