//! Confirms or cancels a proposal. The first valid press decides.

use std::sync::Arc;

use super::{Button, Press, PressError};
use crate::{
    context::Context,
    db::{Proposal, ProposalState},
    domain::{ChatTarget, Mode, Role, Who},
    ops::{
        proposals,
        remediation::{RemediationError, Shown, in_words, remediate_as_shown},
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
    let who = press.who();
    let mut confirmed_by_two = false;
    let proposal = if answer == Answer::No {
        proposal
    } else {
        let Some(mode) = proposals::mode_of(cx, &proposal) else {
            return withdraw(&press, &proposal).await;
        };
        confirmed_by_two = mode == Mode::TwoPerson;
        if confirmed_by_two {
            match first_of_two(&press, proposal).await? {
                Some(proposal) => proposal,
                None => return Ok(()),
            }
        } else {
            proposal
        }
    };
    if !proposals::decide(cx, &proposal, answer, press.user.id, &who).await? {
        return too_late(&press, id).await;
    }
    match answer {
        Answer::No => {
            let voice = cx.voice();
            press.end_spinner(&say!(voice, "press-cancelled")).await;
            let (source, action) = (&proposal.source, &proposal.action_name);
            let by = &press.user.name;
            let cancelled = remediation::cancelled(&voice, source, action, by);
            let _turn = cx.remediations.proposals.turn(id).await;
            press.replace(&cancelled).await;
        }
        Answer::Yes => carry_out(press, proposal, confirmed_by_two),
    }
    Ok(())
}

/// The action has changed since the proposal was shown.
async fn withdraw(press: &Press<'_>, proposal: &Proposal) -> Result<(), PressError> {
    let (cx, id) = (press.cx, proposal.id);
    if !proposals::withdraw(cx, proposal, press.user.id, &press.who()).await? {
        return too_late(press, id).await;
    }
    let voice = cx.voice();
    press.end_spinner(&say!(voice, "press-changed")).await;
    let proposal = cx.db.proposal(id).await?.ok_or(PressError::Stale)?;
    if let Some(withdrawn) = over(&voice, &proposal) {
        let _turn = cx.remediations.proposals.turn(id).await;
        press.replace(&withdrawn).await;
    }
    Ok(())
}

/// Records the first of two confirmations. Returns the proposal if this press decides it.
async fn first_of_two(
    press: &Press<'_>,
    proposal: Proposal,
) -> Result<Option<Proposal>, PressError> {
    let (cx, id) = (press.cx, proposal.id);
    let voice = cx.voice();
    // The first person's right was revoked meanwhile.
    let instead_of = proposal
        .first_by
        .filter(|first| cx.settings.get().role(*first) < Role::Admin);
    let (user, who) = (press.user.id, press.who());
    if proposals::confirm_first(cx, &proposal, instead_of, user, &who).await? {
        let answer = match instead_of {
            None => say!(voice, "press-half"),
            Some(former) => say!(voice, "press-half-first", id = former.to_string()),
        };
        press.end_spinner(&answer).await;
        let said = proposal.html.unwrap_or_default();
        let half = remediation::half_confirmed(&voice, id, &said, &press.user.name);
        let _turn = cx.remediations.proposals.turn(id).await;
        let now = cx.db.proposal(id).await?;
        // If the proposal was decided meanwhile, its outcome is shown instead.
        if now.is_some_and(|proposal| proposal.state == ProposalState::Pending) {
            press.replace(&half).await;
        }
        return Ok(None);
    }
    // Another administrator was faster, perhaps by an instant.
    let proposal = cx.db.proposal(id).await?.ok_or(PressError::Stale)?;
    if proposal.state == ProposalState::Pending && proposal.first_by == Some(press.user.id) {
        press.end_spinner(&say!(voice, "press-half-again")).await;
        return Ok(None);
    }
    Ok(Some(proposal))
}

/// The proposal was decided before, or has expired.
async fn too_late(press: &Press<'_>, id: i64) -> Result<(), PressError> {
    let cx = press.cx;
    let ended = proposals::end(cx).await?;
    let ends_here = ended.iter().any(|proposal| proposal.id == id);
    let answered = answer_late(press, id).await;
    take_buttons_away(cx, ended).await;
    let proposal = answered?;
    if !ends_here && let Some(ended) = over(&cx.voice(), &proposal) {
        // Telegram may have been away when the proposal ended, so the buttons may still be there.
        let _turn = cx.remediations.proposals.turn(id).await;
        press.replace(&ended).await;
    }
    Ok(())
}

async fn answer_late(press: &Press<'_>, id: i64) -> Result<Proposal, PressError> {
    let proposal = press.cx.db.proposal(id).await?.ok_or(PressError::Stale)?;
    let voice = press.cx.voice();
    let by = match over(&voice, &proposal) {
        None => proposal.decided_by,
        Some(_) => None,
    };
    let by = by.map(|user| named(&voice, press.user.id, user));
    let answer = remediation::too_late(&voice, proposal.state.as_str(), by.as_deref());
    press.end_spinner(&answer).await;
    Ok(proposal)
}

/// The text that replaces a proposal which ended without its action being run.
fn over(voice: &Voice, proposal: &Proposal) -> Option<Message> {
    let how = match proposal.state {
        ProposalState::Expired => say!(voice, "proposal-has-expired"),
        ProposalState::Withdrawn => say!(voice, "proposal-was-withdrawn"),
        ProposalState::Changed => {
            say!(voice, "proposal-was-changed", source = &*proposal.source)
        }
        ProposalState::Overtaken => say!(voice, "proposal-was-overtaken"),
        ProposalState::Interrupted => say!(voice, "proposal-was-interrupted"),
        ProposalState::Pending
        | ProposalState::UnderWay
        | ProposalState::Confirmed
        | ProposalState::Cancelled => return None,
    };
    let (source, action) = (&proposal.source, &proposal.action_name);
    Some(remediation::settled(voice, source, action, &how))
}

fn named(voice: &Voice, presser: i64, user: i64) -> String {
    if user == presser {
        say!(voice, "you")
    } else {
        say!(voice, "user", id = user.to_string())
    }
}

/// Runs the action in the background. It may take minutes, does not depend on the press or on Telegram, and is waited
/// for at shutdown.
fn carry_out(press: Press<'_>, proposal: Proposal, confirmed_by_two: bool) {
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
        let _running = cx.remediations.running.begin();
        let (source, action) = (&proposal.source, &proposal.action_name);
        let telling = async {
            let voice = cx.voice();
            let running = remediation::running(&voice, source, action, &user.name);
            let answer = say!(voice, "press-running");
            let _ = cx.telegram.answer(chat.chat_id, query, &answer).await;
            let _turn = cx.remediations.proposals.turn(proposal.id).await;
            let _ = cx.telegram.edit(chat.chat_id, message_id, &running).await;
        };
        let ((), done) = tokio::join!(telling, outcome(&cx, &proposal, &who, confirmed_by_two));
        let turn = cx.remediations.proposals.turn(proposal.id).await;
        let edited = cx.telegram.edit(chat.chat_id, message_id, &done).await;
        drop(turn);
        if let Err(failure) = edited {
            tracing::warn!(%failure, "a remediation's outcome cannot be edited in; sending it");
            if let Err(error) = cx.post(&[chat], done).await {
                tracing::error!(%error, "a remediation's outcome cannot be told");
            }
        }
        proposals::carried_out(&cx, proposal.id).await;
    });
}

async fn outcome(cx: &Context, proposal: &Proposal, who: &Who, confirmed_by_two: bool) -> Message {
    let (source, action) = (&proposal.source, &proposal.action_name);
    let registry = cx.settings.registry();
    let Ok(detector) = registry.find(source) else {
        let voice = cx.voice();
        let why = help::unknown_detector(&voice, source, &registry.names());
        return remediation::refused(&voice, source, action, &why);
    };
    let session = proposal.session.as_deref();
    let shown = Shown {
        incident_id: proposal.incident_id,
        session: session.and_then(|session| session.parse().ok()),
        seal: proposal.seal.clone(),
        confirmed_by_two,
    };
    let outcome = remediate_as_shown(cx, detector, Some(action), who, shown).await;
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

/// Ends proposals that can no longer be decided, and removes their buttons.
pub async fn end_proposals(cx: &Context) -> sqlx::Result<()> {
    let ended = proposals::end(cx).await?;
    take_buttons_away(cx, ended).await;
    Ok(())
}

async fn take_buttons_away(cx: &Context, ended: Vec<Proposal>) {
    for proposal in ended {
        let message_id = proposal.message_id.and_then(|id| i32::try_from(id).ok());
        let (Some(message_id), Some(ended)) = (message_id, over(&cx.voice(), &proposal)) else {
            continue;
        };
        let turn = cx.remediations.proposals.turn(proposal.id).await;
        let edited = cx.telegram.edit(proposal.chat_id, message_id, &ended);
        let Err(failure) = edited.await else { continue };
        drop(turn);
        tracing::warn!(%failure, proposal = proposal.id, "a proposal's message does not say that it is over");
        // Its buttons are gone already, so no later press would show the outcome.
        if proposal.state == ProposalState::Interrupted {
            let chat = ChatTarget {
                chat_id: proposal.chat_id,
                thread_id: None,
            };
            if let Err(error) = cx.post(&[chat], ended).await {
                tracing::error!(%error, "an interrupted remediation cannot be told");
            }
        }
    }
}
