use serde_json::Value;

use crate::{
    chat::Chat, clock::unix_now, entity::Formatted, error::ApiError, event::Event, id::UserId,
    keyboard::Keyboard, message::Message, params::Params, state::State,
};

pub fn edit_text(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let content = Formatted::from_params(params, "MESSAGE_TOO_LONG")?;
    let keyboard = Keyboard::for_edit(params)?;
    let bot = state.bot.id;
    if editable(state.open_chat(params)?, params, bot)?
        .photo
        .is_some()
    {
        return Err(ApiError::bad("there is no text in the message to edit"));
    }
    edit(state, params, |_| content, keyboard)
}

pub fn edit_markup(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let keyboard = Keyboard::for_edit(params)?;
    edit(state, params, Message::content, keyboard)
}

fn edit(
    state: &mut State,
    params: &Params,
    content: impl FnOnce(&Message) -> Formatted,
    keyboard: Keyboard,
) -> Result<Value, ApiError> {
    let bot = state.bot.id;
    let message = editable(state.open_chat(params)?, params, bot)?;
    let content = content(message);
    if message.says(&content, &keyboard) {
        return Err(ApiError::gone(
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        ));
    }
    message.replace(content, keyboard, unix_now());
    let message = message.clone();
    let chat = &state.chats[&message.chat];
    let json = state.message_json(chat, &message);
    state.announce(Event::Edited(message));
    Ok(json)
}

fn editable<'a>(
    chat: &'a mut Chat,
    params: &Params,
    bot: UserId,
) -> Result<&'a mut Message, ApiError> {
    if !params.has("message_id") {
        return Err(ApiError::bad("message identifier is not specified"));
    }
    let message = params
        .small_int("message_id")
        .and_then(|id| chat.undeleted(id))
        .ok_or_else(|| ApiError::gone("message to edit not found"))?;
    if message.from == bot {
        Ok(message)
    } else {
        Err(ApiError::bad("message can't be edited"))
    }
}
