//! Proposes an action that does not run automatically.

use super::{ProposalRequest, Why, count, order::Order, proposal};
use crate::{context::Context, domain::was_asked};

/// How long a proposal of the program itself is valid. Nobody may be looking when it arrives.
const EXPIRES_AFTER: chrono::Duration = chrono::Duration::hours(1);

/// Proposes the action in the alert chats instead of running it; if it is rate-limited, only once until it has run
/// automatically again.
pub async fn instead(cx: &Context, order: &Order, why: Why) {
    let result = match why {
        Why::Held(permit) => permit.as_str(),
        Why::Mode | Why::Wanted(_) => "asked",
    };
    let action = order.remedy.name();
    count(cx, action, result);
    tracing::warn!(
        action,
        why = result,
        "a remediation does not run on its own"
    );
    if let Err(error) = ask(cx, order, why).await {
        tracing::error!(%error, action, "nobody can be asked about a remediation");
    }
}

async fn ask(cx: &Context, order: &Order, why: Why) -> sqlx::Result<()> {
    if matches!(why, Why::Held(_)) && is_asked(cx, order.remedy.name()).await? {
        return Ok(());
    }
    for chat in &cx.settings.get().alert_chats {
        let request = ProposalRequest {
            chat: *chat,
            who: &order.who,
            incident_id: order.incident_id,
            expires_after: EXPIRES_AFTER,
        };
        let asked = proposal(cx, &order.detector, &order.remedy, why, request).await?;
        let Some((id, said)) = asked else { continue };
        for outbox in cx.post(&[*chat], said).await? {
            cx.db.set_proposal_outbox(id, outbox).await?;
        }
    }
    Ok(())
}

async fn is_asked(cx: &Context, action: &str) -> sqlx::Result<bool> {
    let now = cx.clock.now();
    let since = now - cx.settings.get().automatic_limits().memory();
    let runs = cx.db.automatic_runs(action, since, now).await?;
    Ok(was_asked(&runs, cx.db.last_asked(action).await?))
}
