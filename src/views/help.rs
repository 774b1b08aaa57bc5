//! `/help`, `/start`, `/whoami`, and the short answers to what cannot be done.

use super::{Html, Message, Voice, clip, say};
use crate::domain::Role;

/// How much of a mistyped name is repeated.
const NAME_UNITS: usize = 60;

/// A command as the help shows it.
pub struct Entry {
    pub usage: String,
    pub about: String,
}

pub fn welcome(voice: &Voice, name: &str, role: Role) -> Message {
    Html::new()
        .text(&say!(voice, "welcome", name = name))
        .line()
        .text(&say!(voice, "welcome-role", role = role.to_string()))
        .into()
}

pub fn help(voice: &Voice, entries: &[Entry]) -> Message {
    let lines: Vec<Html> = entries
        .iter()
        .map(|entry| {
            Html::new()
                .text(&entry.usage)
                .line()
                .text("   ")
                .text(&entry.about)
        })
        .collect();
    Html::new()
        .bold(&say!(voice, "help-title"))
        .list(voice, &lines, "bot-commands.md")
        .into()
}

pub fn whoami(voice: &Voice, name: &str, id: i64, role: Role) -> Message {
    Html::new()
        .text(&say!(voice, "whoami", name = name))
        .text(" ")
        .code(&id.to_string())
        .text(&say!(voice, "whoami-role", role = role.to_string()))
        .into()
}

/// For a user who is neither administrator nor viewer.
pub fn stranger(voice: &Voice, id: i64) -> Message {
    Html::new()
        .text(&say!(voice, "stranger"))
        .text(" ")
        .code(&id.to_string())
        .text(&say!(voice, "stranger-advice"))
        .into()
}

pub fn usage(voice: &Voice, usage: &str, problem: Option<&str>) -> Message {
    let html = match problem {
        Some(problem) => Html::new().text(problem).line(),
        None => Html::new(),
    };
    html.text(&say!(voice, "usage"))
        .text(" ")
        .code(usage)
        .into()
}

pub fn unknown_command(voice: &Voice) -> Message {
    note(&say!(voice, "unknown-command"))
}

/// Lists the detectors after an unknown name.
pub fn unknown_detector(voice: &Voice, given: &str, there_are: &[&str]) -> String {
    say!(
        voice,
        "unknown-detector",
        given = format!("{:?}", clip(given, NAME_UNITS)),
        names = there_are.join(", ")
    )
}

pub fn note(text: &str) -> Message {
    Html::new().text(text).into()
}
