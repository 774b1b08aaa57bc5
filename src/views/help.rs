//! `/help`, `/start`, `/whoami`, and the short answers to what cannot be done.

use super::{Html, Message};
use crate::domain::Role;

/// A command as the help shows it.
pub struct Entry<'a> {
    pub usage: String,
    pub about: &'a str,
}

pub fn welcome(name: &str, role: Role) -> Message {
    Html::new()
        .text(&format!("Hello {name}. This bot watches the SoVAni platform and tells you when something breaks."))
        .line()
        .text(&format!("Your role is {role}. /help lists what you can do, /health shows how things are."))
        .into()
}

pub fn help(entries: &[Entry<'_>]) -> Message {
    let lines: Vec<Html> = entries
        .iter()
        .map(|entry| {
            Html::new()
                .text(&entry.usage)
                .line()
                .text("   ")
                .text(entry.about)
        })
        .collect();
    Html::new()
        .bold("Commands")
        .lines(&lines, "bot-commands.md")
        .into()
}

pub fn whoami(name: &str, id: i64, role: Role) -> Message {
    Html::new()
        .text(&format!("You are {name}, id "))
        .code(&id.to_string())
        .text(&format!(", role {role}."))
        .into()
}

/// To somebody who is neither admin nor viewer.
pub fn stranger(id: i64) -> Message {
    Html::new()
        .text("You are not authorised. Your id is ")
        .code(&id.to_string())
        .text("; an administrator can add it.")
        .into()
}

pub const ADMINS_ONLY: &str = "Only administrators may do that.";
pub const NOT_AUTHORISED: &str = "You are not authorised.";
pub const WENT_WRONG: &str = "That went wrong. The details are in the log.";
pub const DATABASE_DOWN: &str = "The database cannot be reached. Try again in a minute.";
pub const PROPOSED_ALREADY: &str = "This is proposed above already: confirm or cancel it there.";
pub const STALE_BUTTON: &str = "This button has expired.";

pub fn usage(usage: &str, problem: Option<&str>) -> Message {
    let html = match problem {
        Some(problem) => Html::new().text(problem).line(),
        None => Html::new(),
    };
    html.text("Usage: ").code(usage).into()
}

pub fn unknown_command() -> Message {
    note("There is no such command. /help lists those there are.")
}

pub fn note(text: &str) -> Message {
    Html::new().text(text).into()
}
