//! The bot: its token, and that no other program gets its updates.

use std::sync::Arc;

use anyhow::bail;
use secrecy::{ExposeSecret, SecretString};

use super::dialogue::Dialogue;
use crate::{
    detectors::Registry,
    domain::one_line,
    program,
    settings::{Settings, Source, bot_token},
    telegram::{Failure, Telegram},
};

/// Attempts to enter a token; after that the person has to find one first.
const ATTEMPTS: u32 = 20;

pub struct TheBot {
    pub token: String,
    pub telegram: Telegram,
    /// Without the @.
    pub name: String,
}

impl TheBot {
    /// Takes the token that is set, or asks for one until Telegram knows it.
    pub async fn meet(
        dialogue: &mut Dialogue,
        source: &Source,
        settings: &Settings,
    ) -> anyhow::Result<Self> {
        let mut token = settings.telegram_token.clone();
        match &token {
            Some(_) => dialogue.say("Using the TELEGRAM_TOKEN that is set.")?,
            None if source.get("TELEGRAM_TOKEN").is_some_and(|set| !set.trim().is_empty()) => {
                dialogue.say("The TELEGRAM_TOKEN that is set does not have the form of a token.")?;
            }
            None => dialogue.say(
                "A bot is made in Telegram: write /newbot to @BotFather, who answers with its token.",
            )?,
        }
        for _ in 0..ATTEMPTS {
            let given = match token.take() {
                Some(token) => token,
                None => ask(dialogue).await?,
            };
            let metrics = Arc::new(program::metrics(settings, &Registry::built_in())?);
            let telegram = program::telegram(settings, &given, metrics)?;
            match telegram.me().await {
                Ok(me) => {
                    let name = me.username().to_owned();
                    dialogue.say(&format!("This is @{}.\n", one_line(&name)))?;
                    let bot = Self {
                        token: given.expose_secret().to_owned(),
                        telegram,
                        name,
                    };
                    bot.take_over(dialogue).await?;
                    return Ok(bot);
                }
                Err(Failure::Token) => dialogue.say(
                    "Telegram does not know this token: it was copied wrongly, or taken back. @BotFather shows it under /mybots, API Token.",
                )?,
                Err(failure) => {
                    dialogue.say(&unreached(&failure, settings))?;
                    dialogue.ask("Press Enter to try again").await?;
                    token = Some(given);
                }
            }
        }
        bail!("Telegram took no token; when you have one that works, run: sovani-ops init")
    }

    /// Makes sure that a webhook, which would take all updates, is gone.
    async fn take_over(&self, dialogue: &mut Dialogue) -> anyhow::Result<()> {
        let info = self.telegram.webhook().await;
        let info = info.map_err(|failure| {
            anyhow::anyhow!("{failure}; try again in a few minutes: sovani-ops init")
        })?;
        let Some(host) = info else {
            return Ok(());
        };
        let host = one_line(&host);
        dialogue.say(&format!(
            "A webhook is set: {host} gets what is written to this bot, and sovani-ops would get nothing."
        ))?;
        if !dialogue
            .agrees(
                "Remove the webhook (the program behind it will get nothing more)",
                false,
            )
            .await?
        {
            bail!(
                "the webhook stays; make another bot for sovani-ops with @BotFather, and run: sovani-ops init"
            );
        }
        let removed = self.telegram.delete_webhook().await;
        removed.map_err(|failure| anyhow::anyhow!("the webhook cannot be removed: {failure}"))?;
        dialogue.say("The webhook is removed.\n")?;
        Ok(())
    }
}

/// Asks until the answer has the form of a token; ends when the input ends.
async fn ask(dialogue: &mut Dialogue) -> anyhow::Result<SecretString> {
    for _ in 0..ATTEMPTS {
        let answer = dialogue
            .ask_secretly("The bot's token (it does not show)")
            .await?;
        match bot_token(&answer) {
            Ok(token) => return Ok(token),
            Err(expected) => dialogue.say(&format!("That is no token: {expected}."))?,
        }
    }
    bail!("no token was given; when you have one, run: sovani-ops init")
}

fn unreached(failure: &Failure, settings: &Settings) -> String {
    let host = settings.telegram_api_url.host_str().unwrap_or_default();
    match (failure, &settings.telegram_proxy) {
        (Failure::Unreachable | Failure::Timeout, Some(proxy)) => format!(
            "{host} cannot be reached through the proxy {proxy:?}: check the network and TELEGRAM_PROXY in .env."
        ),
        (Failure::Unreachable | Failure::Timeout, None) => format!(
            "{host} cannot be reached: check the network. Where Telegram is blocked, set TELEGRAM_PROXY or TELEGRAM_API_URL in .env."
        ),
        (Failure::Garbled, _) => format!(
            "{host} does not answer as Telegram does: check TELEGRAM_API_URL and TELEGRAM_PROXY in .env."
        ),
        _ => format!("{failure}."),
    }
}
