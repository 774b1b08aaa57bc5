use serde_json::{Value, json};

use crate::{
    error::ApiError,
    menu::{Command, Scope},
    params::Params,
    state::State,
};

const MOST_COMMANDS: usize = 100;
const LONGEST_NAME: usize = 32;
const LONGEST_DESCRIPTION: usize = 256;

pub fn set_my_commands(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let commands: Vec<Command> = params
        .parsed("commands")?
        .ok_or_else(|| ApiError::bad("parameter \"commands\" is required"))?;
    if commands.len() > MOST_COMMANDS {
        return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    commands.iter().try_for_each(check)?;
    let scope = Scope::from_params(params)?;
    state.menus.set(scope, language(params), commands);
    Ok(json!(true))
}

pub fn delete_my_commands(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let scope = Scope::from_params(params)?;
    if let Some(chat) = scope.chat()
        && !state.chats.contains_key(&chat)
    {
        return Err(ApiError::gone("chat not found"));
    }
    state.menus.set(scope, language(params), Vec::new());
    Ok(json!(true))
}

pub fn get_my_commands(state: &mut State, params: &Params) -> Result<Value, ApiError> {
    let scope = Scope::from_params(params)?;
    Ok(state.menus.to_json(scope, language(params)))
}

/// The empty string is the list for every language without one of its own.
fn language(params: &Params) -> &str {
    params.text("language_code").unwrap_or_default()
}

fn check(command: &Command) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let name = &command.command;
    if !(1..=LONGEST_NAME).contains(&name.len()) || !name.chars().all(allowed) {
        return Err(ApiError::bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=LONGEST_DESCRIPTION).contains(&command.description.chars().count()) {
        return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(())
}
