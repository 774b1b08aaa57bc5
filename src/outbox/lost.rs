//! Lost chats: tried again at intervals, and at once when something happens in them.

use std::{sync::Arc, time::Duration};

use super::failing::lose;
use crate::{
    context::Context,
    db::Draft,
    domain::{ChatRecord, ChatTarget, Rejection, wait_of_lost, where_now},
    incidents::{Welcome, readmit_chat},
    telegram::{Failure, Membership},
    views,
};

/// How often it is looked whether a lost chat is to be tried again.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between questions whether Telegram is back.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// Tries lost chats again and probes Telegram during an outage, until the process stops.
pub async fn try_lost_chats(cx: Arc<Context>) {
    let work = async {
        tokio::join!(keep_looking(&cx), keep_asking(&cx));
    };
    tokio::select! {
        () = cx.stop.cancelled() => {}
        () = work => {}
    }
}

async fn keep_looking(cx: &Context) {
    loop {
        if let Err(error) = look(cx).await {
            tracing::debug!(%error, "lost chats wait for the database");
        }
        tokio::select! {
            () = cx.delivery.lost_chats.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Failed calls show that Telegram is away; only further calls show that it is back.
async fn keep_asking(cx: &Context) {
    loop {
        if matches!(cx.telegram.reached(), Some(Err(_))) {
            let _ = cx.telegram.me().await;
        }
        tokio::time::sleep(ASK_EVERY).await;
    }
}

/// Tries a lost chat again when somebody writes or presses a button there. Rate-limited, so that a busy chat which the
/// bot may not write to does not cause a call per message.
pub async fn knock(cx: &Context, chat: i64) {
    if cx.delivery.knocks.check_key(&chat).is_ok() {
        hurry(cx, chat).await;
    }
}

async fn hurry(cx: &Context, chat: i64) {
    match cx.db.hurry_chat(chat).await {
        Ok(true) => cx.delivery.lost_chats.notify_one(),
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(%error, chat, "a chat that may be back waits for its next try");
        }
    }
}

/// The bot's membership of a chat has changed. The chat itself is queried, because the update may be outdated.
pub async fn membership(cx: &Context, update: &Membership) {
    let (chat, member) = (update.chat.id, &update.new_chat_member);
    if !member.is_absent() && !member.is_muted() {
        return hurry(cx, chat).await;
    }
    let settings = cx.settings.get();
    let mut told = settings.alert_chats.iter().chain(&settings.manager_chat);
    if !told.any(|told| told.chat_id == chat) {
        return;
    }
    let to = ChatTarget {
        chat_id: chat,
        thread_id: None,
    };
    if let Err(Failure::Lost(problem)) = cx.telegram.may_write(to).await
        && let Err(error) = lose(cx, chat, &Rejection::Known(problem)).await
    {
        tracing::warn!(%error, chat, "a chat is lost, which the next message will find");
    }
}

/// The addresses in a lost chat that need messages.
struct Addresses {
    alerts: Vec<ChatTarget>,
    manager: Option<ChatTarget>,
}

impl Addresses {
    fn of(chat: i64, cx: &Context, records: &[ChatRecord]) -> Self {
        let settings = cx.settings.get();
        let here = |address: &ChatTarget| {
            let now = where_now(*address, records);
            (now.chat_id == chat).then_some(now)
        };
        Self {
            alerts: settings.alert_chats.iter().filter_map(here).collect(),
            manager: settings.manager_chat.as_ref().and_then(here),
        }
    }

    fn all(&self) -> impl Iterator<Item = ChatTarget> {
        self.alerts.iter().copied().chain(self.manager)
    }
}

async fn look(cx: &Context) -> sqlx::Result<()> {
    if matches!(cx.telegram.reached(), Some(Err(_))) {
        return Ok(());
    }
    let records = cx.db.chat_records().await?;
    for record in &records {
        let now = cx.clock.now();
        let addresses = Addresses::of(record.chat_id, cx, &records);
        if record.is_due(now)
            && addresses.all().next().is_some()
            && cx.db.may_deliver(&cx.standing_holder(), now).await?
        {
            try_again(cx, record, &addresses).await?;
        }
    }
    Ok(())
}

async fn try_again(cx: &Context, record: &ChatRecord, addresses: &Addresses) -> sqlx::Result<()> {
    let chat = record.chat_id;
    let mut tries = record.tries;
    for address in addresses.all() {
        match may_write_at(cx, address).await {
            Ok(()) => return readmit(cx, chat, addresses).await,
            Err(Failure::Moved(to)) => {
                cx.db.move_chat(chat, to, cx.clock.now()).await?;
                let records = cx.db.chat_records().await?;
                return readmit(cx, to, &Addresses::of(to, cx, &records)).await;
            }
            // Telegram did not answer, so the state of the chat is unknown.
            Err(failure) if !failure.was_answered() => {}
            Err(Failure::RetryAfter(_)) => {}
            Err(_) => tries = record.tries.saturating_add(1),
        }
    }
    cx.db
        .put_off_chat(chat, tries, wait_of_lost(record.tries), cx.clock.now())
        .await
}

/// Tries the address, or else the chat's general topic, where messages go when their own topic is gone.
async fn may_write_at(cx: &Context, address: ChatTarget) -> Result<(), Failure> {
    match cx.telegram.may_write(address).await {
        Err(Failure::NoThread | Failure::ThreadClosed) if address.thread_id.is_some() => {
            let general = ChatTarget {
                thread_id: None,
                ..address
            };
            cx.telegram.may_write(general).await
        }
        found => found,
    }
}

async fn readmit(cx: &Context, chat_id: i64, addresses: &Addresses) -> sqlx::Result<()> {
    let greeting = Draft::from(views::here_again(&cx.voice()).silent());
    let welcome = Welcome {
        chat_id,
        alerts: &addresses.alerts,
        manager: addresses.manager,
        greeting: &greeting,
    };
    let audience = cx.settings.get().audience();
    readmit_chat(&cx.db, &welcome, &audience, cx.clock.now()).await?;
    tracing::info!(chat = chat_id, "a lost chat is written to again");
    cx.delivery.mail.notify_one();
    Ok(())
}
