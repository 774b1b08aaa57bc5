//! Converts our messages to the client library's types.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions};

use crate::views::{Button, Message};

pub fn keyboard(message: &Message) -> Option<InlineKeyboardMarkup> {
    let button =
        |button: &Button| InlineKeyboardButton::callback(button.text.clone(), button.data.clone());
    (!message.buttons.is_empty()).then(|| {
        InlineKeyboardMarkup::new(
            message
                .buttons
                .iter()
                .map(|row| row.iter().map(button).collect::<Vec<_>>()),
        )
    })
}

pub fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}
