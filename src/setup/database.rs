//! The platform's database.

use anyhow::bail;

use super::dialogue::Dialogue;
use crate::{
    db::{self, DatabaseUrl, FileTrouble},
    detectors::{Entry, Registry},
    domain::one_line,
    settings::{SETTINGS, Settings, Source},
};

pub const NAME: &str = "DATABASE_URL";
const ATTEMPTS: u32 = 20;

/// The value of `DATABASE_URL`, which can be opened.
pub async fn choose(
    dialogue: &mut Dialogue,
    source: &Source,
    settings: &Settings,
) -> anyhow::Result<String> {
    let set = source.get(NAME).map(str::trim);
    let variable = |name: &str| source.get(name).map(str::to_owned);
    let read = |text: &str| DatabaseUrl::read(text, &variable);
    let set = set.filter(|set| read(set).is_ok());
    let by_default = set.map_or_else(default_url, str::to_owned);
    // A password in it is not shown.
    let shown = match &settings.database_url {
        DatabaseUrl::Postgres(_) => settings.database_url.to_string(),
        DatabaseUrl::Sqlite(_) => by_default.clone(),
    };
    for _ in 0..ATTEMPTS {
        let answer = dialogue
            .ask(&format!("The platform's database, {NAME} [{shown}]"))
            .await?;
        let text = if answer.is_empty() {
            by_default.clone()
        } else {
            answer
        };
        match read(&text) {
            Ok(url) if opens(dialogue, &url).await? => return Ok(text),
            Ok(_) => {}
            Err(error) => dialogue.say(&format!("That is no address of a database: {error}."))?,
        }
    }
    bail!("no database could be opened; when there is one, run: sovani-ops init")
}

fn default_url() -> String {
    let mut settings = SETTINGS.iter();
    let setting = settings.find(|setting| setting.name == NAME);
    setting
        .map(|setting| setting.default.to_owned())
        .unwrap_or_default()
}

async fn opens(dialogue: &mut Dialogue, url: &DatabaseUrl) -> anyhow::Result<bool> {
    if let DatabaseUrl::Sqlite(path) = url
        && let Err(error) = db::examine(path).await
    {
        cannot_open(dialogue, url, &error)?;
        return Ok(false);
    }
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        let path = path.display();
        dialogue.say(&format!(
            "There is no file {path}. A relative path begins in this folder."
        ))?;
        return Ok(dialogue
            .agrees("Make a new, empty database there", false)
            .await?);
    }
    let looked = async {
        let db = db::inspect(url).await?;
        let relations = db.relations().await;
        db.close().await;
        relations
    };
    match looked.await {
        Err(error) => {
            cannot_open(dialogue, url, &error)?;
            Ok(false)
        }
        Ok(relations) => {
            let registry = Registry::built_in();
            let mut missing: Vec<_> = registry
                .iter()
                .flat_map(Entry::reads)
                .filter(|name| !relations.contains(*name))
                .collect();
            missing.sort_unstable();
            missing.dedup();
            dialogue.say(&if missing.is_empty() {
                "The platform's tables are there.".to_owned()
            } else {
                format!(
                    "It can be opened, and has no {}: what is read there is not measured until the platform makes them.",
                    missing.join(", ")
                )
            })?;
            Ok(true)
        }
    }
}

fn cannot_open(
    dialogue: &mut Dialogue,
    url: &DatabaseUrl,
    error: &sqlx::Error,
) -> anyhow::Result<()> {
    let trouble = match url {
        DatabaseUrl::Sqlite(path) => FileTrouble::of(path, error),
        DatabaseUrl::Postgres(_) => None,
    };
    let why = match trouble {
        Some(FileTrouble { what, advice }) => format!("{what}. What to do: {advice}"),
        None => error.to_string(),
    };
    let why = one_line(&why);
    dialogue.say(&format!("{url} cannot be opened: {why}."))?;
    Ok(())
}
