use serde_json::{Value, json};

use crate::{chat::Membership, error::ApiError, params::Params, state::State, wire};

pub fn get_me(state: &mut State, _: &Params) -> Value {
    let mut me = wire::user(&state.bot);
    if state.is_older {
        return me;
    }
    me["can_join_groups"] = json!(true);
    me["can_read_all_group_messages"] = json!(state.reads_all_group_messages);
    for absent in [
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
    ] {
        me[absent] = json!(false);
    }
    me
}

pub fn get_chat(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let is_older = state.is_older;
    let mut chat = wire::chat(state.open_chat(params)?);
    if is_older {
        return Ok(chat);
    }
    chat["accent_color_id"] = json!(0);
    chat["max_reaction_count"] = json!(11);
    chat["accepted_gift_types"] = json!({
        "unlimited_gifts": true,
        "limited_gifts": true,
        "unique_gifts": true,
        "premium_subscription": true,
    });
    Ok(chat)
}

pub fn get_chat_member(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let user = params.int("user_id");
    let user = user.ok_or_else(|| ApiError::bad("invalid user_id specified"))?;
    let bot = state.bot.id;
    let chat = state.open_chat(params)?;
    let membership = match chat.members.get(&user) {
        Some(membership) => *membership,
        None if user == bot => Membership::Member,
        None => Membership::Left,
    };
    match state.users.get(&user) {
        Some(user) => Ok(wire::member(user, membership)),
        None => Err(ApiError::gone("user not found")),
    }
}
