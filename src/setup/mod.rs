//! The setup of a first run with a real token, as a short conversation in the terminal.
//!
//! All questions come first, then everything is written at once; stopping before that changes nothing.

mod bot;
mod chats;
mod claim;
mod database;
mod dialogue;
mod locale;
mod manager;
mod test_alert;

use anyhow::{Context as _, bail};

use self::{bot::TheBot, dialogue::Dialogue};
use crate::{
    actions,
    clock::Clock,
    detectors,
    live::LiveSettings,
    settings::{ENV_FILE, EnvFile, InvalidSetting, Settings, SettingsError, Source},
};

/// The settings that are asked for. An invalid one is asked for again.
const ASKED: [&str; 7] = [
    "TELEGRAM_TOKEN",
    "ADMIN_USER_IDS",
    "ALERT_CHAT_IDS",
    manager::NAME,
    database::NAME,
    locale::LANGUAGE,
    locale::ZONE,
];

/// Of those, the ones of which it is said why they are asked for again; the others say so where they are asked for.
const PEOPLE: [&str; 2] = ["ADMIN_USER_IDS", "ALERT_CHAT_IDS"];

pub async fn run(source: &Source, clock: Clock) -> anyhow::Result<()> {
    let mut dialogue = Dialogue::new();
    let file = EnvFile::at(ENV_FILE);
    file.can_be_set()?;
    let (settings, refused) = usable(source)?;
    dialogue.say("This sets sovani-ops up: the bot, who may use it, where alerts go, the database, and the language.\nNothing is written before the end. Ctrl-C stops it at any time.\n")?;
    for fault in refused {
        dialogue.say(&format!("{}: {}.\n", fault.name, fault.problem))?;
    }
    let bot = TheBot::meet(&mut dialogue, source, &settings).await?;
    let (admins, chats) = chats::learn(&mut dialogue, &bot, &settings).await?;
    let manager = manager::choose(&mut dialogue, &bot, &settings, &admins).await?;
    let database = database::choose(&mut dialogue, source, &settings).await?;
    let mut values = vec![
        ("TELEGRAM_TOKEN", bot.token.clone()),
        ("ADMIN_USER_IDS", chats::joined(&admins)),
        ("ALERT_CHAT_IDS", chats::joined(&chats)),
    ];
    values.extend(manager.map(|manager| (manager::NAME, manager)));
    values.push((database::NAME, database));
    values.extend(locale::choose(&mut dialogue, source, &settings).await?);
    let source = write(&mut dialogue, &file, source, values).await?;
    let live = LiveSettings::new(source, actions::known(), detectors::defined)?;
    test_alert::send(&mut dialogue, live, clock).await?;
    dialogue.say(
        "\nDone. What is next:\n  sovani-ops doctor   looks whether anything is missing\n  sovani-ops check    makes all checks once\n  sovani-ops          runs everything; under a service manager, run it in this folder",
    )?;
    Ok(())
}

/// The settings as they are, if what is wrong with them is asked for here, and what is wrong with those of people and chats.
fn usable(source: &Source) -> anyhow::Result<(Settings, Vec<InvalidSetting>)> {
    let (settings, faults) = Settings::examine(source, &actions::known());
    let (mut asked, others): (Vec<InvalidSetting>, Vec<InvalidSetting>) = faults
        .into_iter()
        .partition(|fault| ASKED.contains(&fault.name));
    if others.is_empty() {
        asked.retain(|fault| PEOPLE.contains(&fault.name));
        Ok((settings, asked))
    } else {
        Err(SettingsError(others).into())
    }
}

/// Writes the changes, and reloads them as the program will.
async fn write(
    dialogue: &mut Dialogue,
    file: &EnvFile,
    source: &Source,
    values: Vec<(&'static str, String)>,
) -> anyhow::Result<Source> {
    let stands = |(name, value): &&(&str, String)| source.in_file().get(*name) == Some(value);
    let changes: Vec<_> = values
        .iter()
        .filter(|value| !stands(value))
        .cloned()
        .collect();
    if changes.is_empty() {
        dialogue.say("\n.env says all of this already.")?;
    } else {
        let names: Vec<_> = changes.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        if source.has_file() {
            dialogue.say(&format!(
                "\nIn .env these change: {names}. Every other line stays as it is."
            ))?;
        } else {
            dialogue.say(&format!("\nThe new .env gets: {names}."))?;
        }
        if !dialogue.agrees("Write it", true).await? {
            bail!("nothing was written; to begin again, run: sovani-ops init");
        }
        file.set(&changes)?;
        dialogue.say(".env is written; only its owner can read it (mode 0600).")?;
    }
    let written = source
        .reread()
        .context("what was written cannot be read again")?;
    for (name, value) in &values {
        if written.get(name) != Some(value.as_str()) {
            dialogue.say(&format!(
                "Beware: the environment has another {name}, and that one is used as long as it is set."
            ))?;
        }
    }
    Ok(written)
}
