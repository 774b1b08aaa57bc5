use serde_json::{Value, json};

use crate::{error::ApiError, event::Event, params::Params, state::State};

pub fn delete_message(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let bot = state.bot.id;
    let chat = state.open_chat(params)?;
    let (chat_id, private) = (chat.id, chat.is_private());
    let message = params
        .small_int("message_id")
        .and_then(|id| chat.undeleted(id))
        .ok_or_else(|| ApiError::gone("message to delete not found"))?;
    if message.from != bot && !private {
        return Err(ApiError::bad("message can't be deleted"));
    }
    message.deleted = true;
    let message = message.id;
    state.announce(Event::Deleted {
        chat: chat_id,
        message,
    });
    Ok(json!(true))
}
