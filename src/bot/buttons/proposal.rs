//! Confirm or cancel a proposed remediation. Of all presses on a proposal, the first one in time counts.

use std::sync::Arc;

use super::{Button, Press, PressError};
use crate::{
    context::Context,
    db::{Proposal, ProposalState},
    detectors,
    domain::{Actor, Role},
    ops::remediation::{RemediationError, remediate_by_hand},
    views::{
        Message,
        buttons::{Answer, PROPOSAL, ProposalPress},
        help::DATABASE_DOWN,
        remediation as say,
    },
};

pub const BUTTON: Button = Button {
    name: PROPOSAL,
    role: Role::Admin,
    press: |press| Box::pin(decide(press)),
};

async fn decide(press: Press<'_>) -> Result<(), PressError> {
    let cx = press.cx;
    let ProposalPress { id, answer } = press.payload.parse().map_err(|_| PressError::Stale)?;
    let proposal = cx
        .db
        .proposal(id)
        .await?
        .filter(|proposal| proposal.chat_id == press.chat.chat_id);
    let proposal = proposal.ok_or(PressError::Stale)?;
    let state = match answer {
        Answer::Yes => ProposalState::Confirmed,
        Answer::No => ProposalState::Cancelled,
    };
    if !cx
        .db
        .decide_proposal(id, state, press.user.id, cx.clock.now())
        .await?
    {
        return too_late(&press, id).await;
    }
    match answer {
        Answer::No => {
            press.acknowledge("Cancelled").await;
            let (source, action) = (&proposal.source, &proposal.action_name);
            edit(&press, &say::cancelled(source, action, &press.user.name)).await;
        }
        Answer::Yes => carry_out(press, proposal),
    }
    Ok(())
}

/// Somebody has decided already, or nobody did in time.
async fn too_late(press: &Press<'_>, id: i64) -> Result<(), PressError> {
    expire_proposals(press.cx).await?;
    let proposal = press.cx.db.proposal(id).await?.ok_or(PressError::Stale)?;
    let state = proposal.state;
    let by = proposal
        .decided_by
        .map_or_else(String::new, |user| format!(" by {}", named(press, user)));
    press
        .acknowledge(&format!("Too late: {}{by}.", state.as_str()))
        .await;
    if state == ProposalState::Expired {
        // Telegram may have been away when the time was up: then the buttons are still there.
        let expired = say::expired(&proposal.source, &proposal.action_name);
        edit(press, &expired).await;
    }
    Ok(())
}

fn named(press: &Press<'_>, user: i64) -> String {
    if user == press.user.id {
        "you".to_owned()
    } else {
        format!("user {user}")
    }
}

/// The action may take minutes: it runs on, whatever becomes of this press, and is waited for at shutdown.
fn carry_out(press: Press<'_>, proposal: Proposal) {
    let cx = Arc::clone(press.cx);
    let Press {
        query,
        user,
        chat,
        message_id,
        ..
    } = press;
    cx.clone().tasks.spawn(async move {
        let running = say::running(&proposal.source, &proposal.action_name, &user.name);
        let _ = cx.telegram.answer(query, "Running…").await;
        let _ = cx.telegram.edit(chat.chat_id, message_id, &running).await;
        let done = outcome(&cx, &proposal, user.id).await;
        if let Err(failure) = cx.telegram.edit(chat.chat_id, message_id, &done).await {
            tracing::warn!(%failure, "a remediation's outcome cannot be edited in; sending it");
            if let Err(error) = cx.post(&[chat], done).await {
                tracing::error!(%error, "a remediation's outcome cannot be told");
            }
        }
    });
}

async fn outcome(cx: &Context, proposal: &Proposal, user: i64) -> Message {
    let detector = match detectors::find(&proposal.source) {
        Ok(detector) => detector,
        Err(error) => return refused(proposal, &error.to_string()),
    };
    match remediate_by_hand(cx, detector, Actor::User(user)).await {
        Ok(report) => say::outcome(&report),
        Err(RemediationError::Database(error)) => {
            tracing::error!(%error, "a confirmed remediation cannot be started");
            refused(proposal, DATABASE_DOWN)
        }
        Err(error) => refused(proposal, &error.to_string()),
    }
}

fn refused(proposal: &Proposal, why: &str) -> Message {
    say::refused(&proposal.source, &proposal.action_name, why)
}

async fn edit(press: &Press<'_>, message: &Message) {
    if let Err(failure) = press
        .cx
        .telegram
        .edit(press.chat.chat_id, press.message_id, message)
        .await
    {
        tracing::warn!(%failure, "a proposal's message cannot be edited");
    }
}

/// Ends the proposals whose time is up, and takes their buttons away.
pub async fn expire_proposals(cx: &Context) -> sqlx::Result<()> {
    for proposal in cx.db.expire_proposals(cx.clock.now()).await? {
        let Some(message_id) = proposal.message_id.and_then(|id| i32::try_from(id).ok()) else {
            continue;
        };
        let expired = say::expired(&proposal.source, &proposal.action_name);
        if let Err(failure) = cx
            .telegram
            .edit(proposal.chat_id, message_id, &expired)
            .await
        {
            tracing::warn!(%failure, proposal = proposal.id, "an expired proposal keeps its buttons");
        }
    }
    Ok(())
}
