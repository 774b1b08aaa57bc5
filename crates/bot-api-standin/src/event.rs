//! What a watcher of the chats sees happen.

use super::{
    chat::{ChatId, UserId},
    message::{Message, MessageId},
    state::CallbackAnswer,
};

#[derive(Clone, Debug)]
pub enum Event {
    /// A message appeared; `by_bot` tells the bot's from a person's.
    Sent {
        message: Message,
        by_bot: bool,
    },
    Edited(Message),
    Deleted {
        chat: ChatId,
        message: MessageId,
    },
    /// A person pressed a button.
    Pressed {
        chat: ChatId,
        message: MessageId,
        by: UserId,
        data: String,
    },
    Answered(CallbackAnswer),
    /// "typing" and its kind.
    Action {
        chat: ChatId,
        action: String,
    },
    /// The Bot API went down, or came back.
    Reachable(bool),
}
