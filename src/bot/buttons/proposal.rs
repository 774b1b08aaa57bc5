//! Confirm or cancel a proposed remediation. Of all presses on a proposal, the first one in time counts.

use std::sync::Arc;

use super::{Button, Press, PressError};
use crate::{
    context::Context,
    db::{Proposal, ProposalState},
    detectors,
    domain::{Role, Who},
    ops::{
        proposals,
        refusal::in_words,
        remediation::{RemediationError, remediate_by_hand},
    },
    views::{
        Message, Voice,
        buttons::{Answer, PROPOSAL, ProposalPress},
        help, remediation, say,
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
    let who = press.who();
    if !proposals::decide(cx, &proposal, state, press.user.id, &who).await? {
        return too_late(&press, id).await;
    }
    match answer {
        Answer::No => {
            let voice = cx.voice();
            press.end_spinner(&say!(voice, "press-cancelled")).await;
            let (source, action) = (&proposal.source, &proposal.action_name);
            let by = &press.user.name;
            press
                .replace(&remediation::cancelled(&voice, source, action, by))
                .await;
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
    let voice = press.cx.voice();
    let by = proposal
        .decided_by
        .map(|user| named(&voice, press.user.id, user));
    let answer = remediation::too_late(&voice, state.as_str(), by.as_deref());
    press.end_spinner(&answer).await;
    if state == ProposalState::Expired {
        // Telegram may have been away when the time was up: then the buttons are still there.
        let expired = remediation::expired(&voice, &proposal.source, &proposal.action_name);
        press.replace(&expired).await;
    }
    Ok(())
}

fn named(voice: &Voice, presser: i64, user: i64) -> String {
    if user == presser {
        say!(voice, "you")
    } else {
        say!(voice, "user", id = user.to_string())
    }
}

/// The action may take minutes: it runs on, whatever becomes of this press, and is waited for at shutdown.
fn carry_out(press: Press<'_>, proposal: Proposal) {
    let cx = Arc::clone(press.cx);
    let who = press.who();
    let Press {
        query,
        user,
        chat,
        message_id,
        ..
    } = press;
    cx.clone().tasks.spawn(async move {
        let (source, action) = (&proposal.source, &proposal.action_name);
        let voice = cx.voice();
        let running = remediation::running(&voice, source, action, &user.name);
        let answer = say!(voice, "press-running");
        let _ = cx.telegram.answer(chat.chat_id, query, &answer).await;
        let _ = cx.telegram.edit(chat.chat_id, message_id, &running).await;
        let done = outcome(&cx, &proposal, &who).await;
        if let Err(failure) = cx.telegram.edit(chat.chat_id, message_id, &done).await {
            tracing::warn!(%failure, "a remediation's outcome cannot be edited in; sending it");
            if let Err(error) = cx.post(&[chat], done).await {
                tracing::error!(%error, "a remediation's outcome cannot be told");
            }
        }
    });
}

async fn outcome(cx: &Context, proposal: &Proposal, who: &Who) -> Message {
    let (source, action) = (&proposal.source, &proposal.action_name);
    let Ok(detector) = detectors::find(source) else {
        let voice = cx.voice();
        let why = help::unknown_detector(&voice, source, &detectors::names());
        return remediation::refused(&voice, source, action, &why);
    };
    let outcome = remediate_by_hand(cx, detector, who).await;
    let voice = cx.voice();
    match outcome {
        Ok(report) => remediation::outcome(&voice, &report),
        Err(error) => {
            if let RemediationError::Database(error) = &error {
                tracing::error!(%error, "a confirmed remediation cannot be started");
            }
            remediation::refused(&voice, source, action, &in_words(&voice, &error))
        }
    }
}

/// Ends the proposals whose time is up, and takes their buttons away.
pub async fn expire_proposals(cx: &Context) -> sqlx::Result<()> {
    for proposal in cx.db.expire_proposals(cx.clock.now()).await? {
        let Some(message_id) = proposal.message_id.and_then(|id| i32::try_from(id).ok()) else {
            continue;
        };
        let expired = remediation::expired(&cx.voice(), &proposal.source, &proposal.action_name);
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
