//! The methods of the Bot API: one function each, and the table that names them.

mod callbacks;
mod chats;
mod commands;
mod deleting;
mod editing;
mod polling;
mod sending;

use serde_json::Value;

pub use self::polling::get_updates;
use super::{error::ApiError, params::Params, state::State};

pub type Function = fn(&mut State, &Params) -> Result<Value, ApiError>;

#[derive(Clone, Copy)]
pub enum Run {
    Always(fn(&mut State, &Params) -> Value),
    Now(Function),
    /// Counts towards the sending limits.
    Paced(Function),
    /// getUpdates, the one method that waits.
    Poll,
}

pub struct Method {
    pub name: &'static str,
    pub run: Run,
}

const METHODS: [Method; 17] = [
    method("answerCallbackQuery", Run::Now(callbacks::answer)),
    method("deleteMessage", Run::Now(deleting::delete_message)),
    method("deleteMyCommands", Run::Now(commands::delete_my_commands)),
    method("deleteWebhook", Run::Always(polling::delete_webhook)),
    method("editMessageReplyMarkup", Run::Paced(editing::edit_markup)),
    method("editMessageText", Run::Paced(editing::edit_text)),
    method("getChat", Run::Now(chats::get_chat)),
    method("getChatMember", Run::Now(chats::get_chat_member)),
    method("getMe", Run::Always(chats::get_me)),
    method("getMyCommands", Run::Now(commands::get_my_commands)),
    method("getUpdates", Run::Poll),
    method("getWebhookInfo", Run::Always(polling::get_webhook_info)),
    method("sendChatAction", Run::Now(sending::send_chat_action)),
    method("sendMessage", Run::Paced(sending::send_message)),
    method("sendPhoto", Run::Paced(sending::send_photo)),
    method("setMyCommands", Run::Now(commands::set_my_commands)),
    method("setWebhook", Run::Now(polling::set_webhook)),
];

const fn method(name: &'static str, run: Run) -> Method {
    Method { name, run }
}

impl Method {
    pub fn named(name: &str) -> Option<&'static Self> {
        METHODS
            .iter()
            .find(|method| method.name.eq_ignore_ascii_case(name))
    }
}
