//! Automatic remediation: starts the actions that alerts need.

use std::sync::Arc;

use super::{
    RemediationError, Why, action_for, asking, in_words, order::Order, permitted::permitted,
    running::carry_out,
};
use crate::{
    context::Context,
    detectors::{self, Entry},
    domain::{Check, Mode, Permit, RemediationReport, Who},
    ops::{remediable::to_be_remedied, retrying::retry},
    views,
};

/// An action that runs for an alert without a confirmation.
pub struct AutomaticRun(Order);

/// The action to run automatically for an alert, if there is one and remediation is on. If it needs a confirmation or
/// has run too often, it is proposed instead.
pub async fn automatic_run(
    cx: &Context,
    detector: &Entry,
    check: Check,
    alert_id: Option<i64>,
) -> Option<AutomaticRun> {
    if detectors::has_no_remedy(&check.source, &check.fingerprint) {
        return None;
    }
    let remedy = action_for(cx, detector.name(), None).ok()?;
    let incident =
        to_be_remedied(cx, detector.name(), |incident| incident.is_found_by(&check)).await;
    if let Some(lacks) = remedy.lacks(&cx.settings.get()) {
        tracing::debug!(action = remedy.name(), lacks, "a remediation is left out");
        return None;
    }
    let seal = remedy.seal(&cx.settings.get());
    let order = Order {
        detector: detector.clone(),
        remedy,
        seal,
        assent: Mode::Auto,
        check: Some(check),
        alert_id,
        incident_id: incident.ok().flatten(),
        who: Who::scheduler(),
        session: None,
    };
    if order.remedy.mode != Mode::Auto {
        asking::instead(cx, &order, Why::Mode).await;
        return None;
    }
    match permitted(cx, order.remedy.name()).await {
        Ok(Permit::Granted) => Some(AutomaticRun(order)),
        Ok(held) => {
            asking::instead(cx, &order, Why::Held(held)).await;
            None
        }
        // The run itself waits for the database and checks again.
        Err(error) => {
            tracing::warn!(%error, action = order.remedy.name(), "earlier runs are not known yet");
            Some(AutomaticRun(order))
        }
    }
}

impl AutomaticRun {
    /// Runs it in the background, and tells the alert chats the outcome.
    pub fn start(self, cx: &Arc<Context>) {
        let cx = Arc::clone(cx);
        cx.clone().tasks.spawn(async move {
            let Self(order) = self;
            let name = order.remedy.name();
            // The next start continues what had not begun.
            let Some(outcome) = persist(&cx, &order).await else {
                return;
            };
            let voice = cx.voice();
            let said = match outcome {
                Ok(report) => views::remediation::outcome(&voice, &report),
                Err(RemediationError::HeldBack(held)) => {
                    asking::instead(&cx, &order, Why::Held(held)).await;
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, action = name, "a remediation did not run");
                    let why = in_words(&voice, &error);
                    views::remediation::refused(&voice, order.detector.name(), name, &why)
                }
            };
            let chats = cx.settings.get().alert_chats.clone();
            if let Err(error) = cx.post(&chats, said.silent()).await {
                tracing::error!(%error, "a remediation's outcome cannot be told");
            }
        });
    }
}

/// Retries while the database is busy, because a fault is remedied only once. `None` when the process stops.
async fn persist(
    cx: &Context,
    order: &Order,
) -> Option<Result<RemediationReport, RemediationError>> {
    let attempt = async || {
        if cx.stop.is_cancelled() {
            return Ok(None);
        }
        match carry_out(cx, order).await {
            Err(RemediationError::Database(error)) => Err(error),
            outcome => Ok(Some(outcome)),
        }
    };
    let insisted = retry(cx, "a remediation", attempt).await;
    insisted.unwrap_or_else(|error| Some(Err(error.into())))
}
