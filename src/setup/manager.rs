//! Asks whom critical alerts are escalated to when nobody acknowledges them.

use std::collections::BTreeSet;

use super::{
    bot::TheBot,
    chats::group,
    claim::{ChatType, Listener},
    dialogue::Dialogue,
};
use crate::{domain::ChatTarget, settings::Settings};

pub const NAME: &str = "MANAGER_CHAT_ID";

/// The value of `MANAGER_CHAT_ID`; `None` if it stays as it is.
pub async fn choose(
    dialogue: &mut Dialogue,
    bot: &TheBot,
    settings: &Settings,
    admins: &BTreeSet<i64>,
) -> anyhow::Result<Option<String>> {
    if let Some(manager) = settings.manager_chat {
        dialogue.say(&format!("Set already: {NAME}={manager}."))?;
        if dialogue.agrees("Keep it", true).await? {
            return Ok(None);
        }
    }
    dialogue.say(
        "A critical alert that nobody acknowledges is escalated to a manager, such as the shop's owner.",
    )?;
    if dialogue
        .agrees("Shall it go to another person or group", false)
        .await?
    {
        let mut listener = Listener::new(bot);
        let chat = elsewhere(dialogue, &mut listener, bot).await;
        listener.close().await;
        return Ok(chat?.map(|chat| chat.to_string()));
    }
    if let Some(admin) = admins.first()
        && dialogue
            .agrees(&format!("Shall it go to the private chat of {admin}"), true)
            .await?
    {
        return Ok(Some(admin.to_string()));
    }
    dialogue.say("Then it is escalated to nobody.")?;
    Ok(settings.manager_chat.map(|_| "0".to_owned()))
}

/// A person's private chat, or a group.
async fn elsewhere(
    dialogue: &mut Dialogue,
    listener: &mut Listener<'_>,
    bot: &TheBot,
) -> anyhow::Result<Option<ChatTarget>> {
    loop {
        if dialogue.agrees("Is it a group", false).await? {
            if let Some(chat) = group(dialogue, listener, bot).await? {
                return Ok(Some(chat));
            }
        } else {
            let claim = listener.claim(dialogue, ChatType::Private).await?;
            dialogue.say(&format!("{} wrote the code.", claim.name))?;
            if dialogue.agrees("Is this the manager", true).await? {
                return Ok(Some(claim.chat));
            }
        }
        if !dialogue.agrees("Try another", true).await? {
            return Ok(None);
        }
    }
}
