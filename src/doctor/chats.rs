//! Checks that the bot may write to each alert chat.

use futures::future::join_all;

use super::{Check, Finding, Installation};
use crate::{
    domain::ChatTarget,
    telegram::{Failure, Telegram},
};

pub const CHECK: Check = Check {
    name: "chats",
    needs: &[
        "TELEGRAM_TOKEN",
        "TELEGRAM_API_URL",
        "TELEGRAM_PROXY",
        "ALERT_CHAT_IDS",
        "MANAGER_CHAT_ID",
    ],
    run: |installation| Box::pin(look(installation)),
};

/// The reason why the bot cannot write to a chat.
#[derive(Debug)]
enum Unwritable {
    Failure(Failure),
    Absent,
    Muted,
}

impl From<Failure> for Unwritable {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

async fn look(installation: &Installation) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut chats = installation.settings.alert_chats.clone();
    if chats.is_empty() {
        findings.push(Finding::error(
            "ALERT_CHAT_IDS is empty: alerts are pushed to nobody",
            "run: sovani-ops init",
        ));
    }
    chats.extend(installation.settings.manager_chat);
    chats.sort_unstable();
    chats.dedup();
    if chats.is_empty() {
        return findings;
    }
    match installation.bot().await {
        Err(finding) => findings.push(finding),
        Ok((telegram, me)) => {
            let looks = chats.into_iter().map(|chat| async move {
                let found = look_at(telegram, me.id, chat).await;
                judge(chat, found)
            });
            findings.extend(join_all(looks).await);
        }
    }
    findings
}

/// The chat's name, if the bot may write there.
async fn look_at(telegram: &Telegram, me: i64, to: ChatTarget) -> Result<String, Unwritable> {
    let chat = telegram.chat(to.chat_id).await?;
    if !chat.is_private() {
        let member = telegram.member(to.chat_id, me).await?;
        if member.is_absent() {
            return Err(Unwritable::Absent);
        }
        if member.is_muted() {
            return Err(Unwritable::Muted);
        }
    }
    telegram.may_write(to).await?;
    Ok(chat.name().to_owned())
}

fn judge(chat: ChatTarget, found: Result<String, Unwritable>) -> Finding {
    let trouble = match found {
        Ok(name) => return Finding::ok(format!("the bot may write to {chat} ({name})")),
        Err(trouble) => trouble,
    };
    match trouble {
        Unwritable::Absent => Finding::error(
            format!("{chat}: the bot is not in the chat"),
            "add it to the chat, or take the chat out of ALERT_CHAT_IDS",
        ),
        Unwritable::Muted => Finding::error(
            format!("{chat}: the bot may not write there"),
            "let it send messages, in the group's permissions or as an administrator",
        ),
        Unwritable::Failure(failure) => refused(chat, &failure),
    }
}

fn refused(chat: ChatTarget, failure: &Failure) -> Finding {
    let said = format!("{chat}: {failure}");
    match failure {
        Failure::Moved(to) => Finding::warning(
            said,
            format!("put {to} in the place of {} in .env", chat.chat_id),
        ),
        Failure::NoThread | Failure::ThreadClosed => Finding::warning(
            format!("{said}; alerts go to the chat's general topic"),
            "open the topic, or name another: write /start in it to `sovani-ops init`",
        ),
        Failure::Lost(_) => Finding::error(
            said,
            "let the bot in again, or take the chat out of ALERT_CHAT_IDS",
        ),
        _ => Finding::error(said, "try again in a few minutes"),
    }
}
