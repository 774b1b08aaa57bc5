//! Creates proposals, which administrators confirm or cancel.

use crate::{
    actions::Remedy,
    context::Context,
    db::NewProposal,
    detectors::Entry,
    domain::{ChatTarget, Mode, Permit, Who},
    ops::proposals,
    views::{
        Message,
        remediation::{Terms, ask, proposed},
    },
};

/// The reason for a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The user with this id asked for it.
    Wanted(i64),
    /// An alert needs it, and its mode requires a confirmation.
    Mode,
    /// An alert needs it, and automatic runs are on hold.
    Held(Permit),
}

/// The chat, incident and validity of a proposal.
#[derive(Clone, Copy)]
pub struct ProposalRequest<'a> {
    pub chat: ChatTarget,
    /// The author.
    pub who: &'a Who,
    pub incident_id: Option<i64>,
    pub expires_after: chrono::Duration,
}

/// Stores a proposal for the chat. Returns its id and message; `None` if the same one is already pending there.
pub async fn proposal(
    cx: &Context,
    detector: &Entry,
    remedy: &Remedy,
    why: Why,
    request: ProposalRequest<'_>,
) -> sqlx::Result<Option<(i64, Message)>> {
    let (voice, now) = (cx.voice(), cx.clock.now());
    let terms = Terms {
        minutes: request.expires_after.num_minutes(),
        held: match why {
            Why::Held(permit) => Some(permit),
            Why::Wanted(_) | Why::Mode => None,
        },
        two: remedy.mode == Mode::TwoPerson,
        is_built_in: remedy.is_built_in(),
    };
    let seal = remedy.seal(&cx.settings.get());
    let plan = remedy.plan(cx).await;
    let said = proposed(&voice, detector.name(), remedy.name(), &plan, &terms);
    let new = NewProposal {
        chat_id: request.chat.chat_id,
        source: detector.name(),
        action_name: remedy.name(),
        incident_id: request.incident_id,
        requested_by: match why {
            Why::Wanted(user) => Some(user),
            Why::Mode | Why::Held(_) => None,
        },
        expires_at: now + request.expires_after,
        html: &said.html,
        session: plan.session(),
        seal: &seal,
        mode: remedy.mode,
    };
    let id = proposals::propose(cx, &new, request.who).await?;
    Ok(id.map(|id| (id, ask(&voice, id, said))))
}
