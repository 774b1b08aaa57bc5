use serde::Deserialize;
use serde_json::{Value, json};

use crate::standin::{params::Params, refusal::Refusal, state::State};

const MOST_COMMANDS: usize = 100;
const LONGEST_NAME: usize = 32;
const LONGEST_DESCRIPTION: usize = 256;

#[derive(Deserialize)]
struct Command {
    command: String,
    description: String,
}

pub fn set_my_commands(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    let commands: Vec<Command> = params
        .parsed("commands")?
        .ok_or_else(|| Refusal::bad("parameter \"commands\" is required"))?;
    if commands.len() > MOST_COMMANDS {
        return Err(Refusal::bad("BOT_COMMANDS_TOO_MUCH"));
    }
    commands.iter().try_for_each(check)?;
    let commands = commands
        .iter()
        .map(|c| json!({"command": c.command, "description": c.description}))
        .collect();
    state.commands.insert(place(params)?, commands);
    Ok(json!(true))
}

pub fn get_my_commands(state: &mut State, params: &Params) -> Result<Value, Refusal> {
    let commands = state.commands.get(&place(params)?);
    Ok(commands.cloned().unwrap_or_else(|| json!([])))
}

/// The scope and the language a list of commands is for.
fn place(params: &Params) -> Result<(String, String), Refusal> {
    let scope = params.json("scope")?;
    let scope = scope.unwrap_or_else(|| json!({"type": "default"}));
    let language = params.text("language_code").unwrap_or_default();
    Ok((scope.to_string(), language.to_owned()))
}

fn check(command: &Command) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let name = &command.command;
    if !(1..=LONGEST_NAME).contains(&name.len()) || !name.chars().all(allowed) {
        return Err(Refusal::bad("BOT_COMMAND_INVALID"));
    }
    if !(1..=LONGEST_DESCRIPTION).contains(&command.description.chars().count()) {
        return Err(Refusal::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
    }
    Ok(())
}
