//! Events for watchers of the chats.

use super::{
    id::{ChatId, MessageId, UserId},
    message::Message,
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackAnswer {
    pub query: String,
    /// The person who pressed, the only one to see the answer.
    pub to: UserId,
    pub chat: ChatId,
    /// The message whose button was pressed.
    pub message: MessageId,
    pub text: Option<String>,
    /// Shown as a dialog rather than a passing notice.
    pub alert: bool,
}
