use serde_json::{Value, json};

use crate::{
    chat::{Chat, ChatKind, Membership},
    clock::unix_now,
    entity::Formatted,
    error::ApiError,
    event::Event,
    id::{MessageId, UserId},
    keyboard::Keyboard,
    message::Message,
    params::Params,
    photo::Photo,
    state::State,
};

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

pub fn send_message(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let content = Formatted::from_params(params, "message is too long")?;
    send(state, params, content, None)
}

pub fn send_photo(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let photo = Photo::from_params(params)?;
    let caption = Formatted::caption(params)?;
    if state.open_chat(params)?.bars_pictures {
        return Err(ApiError::gone(
            "not enough rights to send photos to the chat",
        ));
    }
    send(state, params, caption, Some(photo))
}

fn send(
    state: &mut State,
    params: &Params,
    content: Formatted,
    photo: Option<Photo>,
) -> Result<Value, ApiError> {
    let keyboard = Keyboard::for_send(params)?;
    let bot = state.bot.id;
    let chat = state.open_chat(params)?;
    may_write(chat, bot)?;
    let thread = thread(chat, params)?;
    let message = Message {
        reply_to: replied_to(chat, params)?,
        thread,
        photo,
        keyboard,
        silent: params.flag("disable_notification"),
        ..Message::new(chat.next_id(), chat.id, bot, content, unix_now())
    };
    chat.messages.push(message.clone());
    let chat = &state.chats[&message.chat];
    let json = state.message_json(chat, &message);
    state.announce(Event::Sent {
        message,
        by_bot: true,
    });
    Ok(json)
}

pub fn send_chat_action(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let action = params.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action) {
        return Err(ApiError::bad("wrong parameter action in request"));
    }
    let bot = state.bot.id;
    let chat = state.open_chat(params)?;
    may_write(chat, bot)?;
    thread(chat, params)?;
    let chat = chat.id;
    state.announce(Event::Action {
        chat,
        action: action.to_owned(),
    });
    Ok(json!(true))
}

fn may_write(chat: &Chat, bot: UserId) -> Result<(), ApiError> {
    if chat.members.get(&bot) == Some(&Membership::Muted) {
        return Err(ApiError::gone(
            "not enough rights to send text messages to the chat",
        ));
    }
    Ok(())
}

/// The topic to speak in. The general topic has no id to send to.
fn thread(chat: &Chat, params: &Params) -> Result<Option<MessageId>, ApiError> {
    let Some(id) = params.small_int("message_thread_id").filter(|id| *id != 0) else {
        return Ok(None);
    };
    match chat.topics.get(&id) {
        Some(topic) if topic.closed => Err(ApiError::gone("TOPIC_CLOSED")),
        Some(_) if chat.kind == ChatKind::Forum => Ok(Some(id)),
        _ => Err(ApiError::gone("message thread not found")),
    }
}

fn replied_to(chat: &mut Chat, params: &Params) -> Result<Option<MessageId>, ApiError> {
    let reply = params.json("reply_parameters")?;
    let (id, forgiving) = match &reply {
        Some(reply) => (
            reply["message_id"].as_i64(),
            reply["allow_sending_without_reply"] == true,
        ),
        None => (
            params.int("reply_to_message_id"),
            params.flag("allow_sending_without_reply"),
        ),
    };
    let Some(id) = id else {
        return Ok(None);
    };
    let id = id.try_into().ok();
    match id.and_then(|id| chat.undeleted(id)) {
        Some(message) => Ok(Some(message.id)),
        None if forgiving => Ok(None),
        None => Err(ApiError::gone("message to be replied not found")),
    }
}
