//! The current state of a message in a chat, with its earlier texts.

use super::{
    entity::{Entity, Formatted},
    guise::Guise,
    id::{ChatId, MessageId, UserId},
    keyboard::{Button, Keyboard},
    photo::Photo,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub id: MessageId,
    pub chat: ChatId,
    pub from: UserId,
    /// The text people read, after parsing; a picture's caption.
    pub text: String,
    /// The text as it was sent, markup included.
    pub source: String,
    pub entities: Vec<Entity>,
    pub photo: Option<Photo>,
    pub keyboard: Keyboard,
    pub reply_to: Option<MessageId>,
    pub thread: Option<MessageId>,
    /// Sent with `disable_notification`.
    pub silent: bool,
    /// Unix time, in seconds.
    pub date: i64,
    /// The texts before each edit, oldest first.
    pub edits: Vec<Edit>,
    /// How it came about, unless it was typed and sent normally.
    pub guise: Option<Guise>,
    pub deleted: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub text: String,
    pub source: String,
    pub keyboard: Keyboard,
    /// The time of the replacement, in Unix seconds.
    pub replaced_at: i64,
}

impl Message {
    /// The form shown in a terminal: a picture is one line above its caption.
    pub fn shown(&self) -> String {
        match &self.photo {
            Some(photo) => format!("{photo}\n{}", self.text).trim_end().to_owned(),
            None => self.text.clone(),
        }
    }

    /// The label of each button, row by row.
    pub fn labels(&self) -> Vec<Vec<&str>> {
        self.keyboard
            .rows
            .iter()
            .map(|row| row.iter().map(|button| button.text.as_str()).collect())
            .collect()
    }

    /// The button with this label or, failing that, this callback data.
    pub fn button(&self, label_or_data: &str) -> Option<&Button> {
        self.keyboard.find(label_or_data)
    }

    pub(super) fn new(
        id: MessageId,
        chat: ChatId,
        from: UserId,
        content: Formatted,
        date: i64,
    ) -> Self {
        Self {
            id,
            chat,
            from,
            text: content.text,
            source: content.source,
            entities: content.entities,
            photo: None,
            keyboard: Keyboard::default(),
            reply_to: None,
            thread: None,
            silent: false,
            date,
            edits: Vec::new(),
            guise: None,
            deleted: false,
        }
    }

    pub(super) fn content(&self) -> Formatted {
        Formatted {
            source: self.source.clone(),
            text: self.text.clone(),
            entities: self.entities.clone(),
        }
    }

    pub(super) fn says(&self, content: &Formatted, keyboard: &Keyboard) -> bool {
        self.text == content.text && self.entities == content.entities && self.keyboard == *keyboard
    }

    pub(super) fn replace(&mut self, content: Formatted, keyboard: Keyboard, now: i64) {
        self.edits.push(Edit {
            text: std::mem::replace(&mut self.text, content.text),
            source: std::mem::replace(&mut self.source, content.source),
            keyboard: std::mem::replace(&mut self.keyboard, keyboard),
            replaced_at: now,
        });
        self.entities = content.entities;
    }
}
