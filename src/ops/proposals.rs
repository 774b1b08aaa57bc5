//! Proposals: remediations that wait for an administrator's confirmation.

use crate::{
    actions::remedies,
    context::Context,
    db::{NewAudit, NewProposal, Proposal, ProposalState},
    domain::{Act, ActOutcome, Mode, Who},
    ops::{remediable::to_be_remedied, retrying::retry},
    views::buttons::Answer,
};

/// The time within which a confirmed action starts, in any instance.
const BEGINS_WITHIN: chrono::Duration = chrono::Duration::seconds(60);

/// Stores a proposal; `None` if the same one is pending in that chat, under its old or new id.
pub async fn propose(cx: &Context, new: &NewProposal<'_>, who: &Who) -> sqlx::Result<Option<i64>> {
    pass_on(cx).await?;
    let id = cx.db.propose(new, cx.clock.now()).await?;
    if let Some(id) = id {
        let subject = subject(id, new.action_name, new.source);
        record(cx, who, Act::Propose, &subject, "").await;
    }
    Ok(id)
}

/// The mode under which a proposal may be confirmed: the stricter of its own and the current one. `None` if the action
/// or its permission has changed since the proposal was shown.
pub fn mode_of(cx: &Context, proposal: &Proposal) -> Option<Mode> {
    let settings = cx.settings.get();
    let shown: Mode = proposal.mode.as_deref()?.parse().ok()?;
    let mut remedies = remedies(&settings, &proposal.source).into_iter();
    let now = remedies.find(|remedy| remedy.name() == proposal.action_name)?;
    let is_same = proposal.seal.as_deref() == Some(now.seal(&settings).as_str());
    let may_run = settings.remediation_enabled && now.mode != Mode::Off;
    (is_same && may_run).then(|| shown.max(now.mode))
}

/// Withdraws a proposal whose action has changed since it was shown. False if it was decided before.
pub async fn withdraw(
    cx: &Context,
    proposal: &Proposal,
    user: i64,
    who: &Who,
) -> sqlx::Result<bool> {
    pass_on(cx).await?;
    let now = cx.clock.now();
    let changed = ProposalState::Changed;
    let withdrawn = cx
        .db
        .decide_proposal(proposal.id, changed, user, now)
        .await?;
    if withdrawn {
        cx.audit(&NewAudit {
            who,
            act: Act::Confirm,
            subject: &subject_of(proposal),
            outcome: ActOutcome::Refused,
            detail: "withdrawn: what it would do was changed since it was shown",
        })
        .await;
    }
    Ok(withdrawn)
}

/// Records the first of two confirmations, if the proposal is undecided and has not expired. `instead_of` is an earlier
/// first person who has lost the right since.
pub async fn confirm_first(
    cx: &Context,
    proposal: &Proposal,
    instead_of: Option<i64>,
    user: i64,
    who: &Who,
) -> sqlx::Result<bool> {
    pass_on(cx).await?;
    let now = cx.clock.now();
    let confirmed = cx
        .db
        .confirm_first(proposal.id, user, instead_of, now)
        .await?;
    if confirmed {
        let detail = match instead_of {
            Some(former) => format!("first of two; user {former} is no administrator any more"),
            None => "first of two".to_owned(),
        };
        record(cx, who, Act::Confirm, &subject_of(proposal), &detail).await;
    }
    Ok(confirmed)
}

/// Confirms or cancels the proposal, if it is undecided and has not expired.
pub async fn decide(
    cx: &Context,
    proposal: &Proposal,
    answer: Answer,
    user: i64,
    who: &Who,
) -> sqlx::Result<bool> {
    pass_on(cx).await?;
    let (state, act) = match answer {
        Answer::Yes => (ProposalState::UnderWay, Act::Confirm),
        Answer::No => (ProposalState::Cancelled, Act::Cancel),
    };
    let now = cx.clock.now();
    let decided = cx.db.decide_proposal(proposal.id, state, user, now).await?;
    if decided {
        record(cx, who, act, &subject_of(proposal), "").await;
    }
    Ok(decided)
}

/// Records that the run's outcome was shown. Otherwise it would be shown as interrupted later.
pub async fn carried_out(cx: &Context, id: i64) {
    let settle = async || cx.db.proposal_carried_out(id).await;
    if let Err(error) = retry(cx, "a proposal's end", settle).await {
        tracing::error!(%error, proposal = id, "a proposal stays under way");
    }
}

/// Ends proposals that can no longer be decided, and those whose run was interrupted.
pub async fn end(cx: &Context) -> sqlx::Result<Vec<Proposal>> {
    pass_on(cx).await?;
    let now = cx.clock.now();
    let begun_by = (!cx.remediations.running.any()).then(|| now - BEGINS_WITHIN);
    cx.db.end_proposals(begun_by, now).await
}

/// An action remedies all faults of its detector: when the proposal's fault is over, the proposal moves to another open
/// one.
async fn pass_on(cx: &Context) -> sqlx::Result<()> {
    for source in cx.db.sources_of_moot_proposals().await? {
        if let Some(incident) = to_be_remedied(cx, &source, |_| false).await? {
            cx.db.pass_on_proposals(&source, incident).await?;
        }
    }
    Ok(())
}

async fn record(cx: &Context, who: &Who, act: Act, subject: &str, detail: &str) {
    cx.audit(&NewAudit {
        who,
        act,
        subject,
        outcome: ActOutcome::Done,
        detail,
    })
    .await;
}

fn subject_of(proposal: &Proposal) -> String {
    subject(proposal.id, &proposal.action_name, &proposal.source)
}

fn subject(id: i64, action: &str, source: &str) -> String {
    format!("proposal {id}: {action} for {source}")
}
