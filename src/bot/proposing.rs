//! Asks the administrators to confirm a remediation.

use super::invocation::User;
use crate::{
    actions::{Remedy, remedies},
    context::Context,
    db::ProposalState,
    detectors::Entry,
    domain::Mode,
    ops::{
        remediable::to_be_remedied,
        remediation::{ProposalRequest, Why, action_for, in_words, proposal},
    },
    telegram::{Address, Arrival, Failure},
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

/// Proposes the detector's action in the chat, or offers a choice if there are several. Answers with the reason if
/// there is none.
pub async fn propose(
    cx: &Context,
    detector: &Entry,
    action: Option<&str>,
    user: &User,
    address: Address,
) -> Result<(), ProposingError> {
    let voice = cx.voice();
    let choice = remedies(&cx.settings.get(), detector.name());
    let choice: Vec<&str> = choice
        .iter()
        .filter(|remedy| remedy.mode != Mode::Off)
        .map(Remedy::name)
        .collect();
    if action.is_none() && choice.len() > 1 && cx.settings.get().remediation_enabled {
        let question = views::remediation::choice(&voice, detector.name(), &choice);
        cx.telegram.reply(address, &question).await?;
        return Ok(());
    }
    let remedy = match action_for(cx, detector.name(), action) {
        Ok(remedy) => remedy,
        Err(refusal) => return answer(cx, address, &in_words(&voice, &refusal)).await,
    };
    let who = user.acting_in(address.to);
    let place = ProposalRequest {
        chat: address.to,
        who: &who,
        incident_id: to_be_remedied(cx, detector.name(), |_| false).await?,
        expires_after: EXPIRES_AFTER,
    };
    let asked = proposal(cx, detector, &remedy, Why::Wanted(user.id), place).await?;
    let Some((id, proposal)) = asked else {
        return answer(cx, address, &say!(voice, "proposed-already")).await;
    };
    match cx.telegram.reply(address, &proposal).await {
        Ok(Arrival {
            chat_id,
            message_id,
        }) => {
            cx.db
                .set_proposal_message(id, chat_id, i64::from(message_id))
                .await?;
        }
        Err(failure) => {
            // Nobody can see and decide the proposal, so it must not block the next one.
            cx.db
                .decide_proposal(id, ProposalState::Expired, user.id, cx.clock.now())
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
