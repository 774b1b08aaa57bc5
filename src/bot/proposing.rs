//! Puts a remediation to the vote of the administrators.

use super::invocation::User;
use crate::{
    context::Context,
    db::{NewProposal, ProposalState},
    detectors::Detector,
    ops::{proposals, refusal::in_words, remediation::action_for},
    telegram::{Address, Failure},
    views::{self, say},
};

/// How long a proposal waits for its confirmation.
const EXPIRES_AFTER: chrono::Duration = chrono::Duration::minutes(5);

#[derive(Debug, thiserror::Error)]
pub enum ProposingError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Telegram(#[from] Failure),
}

/// Proposes the action for the detector's faults in the chat, or says there why there is none to propose.
pub async fn propose(
    cx: &Context,
    detector: &'static Detector,
    user: &User,
    address: Address,
) -> Result<(), ProposingError> {
    let voice = cx.voice();
    let action = match action_for(cx, detector.name) {
        Ok(action) => action,
        Err(refusal) => return answer(cx, address, &in_words(&voice, &refusal)).await,
    };
    let now = cx.clock.now();
    let new = NewProposal {
        chat_id: address.to.chat_id,
        source: detector.name,
        action_name: action.name,
        requested_by: user.id,
        expires_at: now + EXPIRES_AFTER,
    };
    let who = user.acting_in(address.to);
    let Some(id) = proposals::propose(cx, &new, &who).await? else {
        return answer(cx, address, &say!(voice, "proposed-already")).await;
    };
    let minutes = EXPIRES_AFTER.num_minutes();
    let proposal = views::remediation::proposal(&voice, id, detector.name, action.name, minutes);
    match cx.telegram.reply(address, &proposal).await {
        Ok(message) => cx.db.set_proposal_message(id, i64::from(message)).await?,
        Err(failure) => {
            // Nobody sees it, so nobody can decide it, and it must not stand in the way of the next.
            cx.db
                .decide_proposal(id, ProposalState::Expired, user.id, now)
                .await?;
            return Err(failure.into());
        }
    }
    Ok(())
}

async fn answer(cx: &Context, address: Address, text: &str) -> Result<(), ProposingError> {
    cx.telegram.reply(address, &views::help::note(text)).await?;
    Ok(())
}
