//! Text with entities: how a call's `text`, `parse_mode` and `entities` become what people read.

use std::{cmp::Reverse, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{html, markdown, params::Params, refusal::Refusal};

/// Telegram silently drops the entities after these.
const MOST_ENTITIES: usize = 100;

/// The longest text of a message, in UTF-16 units after parsing.
const LONGEST_TEXT: usize = 4096;
/// The same for what stands below a picture.
const LONGEST_CAPTION: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    Mention,
    Hashtag,
    Cashtag,
    BotCommand,
    Url,
    Email,
    PhoneNumber,
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Blockquote,
    ExpandableBlockquote,
    Code,
    Pre,
    TextLink,
    TextMention,
    CustomEmoji,
}

/// Offset and length are in UTF-16 units of the parsed text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    #[serde(rename = "type")]
    pub kind: EntityKind,
    pub offset: usize,
    pub length: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_emoji_id: Option<String>,
}

impl Entity {
    pub fn new(kind: EntityKind, offset: usize, length: usize) -> Self {
        Self {
            kind,
            offset,
            length,
            url: None,
            language: None,
            custom_emoji_id: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseMode {
    Html,
    Markdown,
}

impl FromStr for ParseMode {
    type Err = Refusal;

    fn from_str(name: &str) -> Result<Self, Refusal> {
        match name.to_ascii_lowercase().as_str() {
            "html" => Ok(Self::Html),
            "markdown" => Ok(Self::Markdown),
            "markdownv2" => Err(Refusal::bad("the stand-in does not read MarkdownV2")),
            _ => Err(Refusal::bad("unsupported parse_mode")),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    /// What the bot sent, markup included.
    pub source: String,
    /// What people read.
    pub text: String,
    pub entities: Vec<Entity>,
}

impl Formatted {
    pub(super) fn plain(text: &str) -> Self {
        Self {
            source: text.to_owned(),
            text: text.to_owned(),
            entities: Vec::new(),
        }
    }

    /// Reads Telegram's HTML; the error is Telegram's complaint about it.
    pub fn html(source: &str) -> Result<Self, String> {
        html::parse(source)
    }

    /// Reads Telegram's legacy Markdown; the error is Telegram's complaint about it.
    pub fn markdown(source: &str) -> Result<Self, String> {
        markdown::parse(source)
    }

    /// The text of a message about to be sent or edited, or Telegram's reason against it.
    pub(super) fn from_params(params: &Params, too_long: &str) -> Result<Self, Refusal> {
        let content = Self::parsed(params, "text", "entities")?;
        if content.text.is_empty() {
            return Err(Refusal::bad("message text is empty"));
        }
        if utf16_len(&content.text) > LONGEST_TEXT {
            return Err(Refusal::bad(too_long));
        }
        Ok(content)
    }

    /// What is to stand below a picture, which may be nothing.
    pub(super) fn caption(params: &Params) -> Result<Self, Refusal> {
        let content = Self::parsed(params, "caption", "caption_entities")?;
        if utf16_len(&content.text) > LONGEST_CAPTION {
            return Err(Refusal::bad("message caption is too long"));
        }
        Ok(content)
    }

    fn parsed(params: &Params, text: &str, entities: &str) -> Result<Self, Refusal> {
        let source = params.text(text).unwrap_or_default();
        let mode = params.text("parse_mode").filter(|mode| !mode.is_empty());
        let parsed = match mode.map(str::parse).transpose()? {
            Some(ParseMode::Html) => Self::html(source).map_err(Refusal::unparsable)?,
            Some(ParseMode::Markdown) => Self::markdown(source).map_err(Refusal::unparsable)?,
            None => Self {
                entities: params.parsed(entities)?.unwrap_or_default(),
                ..Self::plain(source)
            },
        };
        Ok(parsed.tidied())
    }

    /// Trims the text, and clips, orders and bounds its entities.
    fn tidied(self) -> Self {
        let text = self.text.trim();
        let start = utf16_len(&self.text) - utf16_len(self.text.trim_start());
        let length = utf16_len(text);
        let mut entities: Vec<Entity> = self
            .entities
            .into_iter()
            .filter_map(|entity| clipped(entity, start, length))
            .collect();
        entities.sort_by_key(|entity| (entity.offset, Reverse(entity.length)));
        entities.truncate(MOST_ENTITIES);
        Self {
            text: text.to_owned(),
            source: self.source,
            entities,
        }
    }
}

fn clipped(entity: Entity, start: usize, length: usize) -> Option<Entity> {
    let end = (entity.offset + entity.length)
        .saturating_sub(start)
        .min(length);
    let offset = entity.offset.saturating_sub(start);
    (end > offset).then(|| Entity {
        offset,
        length: end - offset,
        ..entity
    })
}

/// The length of a text as Telegram counts it.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
