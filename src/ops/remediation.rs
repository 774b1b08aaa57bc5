//! Running an action: one at a time, under a time limit, with retries, on record, and with a look at the result.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;

use super::{lease::Lease, refusal, sweep};
use crate::{
    actions::{self, Action, ActionError, Task},
    context::Context,
    db::{FinishedRemediation, NewAudit, NewRemediation},
    detectors::{Detector, burn, panic_text},
    domain::{
        Act, ActOutcome, Aftermath, Check, RemediationReport, RemediationStatus, Status, Who,
        backoff,
    },
    views,
};

const RETRY_FIRST: Duration = Duration::from_millis(500);
const RETRY_LONGEST: Duration = Duration::from_secs(30);
/// How often a run that cannot be put on record is tried: for some three minutes.
const RECORD_ATTEMPTS: u32 = 10;

#[derive(Debug, thiserror::Error)]
pub enum RemediationError {
    #[error("remediation is disabled: AUTO_REMEDIATION_ENABLED is false")]
    Disabled,
    #[error(
        "no remediation is mapped to {0}: it needs investigation, see its runbook; there are remediations for {others}",
        others = actions::remedied().join(", ")
    )]
    NoAction(&'static str),
    #[error("{0} is already running")]
    Busy(&'static str),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The action for the detector's faults, if remediation is on and there is one.
pub fn action_for(
    cx: &Context,
    detector: &'static str,
) -> Result<&'static Action, RemediationError> {
    let action = actions::mapped_to(detector);
    let count = |result| {
        let name = action.map_or("none", |action| action.name);
        cx.metrics
            .auto_remediation_total
            .with_label_values(&[name, result])
            .inc();
    };
    if !cx.settings.get().remediation_enabled {
        count("disabled");
        return Err(RemediationError::Disabled);
    }
    action.ok_or_else(|| {
        count("no_action");
        RemediationError::NoAction(detector)
    })
}

/// Runs the mapped action because somebody asked for it. The detector looks first, so that the action knows the fault.
pub async fn remediate_by_hand(
    cx: &Context,
    detector: &'static Detector,
    who: &Who,
) -> Result<RemediationReport, RemediationError> {
    let outcome = async {
        let action = action_for(cx, detector.name)?;
        let check = sweep::check_one(cx, detector).await;
        trigger_remediation(cx, detector, action, &check, who, None).await
    }
    .await;
    if let Err(error) = &outcome {
        cx.audit(&NewAudit {
            who,
            act: Act::Remediate,
            subject: detector.name,
            outcome: ActOutcome::Refused,
            detail: &error.to_string(),
        })
        .await;
    }
    outcome
}

/// An action that an alert calls for.
pub struct Called {
    detector: &'static Detector,
    action: &'static Action,
    check: Check,
    alert_id: Option<i64>,
}

/// The action to run on its own for an alert, if there is one and remediation is on.
pub fn call(
    cx: &Context,
    detector: &'static Detector,
    check: Check,
    alert_id: Option<i64>,
) -> Option<Called> {
    if burn::is_burn(&check) {
        return None;
    }
    let action = action_for(cx, detector.name).ok()?;
    Some(Called {
        detector,
        action,
        check,
        alert_id,
    })
}

impl Called {
    /// Runs it in the background and tells the alert chats how it went.
    pub fn start(self, cx: &Arc<Context>) {
        let cx = Arc::clone(cx);
        cx.clone().tasks.spawn(async move {
            let name = self.action.name;
            let outcome = self.run(&cx).await;
            let voice = cx.voice();
            let said = match outcome {
                Ok(report) => views::remediation::outcome(&voice, &report),
                Err(error) => {
                    tracing::warn!(%error, action = name, "a remediation did not run");
                    let why = refusal::in_words(&voice, &error);
                    views::remediation::refused(&voice, self.detector.name, name, &why)
                }
            };
            let chats = cx.settings.get().alert_chats.clone();
            if let Err(error) = cx.post(&chats, said.silent()).await {
                tracing::error!(%error, "a remediation's outcome cannot be told");
            }
        });
    }

    /// A fault is remedied once, so a database that is busy just now must not cost it its remedy.
    async fn run(&self, cx: &Context) -> Result<RemediationReport, RemediationError> {
        let mut attempt = 1;
        let who = Who::scheduler();
        loop {
            let Self {
                detector,
                action,
                check,
                alert_id,
            } = self;
            let outcome = trigger_remediation(cx, detector, action, check, &who, *alert_id).await;
            match outcome {
                Err(RemediationError::Database(error))
                    if attempt < RECORD_ATTEMPTS && !cx.stop.is_cancelled() =>
                {
                    tracing::warn!(%error, action = action.name, "a remediation waits for the database");
                    tokio::time::sleep(backoff(
                        attempt,
                        RETRY_FIRST,
                        RETRY_LONGEST,
                        fastrand::f64(),
                    ))
                    .await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }
}

async fn trigger_remediation(
    cx: &Context,
    detector: &'static Detector,
    action: &'static Action,
    check: &Check,
    who: &Who,
    alert_id: Option<i64>,
) -> Result<RemediationReport, RemediationError> {
    let lease = Lease::take(cx, &format!("action:{}", action.name)).await?;
    let lease = lease.ok_or(RemediationError::Busy(action.name))?;
    let new = NewRemediation {
        source: detector.name,
        action_name: action.name,
        alert_id,
        triggered_by: who.by.actor,
    };
    let work = async {
        let id = cx.db.start_remediation(&new, cx.clock.now()).await?;
        let _running = cx.actions.begin();
        let report = run(cx, detector, action, check, who).await;
        record(cx, id, &report, who).await;
        Ok(report)
    };
    lease.during(cx, work).await
}

/// Ends on record what a killed process left running, and tells the chats.
pub async fn end_interrupted(cx: &Context) {
    // A lease may have run out while the database could not be asked, and the run go on.
    if cx.actions.any() {
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
        if let Err(error) = cx
            .post(
                &chats,
                views::remediation::interrupted(&cx.voice(), &action),
            )
            .await
        {
            tracing::error!(%error, "an interruption cannot be told");
        }
    }
}

async fn run(
    cx: &Context,
    detector: &'static Detector,
    action: &'static Action,
    check: &Check,
    who: &Who,
) -> RemediationReport {
    let started = Instant::now();
    let (outcome, retry_count) = attempt_until_done(cx, action, Task { cx, check, who }).await;
    let (status, details) = match outcome {
        Ok(details) => (RemediationStatus::Success, details),
        Err(error) => (RemediationStatus::Failed, error.to_string()),
    };
    let aftermath = match status {
        RemediationStatus::Success => aftermath(&sweep::check_one(cx, detector).await),
        RemediationStatus::Failed => None,
    };
    RemediationReport {
        source: detector.name,
        action_name: action.name,
        status,
        details,
        retry_count,
        aftermath,
        took: started.elapsed(),
    }
}

async fn attempt_until_done(
    cx: &Context,
    action: &Action,
    task: Task<'_>,
) -> (Result<String, ActionError>, u32) {
    let retries = cx.settings.get().remediation_max_retries;
    let mut made = 0;
    loop {
        match attempt(action, task).await {
            Err(ActionError::Retry(error)) if made < retries => {
                made += 1;
                tracing::warn!(action = action.name, retry = made, "{error:#}");
                tokio::time::sleep(backoff(made, RETRY_FIRST, RETRY_LONGEST, fastrand::f64()))
                    .await;
            }
            outcome => return (outcome, made),
        }
    }
}

async fn attempt(action: &Action, task: Task<'_>) -> Result<String, ActionError> {
    let run = AssertUnwindSafe((action.run)(task)).catch_unwind();
    match tokio::time::timeout(action.timeout, run).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => {
            Err(anyhow::anyhow!("{} crashed: {}", action.name, panic_text(panic.as_ref())).into())
        }
        Err(_) => Err(anyhow::anyhow!(
            "{} took longer than {}s",
            action.name,
            action.timeout.as_secs()
        )
        .into()),
    }
}

fn aftermath(check: &Check) -> Option<Aftermath> {
    match check.status {
        Status::Pass => Some(Aftermath::Fixed),
        Status::Fail if check.faults().iter().all(burn::is_burn) => Some(Aftermath::Fixed),
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
    cx.metrics
        .auto_remediation_total
        .with_label_values(&[report.action_name, result])
        .inc();
    cx.metrics
        .auto_remediation_duration_seconds
        .observe(report.action_name, report.took);
    tracing::info!(
        action = report.action_name,
        source = report.source,
        result,
        retries = report.retry_count,
        details = report.details,
        "remediation"
    );
    let done = FinishedRemediation {
        status: report.status.as_str(),
        // PostgreSQL takes no NUL, and a command may print one.
        details: &report.details.replace('\0', " "),
        retry_count: i64::from(report.retry_count),
        duration_ms: i64::try_from(report.took.as_millis()).unwrap_or(i64::MAX),
        verified: report.aftermath.map(Aftermath::as_str),
    };
    if let Err(error) = cx.db.finish_remediation(id, &done).await {
        tracing::error!(%error, "a remediation's end cannot be recorded");
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
