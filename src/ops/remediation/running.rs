//! One run of an action, and its record.

use std::{panic::AssertUnwindSafe, time::Instant};

use futures::FutureExt;

use super::{RemediationError, count, order::Order, permitted::permitted};
use crate::{
    actions::{ActionError, Remedy, Task},
    context::Context,
    db::{FinishedRemediation, NewAudit, NewRemediation},
    detectors::{self, panic_text},
    domain::{
        Act, ActOutcome, Actor, Aftermath, Check, Incident, Next, Permit, RemediationReport,
        RemediationStatus, Status, Who, cleaned, next_attempt,
    },
    ops::{
        checks,
        lease::Lease,
        remediable::to_be_remedied,
        retrying::{retry, retry_policy},
    },
    views::{self, clip},
};

/// Length limit for each failure but the last: there may be ten, all in one field.
const FAILURE_UNITS: usize = 300;

/// Another attempt would do something that was not asked for.
const CHANGED: &str = "the settings of this action were changed meanwhile; it was not tried again";

pub async fn carry_out(cx: &Context, order: &Order) -> Result<RemediationReport, RemediationError> {
    let lease = Lease::take(cx, &format!("action:{}", order.remedy.name())).await?;
    let lease = lease.ok_or(RemediationError::Busy(order.remedy.name().to_owned()))?;
    // On the heap: with all that a run awaits it is larger than what a thread's stack should hold.
    let done = lease.during(cx, Box::pin(on_record(cx, order))).await;
    done.unwrap_or_else(|| Err(RemediationError::Busy(order.remedy.name().to_owned())))
}

async fn on_record(cx: &Context, order: &Order) -> Result<RemediationReport, RemediationError> {
    // Settings may have changed while it waited for the database.
    if !order.holds_under(&cx.settings.get()) {
        return Err(RemediationError::Changed(order.remedy.name().to_owned()));
    }
    if order.who.by.actor == Actor::Scheduler {
        // Another instance may have run it since the alert.
        match permitted(cx, order.remedy.name()).await? {
            Permit::Granted => {}
            held => return Err(RemediationError::HeldBack(held)),
        }
    }
    let is_meant = |incident: &Incident| {
        let check = order.check.as_ref();
        check.is_some_and(|check| incident.is_found_by(check))
    };
    let incident_id = match order.incident_id {
        Some(id) => Some(id),
        None => to_be_remedied(cx, order.detector.name(), is_meant).await?,
    };
    let new = NewRemediation {
        source: order.detector.name(),
        action_name: order.remedy.name(),
        alert_id: order.alert_id,
        incident_id,
        triggered_by: order.who.by.actor,
    };
    let id = cx.db.start_remediation(&new, cx.clock.now()).await?;
    let _running = cx.remediations.running.begin();
    let check = match &order.check {
        Some(check) => check.clone(),
        None => Box::pin(checks::run_one(cx, &order.detector)).await,
    };
    let fault = Fault {
        check: &check,
        incident: incident_id,
    };
    let report = Box::pin(run(cx, id, order, fault)).await;
    record(cx, id, &report, &order.who).await;
    Ok(report)
}

/// Marks runs of a killed process as interrupted, and tells the chats.
pub async fn end_interrupted(cx: &Context) {
    // A lease may have expired during an outage of the database while the run continued.
    if cx.remediations.running.any() {
        return;
    }
    let interrupted = match cx.db.interrupt_remediations(cx.clock.now()).await {
        Ok(interrupted) => interrupted,
        Err(error) => {
            tracing::warn!(%error, "interrupted remediations stay on record as running");
            return;
        }
    };
    let chats = cx.settings.get().alert_chats.clone();
    for action in interrupted {
        tracing::warn!(action, "a remediation was interrupted");
        let said = views::remediation::interrupted(&cx.voice(), &action);
        if let Err(error) = cx.post(&chats, said).await {
            tracing::error!(%error, "an interruption cannot be told");
        }
    }
}

/// The fault to be remedied.
#[derive(Clone, Copy)]
struct Fault<'a> {
    check: &'a Check,
    incident: Option<i64>,
}

async fn run(cx: &Context, id: i64, order: &Order, fault: Fault<'_>) -> RemediationReport {
    let started = Instant::now();
    let mut failures = Failures::default();
    let outcome = attempt_until_done(cx, id, order, fault, &mut failures).await;
    let (status, details) = match outcome {
        Ok(details) => (RemediationStatus::Success, details),
        Err(error) => (RemediationStatus::Failed, error.to_string()),
    };
    let aftermath = match status {
        RemediationStatus::Success => {
            aftermath(&Box::pin(checks::run_one(cx, &order.detector)).await)
        }
        RemediationStatus::Failed => None,
    };
    RemediationReport {
        source: order.detector.name().to_owned(),
        action_name: order.remedy.name().to_owned(),
        status,
        // The output of a command or server is untrusted.
        details: cleaned(&failures.told_with(&details)),
        retry_count: failures.count(),
        aftermath,
        took: started.elapsed(),
    }
}

async fn attempt_until_done(
    cx: &Context,
    id: i64,
    order: &Order,
    fault: Fault<'_>,
    failures: &mut Failures,
) -> Result<String, ActionError> {
    let retries = retry_policy(cx.settings.get().remediation_max_retries);
    loop {
        let settings = cx.settings.get();
        if !order.holds_under(&settings) {
            return Err(ActionError::Final(CHANGED.to_owned()));
        }
        let task = Task {
            cx,
            settings: &settings,
            check: fault.check,
            incident: fault.incident,
            who: &order.who,
            session: order.session,
        };
        let error = match attempt(&order.remedy, task).await {
            Ok(details) => return Ok(details),
            Err(error) => error,
        };
        let action = order.remedy.name();
        let failure = error.to_string();
        match next_attempt(error.failing(), failures.count(), &retries, fastrand::f64()) {
            Next::Again { after } => {
                failures.add(&failure);
                let made = failures.count();
                tracing::warn!(action, retry = made, failure);
                let so_far = cleaned(&failures.told_with(&failure));
                if let Err(error) = cx.db.note_retry(id, i64::from(made), &so_far).await {
                    tracing::warn!(%error, "a retry is not on record yet");
                }
                tokio::time::sleep(after).await;
            }
            Next::GiveUp(why) => {
                tracing::warn!(
                    action,
                    why = why.as_str(),
                    failure,
                    "a remediation is given up"
                );
                return Err(error);
            }
        }
    }
}

/// The failures that were followed by another attempt.
#[derive(Default)]
struct Failures(Vec<String>);

impl Failures {
    fn add(&mut self, failure: &str) {
        self.0.push(clip(failure, FAILURE_UNITS));
    }

    fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// The last failure, and each earlier one with a different text.
    fn told_with(&self, end: &str) -> String {
        let same = clip(end, FAILURE_UNITS);
        let others = self.0.iter().zip(1..).filter(|(text, _)| **text != same);
        others.fold(end.to_owned(), |told, (failure, number)| {
            format!("{told}\nAttempt {number} failed: {failure}")
        })
    }
}

async fn attempt(remedy: &Remedy, task: Task<'_>) -> Result<String, ActionError> {
    let (name, limit) = (remedy.name(), remedy.timeout());
    let run = AssertUnwindSafe(remedy.run(task)).catch_unwind();
    match tokio::time::timeout(limit, run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => {
            Err(anyhow::anyhow!("{name} crashed: {}", panic_text(panic.as_ref())).into())
        }
        Err(_) => Err(anyhow::anyhow!("{name} took longer than {}s", limit.as_secs()).into()),
    }
}

fn aftermath(check: &Check) -> Option<Aftermath> {
    let has_no_remedy = |fault: &Check| detectors::has_no_remedy(&fault.source, &fault.fingerprint);
    match check.status {
        Status::Pass => Some(Aftermath::Fixed),
        Status::Fail if check.faults().iter().all(has_no_remedy) => Some(Aftermath::Fixed),
        Status::Fail => Some(Aftermath::StillFailing),
        Status::NotMeasured => None,
    }
}

async fn record(cx: &Context, id: i64, report: &RemediationReport, who: &Who) {
    let result = if report.status == RemediationStatus::Success {
        "success"
    } else {
        "failure"
    };
    count(cx, &report.action_name, result);
    cx.metrics
        .auto_remediation_duration_seconds
        .observe(&report.action_name, report.took);
    tracing::info!(
        action = report.action_name,
        source = report.source,
        result,
        retries = report.retry_count,
        details = report.details,
        "remediation"
    );
    let done = FinishedRemediation {
        at: cx.clock.now(),
        status: report.status.as_str(),
        details: &report.details,
        retry_count: i64::from(report.retry_count),
        duration_ms: i64::try_from(report.took.as_millis()).unwrap_or(i64::MAX),
        verified: report.aftermath.map(Aftermath::as_str),
    };
    // Otherwise it would be shown as interrupted later.
    let finish = async || cx.db.finish_remediation(id, &done).await;
    match retry(cx, "a remediation's end", finish).await {
        // The incident's message shows the outcome.
        Ok(()) => cx.delivery.mail.notify_one(),
        Err(error) => tracing::error!(%error, "a remediation's end cannot be recorded"),
    }
    let outcome = match report.status {
        RemediationStatus::Success => ActOutcome::Done,
        RemediationStatus::Failed => ActOutcome::Failed,
    };
    cx.audit(&NewAudit {
        who,
        act: Act::Remediate,
        subject: &format!("{} for {}", report.action_name, report.source),
        outcome,
        detail: &report.details,
    })
    .await;
}
