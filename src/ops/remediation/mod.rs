//! Runs actions: one at a time, with a time limit and retries, recorded in the history and followed by another check.

mod asking;
mod automatic;
mod cut_off;
mod order;
mod permitted;
mod proposing;
mod refusal;
mod running;

pub use self::{
    automatic::{AutomaticRun, automatic_run},
    cut_off::{CutOff, cut_off},
    proposing::{ProposalRequest, Why, proposal},
    refusal::in_words,
    running::end_interrupted,
};
use self::{order::Order, running::carry_out};
use super::remediable::to_be_remedied;
use crate::{
    actions::{self, Remedy},
    context::Context,
    db::NewAudit,
    detectors::Entry,
    domain::{Act, ActOutcome, Incident, Mode, Permit, RemediationReport, Session, Who},
    settings::Settings,
};

#[derive(Debug, thiserror::Error)]
pub enum RemediationError {
    #[error("remediation is disabled: AUTO_REMEDIATION_ENABLED is false")]
    Disabled,
    #[error(
        "no remediation is mapped to {detector}: it needs investigation, see its runbook; there are remediations for {}",
        .others.join(", ")
    )]
    NoAction {
        detector: String,
        /// The detectors that have one.
        others: Vec<String>,
    },
    #[error("{detector} has no such action; it has {}", .actions.join(", "))]
    NotOfDetector {
        detector: String,
        actions: Vec<String>,
    },
    #[error("{0} is already running")]
    Busy(String),
    #[error("{0} is switched off in sovani-ops.toml")]
    Off(String),
    #[error("{0} needs the confirmation of two administrators in the chat")]
    NeedsTwo(String),
    #[error("{0} has changed since it was requested: the settings were changed")]
    Changed(String),
    /// It may not run automatically now; a person can run it.
    #[error("held back by the {}", .0.as_str())]
    HeldBack(Permit),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// The action of this name for the detector, or its first one that is not switched off.
pub fn action_for(
    cx: &Context,
    detector: &str,
    name: Option<&str>,
) -> Result<Remedy, RemediationError> {
    let settings = cx.settings.get();
    let remedies = actions::remedies(&settings, detector);
    let Some(first) = remedies.first() else {
        let result = if settings.remediation_enabled {
            "no_action"
        } else {
            "disabled"
        };
        count(cx, "none", result);
        return Err(if settings.remediation_enabled {
            no_action(cx, &settings, detector)
        } else {
            RemediationError::Disabled
        });
    };
    if !settings.remediation_enabled {
        count(cx, first.name(), "disabled");
        return Err(RemediationError::Disabled);
    }
    let is_meant = |remedy: &&Remedy| match name {
        Some(name) => remedy.name() == name,
        None => remedy.mode != Mode::Off,
    };
    let meant = remedies.iter().find(is_meant);
    let remedy = match (meant, name) {
        (Some(remedy), _) => remedy,
        (None, None) => first,
        (None, Some(_)) => {
            return Err(RemediationError::NotOfDetector {
                detector: detector.to_owned(),
                actions: remedies.iter().map(|one| one.name().to_owned()).collect(),
            });
        }
    };
    if remedy.mode == Mode::Off {
        count(cx, remedy.name(), "off");
        return Err(RemediationError::Off(remedy.name().to_owned()));
    }
    Ok(remedy.clone())
}

fn no_action(cx: &Context, settings: &Settings, detector: &str) -> RemediationError {
    let mut others: Vec<_> = actions::mapping(settings, &cx.settings.registry())
        .into_iter()
        .map(|(detector, _)| detector.to_owned())
        .collect();
    others.dedup();
    RemediationError::NoAction {
        detector: detector.to_owned(),
        others,
    }
}

/// Runs the action on request. The detector runs first, so that the action knows the fault.
pub async fn remediate_by_hand(
    cx: &Context,
    detector: &Entry,
    name: Option<&str>,
    who: &Who,
) -> Result<RemediationReport, RemediationError> {
    remediate_as_shown(cx, detector, name, who, Shown::default()).await
}

/// The content of the confirmed proposal.
#[derive(Clone, Default)]
pub struct Shown {
    pub incident_id: Option<i64>,
    /// The only session that may be ended.
    pub session: Option<Session>,
    /// The digest of the confirmed action.
    pub seal: Option<String>,
    pub confirmed_by_two: bool,
}

/// The same, for the incident and the session of the confirmed proposal.
pub async fn remediate_as_shown(
    cx: &Context,
    detector: &Entry,
    name: Option<&str>,
    who: &Who,
    shown: Shown,
) -> Result<RemediationReport, RemediationError> {
    let outcome = ordered(cx, detector, name, who, shown).await;
    if let Err(error) = &outcome {
        cx.audit(&NewAudit {
            who,
            act: Act::Remediate,
            subject: detector.name(),
            outcome: ActOutcome::Refused,
            detail: &error.to_string(),
        })
        .await;
    }
    outcome
}

async fn ordered(
    cx: &Context,
    detector: &Entry,
    name: Option<&str>,
    who: &Who,
    shown: Shown,
) -> Result<RemediationReport, RemediationError> {
    let remedy = action_for(cx, detector.name(), name)?;
    let assent = if shown.confirmed_by_two {
        Mode::TwoPerson
    } else {
        Mode::Approve
    };
    // Only a chat has a second person to confirm.
    if remedy.mode > assent {
        return Err(RemediationError::NeedsTwo(remedy.name().to_owned()));
    }
    let seal = remedy.seal(&cx.settings.get());
    if shown.seal.is_some_and(|shown| shown != seal) {
        return Err(RemediationError::Changed(remedy.name().to_owned()));
    }
    let is_shown = |incident: &Incident| Some(incident.id) == shown.incident_id;
    let incident = to_be_remedied(cx, detector.name(), is_shown).await?;
    let order = Order {
        detector: detector.clone(),
        remedy,
        seal,
        assent,
        check: None,
        alert_id: None,
        incident_id: incident.or(shown.incident_id),
        who: who.clone(),
        session: shown.session,
    };
    carry_out(cx, &order).await
}

fn count(cx: &Context, action: &str, result: &str) {
    cx.metrics
        .auto_remediation_total
        .with_label_values(&[action, result])
        .inc();
}
