//! The messages: their looks, and that Telegram accepts them whatever they contain.

mod hostile;
mod incidents;
mod looks;
mod runbooks;
mod samples;
mod sheet;

use sovani_ops::{
    standin::{Formatted, utf16_len},
    views::{MESSAGE_LIMIT, Message, plain_text},
};

/// The reason why Telegram would reject the message, if any.
fn fault(message: &Message) -> Option<String> {
    let parsed = match Formatted::html(&message.html) {
        Ok(parsed) => parsed,
        Err(complaint) => return Some(complaint),
    };
    let length = utf16_len(&parsed.text);
    let wrong_data = message
        .buttons
        .iter()
        .flatten()
        .find(|button| !(1..=64).contains(&button.data.len()));
    if parsed.text.trim().is_empty() {
        Some("nothing to read".to_owned())
    } else if length > MESSAGE_LIMIT {
        Some(format!("{length} units"))
    } else if plain_text(&message.html) != parsed.text {
        Some(format!(
            "plain text differs: {:?}",
            plain_text(&message.html)
        ))
    } else {
        wrong_data.map(|button| format!("{button:?}"))
    }
}
