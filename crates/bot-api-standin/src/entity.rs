//! Text with entities.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

/// Telegram silently drops the entities after these.
const MOST_ENTITIES: usize = 100;

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

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    /// The source that the bot sent, markup included.
    pub source: String,
    /// The text as people read it.
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

    /// Trims the text, and clips, sorts and limits its entities.
    pub(super) fn tidied(self) -> Self {
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
