//! The links that Telegram accepts, in texts and on buttons.

use url::{ParseError, Url};

use super::error::ApiError;

/// A link people can follow; Telegram leaves the text of any other as it is.
pub fn in_text(href: &str) -> Option<String> {
    let url = match Url::parse(href) {
        Ok(url) => url,
        Err(ParseError::RelativeUrlWithoutBase) if href.contains('.') => {
            Url::parse(&format!("http://{href}")).ok()?
        }
        Err(_) => return None,
    };
    let schemes = ["http", "https", "tg", "ton"];
    schemes.contains(&url.scheme()).then(|| url.into())
}

pub fn on_button(url: &str) -> Result<String, ApiError> {
    let reason = match Url::parse(url) {
        Ok(parsed) if !["http", "https", "tg"].contains(&parsed.scheme()) => {
            "Unsupported URL protocol"
        }
        Ok(parsed) if parsed.has_host() => return Ok(url.to_owned()),
        _ => "Wrong HTTP URL",
    };
    Err(ApiError::bad(format_args!(
        "inline keyboard button URL '{url}' is invalid: {reason}"
    )))
}
