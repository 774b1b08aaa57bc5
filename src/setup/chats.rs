//! Asks who may use the bot, and where alerts go.

use std::collections::BTreeSet;

use super::{
    bot::TheBot,
    claim::{ChatType, Claim, Listener},
    dialogue::Dialogue,
};
use crate::{
    domain::{ChatTarget, one_line},
    settings::Settings,
    telegram::Failure,
};

/// The administrators and the alert chats: those that are set, or what the conversation brings.
pub async fn learn(
    dialogue: &mut Dialogue,
    bot: &TheBot,
    settings: &Settings,
) -> anyhow::Result<(BTreeSet<i64>, Vec<ChatTarget>)> {
    let (mut admins, mut chats) = (settings.admins.clone(), settings.alert_chats.clone());
    if !admins.is_empty() && !chats.is_empty() {
        dialogue.say(&format!(
            "Set already: ADMIN_USER_IDS={} and ALERT_CHAT_IDS={}.",
            joined(&admins),
            joined(&chats)
        ))?;
        if dialogue.agrees("Keep them", true).await? {
            return Ok((admins, chats));
        }
        admins.clear();
        chats.clear();
    }
    let mut listener = Listener::new(bot);
    let you = you(dialogue, &mut listener).await?;
    admins.insert(you.user);
    if dialogue
        .agrees("Shall alerts come to this private chat", true)
        .await?
    {
        add(&mut chats, you.chat);
    }
    loop {
        let (question, by_default) = if chats.is_empty() {
            ("Shall alerts go to a group", true)
        } else {
            ("Shall alerts go to another group, or topic of one", false)
        };
        if !dialogue.agrees(question, by_default).await? {
            break;
        }
        if let Some(chat) = group(dialogue, &mut listener, bot).await? {
            add(&mut chats, chat);
        }
    }
    listener.close().await;
    if chats.is_empty() {
        dialogue.say("Without a chat alerts are recorded and pushed to nobody.")?;
    }
    Ok((admins, chats))
}

/// The person at the terminal.
async fn you(dialogue: &mut Dialogue, listener: &mut Listener<'_>) -> anyhow::Result<Claim> {
    dialogue.say("First, who are you? You become the bot's administrator.")?;
    loop {
        let claim = listener.claim(dialogue, ChatType::Private).await?;
        dialogue.say(&format!(
            "{} wrote the code, in a private chat.",
            claim.name
        ))?;
        if dialogue.agrees("Is this you", true).await? {
            return Ok(claim);
        }
    }
}

/// A group that the bot may write to, if the person stays with it.
pub async fn group(
    dialogue: &mut Dialogue,
    listener: &mut Listener<'_>,
    bot: &TheBot,
) -> anyhow::Result<Option<ChatTarget>> {
    let Claim { name, mut chat, .. } = listener.claim(dialogue, ChatType::Group).await?;
    let topic = match chat.thread_id {
        Some(topic) => format!(", topic {topic}"),
        None => String::new(),
    };
    let title = bot.telegram.chat(chat.chat_id).await;
    let title = title.ok().map(|chat| one_line(chat.name()));
    dialogue.say(&format!(
        "{name} wrote the code in the group {:?} ({}{topic}).",
        title.unwrap_or_default(),
        chat.chat_id
    ))?;
    if !dialogue.agrees("Is this the place", true).await? {
        return Ok(None);
    }
    loop {
        match bot.telegram.may_write(chat).await {
            Ok(()) => return Ok(Some(chat)),
            Err(Failure::Moved(to)) => chat.chat_id = to,
            Err(failure) => {
                dialogue.say(&format!(
                    "The bot cannot write there: {failure}. Let it send messages in the group's permissions, or make it an administrator."
                ))?;
                if !dialogue.agrees("Try again", true).await? {
                    return Ok(None);
                }
            }
        }
    }
}

fn add(chats: &mut Vec<ChatTarget>, chat: ChatTarget) {
    if !chats.contains(&chat) {
        chats.push(chat);
    }
}

pub fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(",")
}
