use super::{Call, Command, CommandError, Reply, detector};
use crate::{
    actions::ACTIONS,
    bot::buttons::proposal::{Answer, ProposalPress},
    db::NewProposal,
    domain::Role,
    ops::remediation::{RemediationError, action_for},
    views,
};

/// How long a proposal waits for its confirmation.
const EXPIRES_AFTER: chrono::Duration = chrono::Duration::minutes(5);

pub const COMMAND: Command = Command {
    name: "remediate",
    args: "[detector]",
    about: "Propose the remediation of a failing check",
    role: Role::Admin,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Reply, CommandError> {
    let Call {
        cx,
        args,
        user,
        address,
        ..
    } = call;
    let Some(detector) = detector(args)? else {
        let mapped = ACTIONS
            .iter()
            .flat_map(|action| action.mapped_to.iter().map(|source| (*source, action.name)));
        return Ok(Reply::Say(views::remediation::choices(
            &mapped.collect::<Vec<_>>(),
        )));
    };
    let action = match action_for(cx, detector.name) {
        Ok(action) => action,
        Err(RemediationError::Database(error)) => return Err(error.into()),
        Err(refusal) => return Ok(Reply::Say(views::help::note(&refusal.to_string()))),
    };
    let now = cx.clock.now();
    let new = NewProposal {
        chat_id: address.chat.chat_id,
        source: detector.name,
        action_name: action.name,
        requested_by: user.id,
        expires_at: now + EXPIRES_AFTER,
    };
    let id = cx.db.propose(&new, now).await?;
    let press = |answer| ProposalPress { id, answer }.to_string();
    let proposal = views::remediation::proposal(
        detector.name,
        action.name,
        action.about,
        EXPIRES_AFTER.num_minutes(),
        press(Answer::Yes),
        press(Answer::No),
    );
    let message = cx.telegram.reply(address.address(), &proposal).await?;
    cx.db.set_proposal_message(id, i64::from(message)).await?;
    Ok(Reply::Said)
}
