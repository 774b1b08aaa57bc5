//! Shows the incident to the manager, for information. An escalation follows if nobody acknowledges it.

use std::time::Duration;

use super::{Action, ActionError, Task};
use crate::{
    context::Context,
    db::{OutboxFate, OutboxState},
    detectors::cash_balance,
    domain::{By, ChatTarget, Check, Mode, Plan},
    incidents::{Shown, inform},
    views,
};

/// How long to wait for the delivery before reporting that it is pending.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(100);
const NO_MANAGER: &str = "MANAGER_CHAT_ID is not set: there is nobody to tell";

pub const ACTION: Action = Action {
    name: "remediate_notify_admin",
    mapped_to: &[cash_balance::DETECTOR.name],
    mode: Mode::Auto,
    postgres_only: false,
    has_limit: false,
    // Longer than the patience plus a slow database: a second attempt would post twice.
    timeout: Duration::from_secs(60),
    run: |task| Box::pin(run(task)),
    rests_on: |settings| {
        settings
            .manager_chat
            .iter()
            .map(ToString::to_string)
            .collect()
    },
    lacks: |settings| settings.manager_chat.is_none().then_some(NO_MANAGER),
    plan: |cx| Box::pin(plan(cx)),
};

async fn run(
    Task {
        cx,
        settings,
        check,
        incident,
        who,
        ..
    }: Task<'_>,
) -> Result<String, ActionError> {
    let Some(manager) = settings.manager_chat else {
        return Err(ActionError::Final(NO_MANAGER.to_owned()));
    };
    let shown = match incident {
        Some(incident) => inform(&cx.db, incident, manager, cx.clock.now()).await,
        None => posted(cx, manager, check, &who.by).await,
    };
    cx.delivery.mail.notify_one();
    let id = match shown.map_err(anyhow::Error::from)? {
        Shown::As(id) => id,
        Shown::Over => {
            return Err(ActionError::Final(
                "the incident is over: there is nothing to tell".to_owned(),
            ));
        }
        Shown::Lost => {
            return Err(ActionError::Final(format!(
                "the manager's chat {manager} is lost; a restart tries it again"
            )));
        }
    };
    until_delivered(cx, id, manager).await
}

/// A message of its own, for a fault without an incident.
async fn posted(cx: &Context, manager: ChatTarget, check: &Check, by: &By) -> sqlx::Result<Shown> {
    let told = views::incident::called_in(&cx.voice(), check, by);
    let posted = cx.post(&[manager], told).await?;
    Ok(posted.first().map_or(Shown::Lost, |id| Shown::As(*id)))
}

async fn until_delivered(
    cx: &Context,
    id: i64,
    manager: ChatTarget,
) -> Result<String, ActionError> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        // An unreachable database does not mean that the message is lost.
        let fate = cx.db.outbox_fate(id).await.unwrap_or(OutboxFate {
            state: OutboxState::Pending,
            last_error: Some("the database does not answer".to_owned()),
        });
        let why = fate
            .last_error
            .unwrap_or_else(|| "no attempt was answered".to_owned());
        match fate.state {
            OutboxState::Sent => return Ok(format!("Manager chat {manager} notified")),
            OutboxState::Dead | OutboxState::Obsolete => {
                return Err(ActionError::Final(format!(
                    "manager chat {manager} cannot be notified: {why}"
                )));
            }
            // Posting it again would only duplicate it.
            OutboxState::Pending if tokio::time::Instant::now() > deadline => {
                return Err(ActionError::Final(format!(
                    "manager chat {manager} is not notified yet ({why}); the message stays in the outbox until it is"
                )));
            }
            OutboxState::Pending => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

async fn plan(cx: &Context) -> anyhow::Result<Plan> {
    Ok(match cx.settings.get().manager_chat {
        Some(chat) => Plan::Tell {
            chat: chat.to_string(),
        },
        None => Plan::InVain(NO_MANAGER.to_owned()),
    })
}
