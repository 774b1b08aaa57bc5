//! Asks for the language of the chats and the operators' time zone.

use anyhow::bail;
use chrono_tz::Tz;

use super::dialogue::Dialogue;
use crate::{
    domain::Lang,
    settings::{Settings, Source},
};

pub const LANGUAGE: &str = "BOT_LANG";
pub const ZONE: &str = "APP_TIMEZONE";
const ATTEMPTS: u32 = 20;

/// The settings that are to be changed.
pub async fn choose(
    dialogue: &mut Dialogue,
    source: &Source,
    settings: &Settings,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let language = language(dialogue, source, settings).await?;
    let zone = zone(dialogue, settings).await?;
    let mut changes = Vec::new();
    if language != settings.lang {
        changes.push((LANGUAGE, language.to_string()));
    }
    if zone != settings.timezone {
        changes.push((ZONE, zone.to_string()));
    }
    Ok(changes)
}

async fn language(
    dialogue: &mut Dialogue,
    source: &Source,
    settings: &Settings,
) -> anyhow::Result<Lang> {
    // The terminal's language is a hint, as long as nothing is set.
    let of_terminal = source
        .get("LANG")
        .is_some_and(|lang| lang.starts_with("ru"));
    let by_default = match source.get(LANGUAGE) {
        None if of_terminal => Lang::Ru,
        _ => settings.lang,
    };
    let words: Vec<String> = Lang::ALL.iter().map(ToString::to_string).collect();
    let question = format!(
        "Language of the chats: {} [{by_default}]",
        words.join(" or ")
    );
    for _ in 0..ATTEMPTS {
        let answer = dialogue.ask(&question).await?;
        if answer.is_empty() {
            return Ok(by_default);
        }
        match answer.to_lowercase().parse() {
            Ok(language) => return Ok(language),
            Err(_) => dialogue.say(&format!("{answer:?} is no language that it speaks."))?,
        }
    }
    bail!("no language was chosen; to begin again, run: sovani-ops init")
}

async fn zone(dialogue: &mut Dialogue, settings: &Settings) -> anyhow::Result<Tz> {
    let by_default = settings.timezone;
    let question = format!("Time zone, in which days begin and times are shown [{by_default}]");
    for _ in 0..ATTEMPTS {
        let answer = dialogue.ask(&question).await?;
        if answer.is_empty() {
            return Ok(by_default);
        }
        match answer.parse() {
            Ok(zone) => return Ok(zone),
            Err(_) => dialogue.say(&format!(
                "{answer:?} is no time zone; a name is like Europe/Moscow or Asia/Yekaterinburg."
            ))?,
        }
    }
    bail!("no time zone was chosen; to begin again, run: sovani-ops init")
}
