//! Readiness: whether the program can do its work.

use std::time::Duration;

use super::file;
use crate::{context::Context, domain::Reach};

/// A probe needs an answer soon, and a database that takes longer is not ready.
const PING_WITHIN: Duration = Duration::from_secs(2);
/// The tolerated delay of a sweep beyond a whole missed interval, because a sweep takes time too.
const SWEEP_SLACK: chrono::Duration = chrono::Duration::seconds(60);

/// A message that waits this long while none arrives anywhere is not just queued.
const DRAINS_WITHIN: chrono::Duration = chrono::Duration::minutes(10);

pub struct Readiness {
    pub role: Role,
    /// The reasons for not being ready, as text for an operator.
    pub lacking: Vec<String>,
    /// The names of the checks that the last sweep could not measure. Nobody knows if what they look at is well, which is
    /// no reason to restart the program.
    pub unmeasured: Vec<String>,
}

pub async fn look(cx: &Context) -> Readiness {
    let database = match tokio::time::timeout(PING_WITHIN, cx.db.ping()).await {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some("the database fails"),
        Err(_) => Some("the database does not answer"),
    };
    let (role, undelivered, unmeasured) = match database {
        None => tokio::join!(role(cx), undelivered(cx), unmeasured(cx)),
        Some(_) => (Role::Active, Vec::new(), Vec::new()),
    };
    let (telegram, webhook) = match role {
        // Another instance talks with Telegram.
        Role::Standby => (None, None),
        Role::Active => (telegram(cx), webhook(cx)),
    };
    let lacking = [
        database.map(str::to_owned),
        file::lacking(cx),
        unjournalled(cx),
        telegram,
        webhook,
        sweep(cx),
    ];
    let lacking = lacking.into_iter().flatten().chain(undelivered).collect();
    Readiness {
        role,
        lacking,
        unmeasured,
    }
}

/// The current role of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Active,
    /// Another instance does the work; this one would take over.
    Standby,
}

async fn role(cx: &Context) -> Role {
    let holders = cx.db.lease_holders(cx.clock.now());
    let holders = tokio::time::timeout(PING_WITHIN, holders).await;
    let Ok(Ok(holders)) = holders else {
        return Role::Active;
    };
    let own = format!("{}/", cx.instance);
    if holders.is_empty() || holders.iter().any(|holder| holder.starts_with(&own)) {
        Role::Active
    } else {
        Role::Standby
    }
}

/// The reasons why alerts do not arrive although Telegram answers; empty if they do, or if the database cannot tell.
pub async fn undelivered(cx: &Context) -> Vec<String> {
    let found = async { tokio::try_join!(nobody(cx), stuck(cx)) };
    match tokio::time::timeout(PING_WITHIN, found).await {
        Ok(Ok((nobody, stuck))) => nobody.into_iter().chain(stuck).collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

async fn unmeasured(cx: &Context) -> Vec<String> {
    match tokio::time::timeout(PING_WITHIN, cx.db.unmeasured()).await {
        Ok(Ok(checks)) => checks.into_iter().map(|check| check.source).collect(),
        Ok(Err(_)) | Err(_) => Vec::new(),
    }
}

/// The reachability of the alert chats.
pub async fn reach(cx: &Context) -> sqlx::Result<Reach> {
    let records = cx.db.chat_records().await?;
    Ok(Reach::of(&cx.settings.get().alert_chats, &records))
}

async fn nobody(cx: &Context) -> sqlx::Result<Option<String>> {
    let reach = reach(cx).await?;
    Ok(reach.is_nobody().then(|| {
        let chats = reach.lost.iter().map(|(chat, why)| match why {
            Some(why) => format!("{chat} ({why})"),
            None => chat.to_string(),
        });
        let chats: Vec<String> = chats.collect();
        format!("no alert chat can be reached: {}", chats.join(", "))
    }))
}

async fn stuck(cx: &Context) -> sqlx::Result<Option<String>> {
    let now = cx.clock.now();
    let since = cx.db.stuck_since(now - DRAINS_WITHIN).await?;
    Ok(since.map(|since| {
        format!(
            "the outbox does not drain: nothing has arrived for {} minutes, and the oldest message waits since {since}",
            DRAINS_WITHIN.num_minutes()
        )
    }))
}

fn telegram(cx: &Context) -> Option<String> {
    match cx.telegram.reached() {
        None => Some("Telegram is not contacted yet".to_owned()),
        Some(Ok(())) => None,
        Some(Err(failure)) => Some(format!("Telegram is unreachable: {failure}")),
    }
}

fn webhook(cx: &Context) -> Option<String> {
    let host = cx.webhooks.set()?;
    Some(format!(
        "a webhook is set, and {host} gets the commands and presses"
    ))
}

fn unjournalled(cx: &Context) -> Option<String> {
    let why = cx.sweeps.unjournalled()?;
    Some(format!("sweeps are not journalled: {why}"))
}

fn sweep(cx: &Context) -> Option<String> {
    let settings = cx.settings.get();
    let patience = settings.check_start_delay + 2 * settings.check_interval;
    let patience = chrono::Duration::from_std(patience).unwrap_or(chrono::Duration::MAX / 2);
    let age = cx.sweeps.age(cx.clock.now());
    (age > patience + SWEEP_SLACK).then(|| {
        format!(
            "the last sweep of the detectors is overdue, {}s old",
            age.num_seconds()
        )
    })
}
