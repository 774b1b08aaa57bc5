//! A remediation that is put to the vote of the administrators.

use crate::{
    context::Context,
    db::{NewAudit, NewProposal, Proposal, ProposalState},
    domain::{Act, ActOutcome, Who},
    ops::insist::insist,
};

/// How long after its confirmation an action may not have begun, here or in another instance.
const BEGINS_WITHIN: chrono::Duration = chrono::Duration::seconds(60);

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
        ProposalState::UnderWay => Some(Act::Confirm),
        ProposalState::Cancelled => Some(Act::Cancel),
        ProposalState::Pending
        | ProposalState::Confirmed
        | ProposalState::Expired
        | ProposalState::Withdrawn
        | ProposalState::Overtaken
        | ProposalState::Interrupted => None,
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

/// How a confirmed one went is told. If that is not written down, it is told as interrupted later on.
pub async fn carried_out(cx: &Context, id: i64) {
    let settle = async || cx.db.proposal_carried_out(id).await;
    if let Err(error) = insist(cx, "a proposal's end", settle).await {
        tracing::error!(%error, proposal = id, "a proposal stays under way");
    }
}

/// Ends those that cannot be decided any more, and those whose action was cut off with its process.
pub async fn end(cx: &Context) -> sqlx::Result<Vec<Proposal>> {
    let now = cx.clock.now();
    let cut_off = (!cx.actions.any()).then(|| now - BEGINS_WITHIN);
    cx.db.end_proposals(cut_off, now).await
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
