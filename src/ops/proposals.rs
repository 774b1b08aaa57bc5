//! A remediation that is put to the vote of the administrators.

use crate::{
    context::Context,
    db::{NewAudit, NewProposal, Proposal, ProposalState},
    domain::{Act, ActOutcome, Who},
};

/// Writes a proposal down; `None` when the same one waits in that chat already, wherever it has moved.
pub async fn propose(cx: &Context, new: &NewProposal<'_>, who: &Who) -> sqlx::Result<Option<i64>> {
    let id = cx.db.propose(new, cx.clock.now()).await?;
    if let Some(id) = id {
        record(cx, who, Act::Propose, id, new.action_name, new.source).await;
    }
    Ok(id)
}

/// Confirms or cancels it for somebody, if nobody was faster and it is in time.
pub async fn decide(
    cx: &Context,
    proposal: &Proposal,
    state: ProposalState,
    user: i64,
    who: &Who,
) -> sqlx::Result<bool> {
    let decided = cx
        .db
        .decide_proposal(proposal.id, state, user, cx.clock.now())
        .await?;
    let act = match state {
        ProposalState::Confirmed => Some(Act::Confirm),
        ProposalState::Cancelled => Some(Act::Cancel),
        ProposalState::Pending
        | ProposalState::Expired
        | ProposalState::Withdrawn
        | ProposalState::Overtaken => None,
    };
    if decided && let Some(act) = act {
        let Proposal {
            id,
            action_name,
            source,
            ..
        } = proposal;
        record(cx, who, act, *id, action_name, source).await;
    }
    Ok(decided)
}

async fn record(cx: &Context, who: &Who, act: Act, id: i64, action: &str, source: &str) {
    cx.audit(&NewAudit {
        who,
        act,
        subject: &format!("proposal {id}: {action} for {source}"),
        outcome: ActOutcome::Done,
        detail: "",
    })
    .await;
}
