//! Turns a call's `text`, `parse_mode` and `entities` into the text that people read.

use std::str::FromStr;

use super::{
    entity::{Formatted, utf16_len},
    error::ApiError,
    html, markdown,
    params::Params,
};

/// The longest text of a message, in UTF-16 units after parsing.
const LONGEST_TEXT: usize = 4096;
/// Length limit for a caption.
const LONGEST_CAPTION: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseMode {
    Html,
    Markdown,
}

impl FromStr for ParseMode {
    type Err = ApiError;

    fn from_str(name: &str) -> Result<Self, ApiError> {
        match name.to_ascii_lowercase().as_str() {
            "html" => Ok(Self::Html),
            "markdown" => Ok(Self::Markdown),
            "markdownv2" => Err(ApiError::bad("the stand-in does not read MarkdownV2")),
            _ => Err(ApiError::bad("unsupported parse_mode")),
        }
    }
}

impl Formatted {
    /// Reads Telegram's HTML; the error is Telegram's complaint about it.
    pub fn html(source: &str) -> Result<Self, String> {
        html::parse(source)
    }

    /// Reads Telegram's legacy Markdown; the error is Telegram's complaint about it.
    pub fn markdown(source: &str) -> Result<Self, String> {
        markdown::parse(source)
    }

    /// The text of a message about to be sent or edited, or Telegram's reason against it.
    pub(super) fn from_params(params: &Params, too_long: &str) -> Result<Self, ApiError> {
        let content = Self::parsed(params, "text", "entities")?;
        if content.text.is_empty() {
            return Err(ApiError::bad("message text is empty"));
        }
        if utf16_len(&content.text) > LONGEST_TEXT {
            return Err(ApiError::bad(too_long));
        }
        Ok(content)
    }

    /// The caption of a picture, which may be empty.
    pub(super) fn caption(params: &Params) -> Result<Self, ApiError> {
        let content = Self::parsed(params, "caption", "caption_entities")?;
        if utf16_len(&content.text) > LONGEST_CAPTION {
            return Err(ApiError::bad("message caption is too long"));
        }
        Ok(content)
    }

    fn parsed(params: &Params, text: &str, entities: &str) -> Result<Self, ApiError> {
        let source = params.text(text).unwrap_or_default();
        let mode = params.text("parse_mode").filter(|mode| !mode.is_empty());
        let parsed = match mode.map(str::parse).transpose()? {
            Some(ParseMode::Html) => Self::html(source).map_err(ApiError::unparsable)?,
            Some(ParseMode::Markdown) => Self::markdown(source).map_err(ApiError::unparsable)?,
            None => Self {
                entities: params.parsed(entities)?.unwrap_or_default(),
                ..Self::plain(source)
            },
        };
        Ok(parsed.tidied())
    }
}
