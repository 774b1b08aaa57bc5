//! What was asked for by somebody without the right to it.

use crate::{
    context::Context,
    db::NewAudit,
    domain::{Act, ActOutcome, Who},
};

/// Writes down that an act of administrators was refused. Only so many a minute: whoever has no right must not be able
/// to fill the database, or to bury what matters.
pub async fn forbid(cx: &Context, who: &Who, subject: &str, why: &str) {
    if cx.refusals.check().is_err() {
        tracing::warn!(
            subject,
            from = who.origin.from,
            why,
            "a refusal too many for the audit"
        );
        return;
    }
    cx.audit(&NewAudit {
        who,
        act: Act::Forbidden,
        subject,
        outcome: ActOutcome::Refused,
        detail: why,
    })
    .await;
}
