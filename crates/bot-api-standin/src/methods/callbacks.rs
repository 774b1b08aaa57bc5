use serde_json::{Value, json};

use crate::{
    error::ApiError,
    event::{CallbackAnswer, Event},
    params::Params,
    state::State,
};

/// The longest notice, in characters.
const LONGEST_ANSWER: usize = 200;

pub fn answer(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let text = params.text("text").filter(|text| !text.is_empty());
    if text.is_some_and(|text| text.chars().count() > LONGEST_ANSWER) {
        return Err(ApiError::bad("MESSAGE_TOO_LONG"));
    }
    let query = params.text("callback_query_id").unwrap_or_default();
    let lifetime = state.callback_lifetime;
    let press = state
        .presses
        .iter()
        .find(|press| press.id == query && !press.expired && press.at.elapsed() <= lifetime);
    let Some(press) = press else {
        return Err(ApiError::gone(
            "query is too old and response timeout expired or query ID is invalid",
        ));
    };
    let answer = CallbackAnswer {
        query: query.to_owned(),
        to: press.by,
        chat: press.chat,
        message: press.message,
        text: text.map(str::to_owned),
        alert: params.flag("show_alert"),
    };
    state.announce(Event::Answered(answer.clone()));
    state.answers.push(answer);
    Ok(json!(true))
}
