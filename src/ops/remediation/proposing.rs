//! What is put to the vote of the administrators.

use crate::{
    actions::Remedy,
    context::Context,
    db::NewProposal,
    detectors::Detector,
    domain::{ChatTarget, Mode, Permit, Who},
    ops::proposals,
    views::{
        Message,
        remediation::{Terms, ask, proposed},
    },
};

/// Why people are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The user with this id wants it.
    Wanted(i64),
    /// An alert calls for it, and it may not run on its own.
    Mode,
    /// An alert calls for it, and it does not run on its own now.
    Held(Permit),
}

/// Where it is asked, of which incident, and how long the question stands.
#[derive(Clone, Copy)]
pub struct ProposalRequest<'a> {
    pub chat: ChatTarget,
    /// Who asks.
    pub who: &'a Who,
    pub incident_id: Option<i64>,
    pub expires_after: chrono::Duration,
}

/// Writes a proposal for the chat down. Its id, and what it says; `None` when the same one waits there already.
pub async fn proposal(
    cx: &Context,
    detector: &'static Detector,
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
    let said = proposed(&voice, detector.name, remedy.name(), &plan, &terms);
    let new = NewProposal {
        chat_id: request.chat.chat_id,
        source: detector.name,
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
