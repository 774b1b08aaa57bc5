//! The buttons. Each is a file and a line in [`BUTTONS`].

pub mod ack;
pub mod ack_all;
pub mod alerts;
pub mod audit;
pub mod chart;
pub mod incidents;
pub mod proposal;
pub mod remediate;
pub mod resolve;
pub mod runbook;
pub mod silence;
pub mod silences;
pub mod unsilence;

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use teloxide::types::CallbackQueryId;

pub use super::button::{Button, Press, PressError};
use super::{button::end_spinner, escalated::was_escalated_to, invocation::User};
use crate::{
    context::Context,
    db::Subject,
    detectors::panic_text,
    domain::{ChatTarget, Role},
    ops::audit::forbid,
    telegram,
    views::{
        buttons::{ACK, ACK_ALL, DigestPress},
        say,
    },
};

pub static BUTTONS: &[Button] = &[
    ack::BUTTON,
    ack_all::BUTTON,
    resolve::BUTTON,
    silence::BUTTON,
    unsilence::BUTTON,
    silences::BUTTON,
    incidents::BUTTON,
    alerts::BUTTON,
    audit::BUTTON,
    proposal::BUTTON,
    remediate::BUTTON,
    runbook::BUTTON,
    chart::BUTTON,
];

/// Handles a press. Errors are answered too, and counted.
pub(super) async fn answer(cx: &Arc<Context>, pressed: telegram::Press) {
    let voice = cx.voice();
    let user = User::from(&pressed.from);
    let role = user.role(cx);
    let query = CallbackQueryId(pressed.id);
    let data = pressed.data.as_deref().unwrap_or_default();
    let (name, payload) = data.split_once(':').unwrap_or((data, ""));
    let button = BUTTONS.iter().find(|button| button.name == name);
    let message = pressed.message.as_ref();
    let chat_id = message.map_or(user.id, |message| message.chat.id);
    let role = match button {
        Some(button)
            if role == Role::Viewer && acknowledges(cx, button, payload, chat_id).await =>
        {
            button.role
        }
        _ => role,
    };
    if let Some(button) = button
        && button.role == Role::Admin
        && role < Role::Admin
    {
        let who = user.acting_in(ChatTarget::new(chat_id, None));
        let subject = format!("button {}", button.name);
        forbid(cx, &who, &subject, &role.to_string()).await;
    }
    let outcome = match (button, message) {
        _ if user.is_anybody => {
            end_spinner(cx, chat_id, &query, &say!(voice, "anonymous")).await;
            "refused"
        }
        _ if role == Role::Stranger => {
            end_spinner(cx, chat_id, &query, &say!(voice, "not-authorised")).await;
            "refused"
        }
        (Some(button), _) if role < button.role => {
            end_spinner(cx, chat_id, &query, &say!(voice, "admins-only")).await;
            "refused"
        }
        (Some(button), Some(message)) => {
            let press = Press {
                cx,
                payload,
                user,
                query: query.clone(),
                chat: ChatTarget::new(chat_id, message.topic()),
                message_id: message.message_id,
            };
            carry_out(button, press).await
        }
        _ => {
            end_spinner(cx, chat_id, &query, &say!(voice, "stale-button")).await;
            "usage"
        }
    };
    let name = button.map_or("unknown", |button| button.name);
    cx.metrics
        .bot_callbacks_total
        .with_label_values(&[name, outcome])
        .inc();
}

/// Tells if the button acknowledges what was escalated to this chat.
async fn acknowledges(cx: &Context, button: &Button, payload: &str, chat_id: i64) -> bool {
    let subject = match button.name {
        ACK => payload.parse().ok().map(Subject::Card),
        ACK_ALL => {
            let shown = payload.parse::<DigestPress>().ok();
            shown.map(|shown| Subject::Digest(shown.digest))
        }
        _ => None,
    };
    let Some(subject) = subject else {
        return false;
    };
    let told = was_escalated_to(cx, chat_id, subject).await;
    told.unwrap_or_else(|error| {
        tracing::warn!(%error, "it is not known whom an incident was escalated to");
        false
    })
}

async fn carry_out(button: &Button, press: Press<'_>) -> &'static str {
    let voice = press.cx.voice();
    // After a panic the spinner would never end.
    match AssertUnwindSafe((button.press)(press.clone()))
        .catch_unwind()
        .await
    {
        Ok(Ok(())) => "ok",
        Ok(Err(PressError::Stale)) => {
            press.end_spinner(&say!(voice, "stale-button")).await;
            "usage"
        }
        Ok(Err(error @ PressError::Database(_))) => {
            tracing::error!(%error, button = button.name, "a press failed");
            press.end_spinner(&say!(voice, "database-down")).await;
            "error"
        }
        Ok(Err(error @ PressError::Telegram(_))) => {
            tracing::error!(%error, button = button.name, "a press failed");
            "error"
        }
        Err(panic) => {
            tracing::error!(
                button = button.name,
                cause = panic_text(panic.as_ref()),
                "a press crashed"
            );
            press.end_spinner(&say!(voice, "went-wrong")).await;
            "error"
        }
    }
}
