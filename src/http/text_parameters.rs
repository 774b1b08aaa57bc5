//! Parameters that are texts for people.

use std::ops::RangeInclusive;

use utoipa::openapi::ObjectBuilder;

use super::{invalid_parameter::InvalidParameter, parameters::string};
use crate::domain::one_line;

macro_rules! texts {
    ($($(#[$about:meta])* $name:ident of $length:expr $(, $property:ident = $value:expr)?;)*) => {$(
        $(#[$about])*
        pub struct $name(pub String);

        impl $crate::http::parameters::Value for $name {
            fn parse(name: &'static str, given: &str) -> Result<Self, $crate::http::invalid_parameter::InvalidParameter> {
                let text = $crate::http::text_parameters::text(name, given, &$length)?;
                Ok(Self(text))
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::http::text_parameters::text_of(&$length)
                    $(.$property(Some(serde_json::json!($value))))?
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

pub(super) use texts;

texts! {
    /// Longer than any detector's name. Unknown names are allowed, because the history may contain removed detectors.
    Source of (1..=100);
    /// A name is one line in a chat.
    By of (1..=60), default = "REST";
}

/// Text for people, trimmed. Control characters are rejected; PostgreSQL cannot store NUL.
pub fn text(
    name: &'static str,
    given: &str,
    length: &RangeInclusive<usize>,
) -> Result<String, InvalidParameter> {
    let given = given.trim();
    if given.chars().any(char::is_control) {
        return Err(InvalidParameter::value(
            name,
            "control characters are not allowed",
        ));
    }
    let text = one_line(given).trim().to_owned();
    let (shortest, longest) = (length.start(), length.end());
    let count = text.chars().count();
    if count < *shortest {
        let message = format!("String should have at least {}", characters(*shortest));
        Err(InvalidParameter::new(name, "string_too_short", message))
    } else if count > *longest {
        let message = format!("String should have at most {}", characters(*longest));
        Err(InvalidParameter::new(name, "string_too_long", message))
    } else {
        Ok(text)
    }
}

/// The schema of a text of this length; without a limit, only the size of a request's head bounds it.
pub fn text_of(length: &RangeInclusive<usize>) -> ObjectBuilder {
    let shortest = Some(*length.start()).filter(|shortest| *shortest > 0);
    let longest = Some(*length.end()).filter(|longest| *longest < usize::MAX);
    string().min_length(shortest).max_length(longest)
}

fn characters(count: usize) -> String {
    match count {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    }
}
