//! Remediations: proposed, settled, done.

use super::{Html, Message, Voice, buttons, clip, plan, say};
use crate::domain::{Aftermath, Permit, Plan, RemediationReport, RemediationStatus};

const DETAILS_UNITS: usize = 2000;

/// How a remediation went.
pub fn outcome(voice: &Voice, report: &RemediationReport) -> Message {
    let (mark, key) = match (report.status, report.aftermath) {
        (RemediationStatus::Failed, _) => ("❌", "outcome-failed"),
        (RemediationStatus::Success, Some(Aftermath::StillFailing)) => ("☑️", "outcome-done"),
        (RemediationStatus::Success, _) => ("✅", "outcome-succeeded"),
    };
    let seconds = voice.decimal(report.took.as_secs_f64(), 1);
    let mut html = Html::new()
        .text(mark)
        .text(" ")
        .bold(&report.action_name)
        .text(" ")
        .text(&say!(
            voice,
            key,
            seconds = seconds,
            source = &*report.source
        ))
        .line()
        .line()
        .text(&clip(&report.details, DETAILS_UNITS));
    if report.retry_count > 0 {
        html = html
            .line()
            .text(&say!(voice, "outcome-retries", count = report.retry_count));
    }
    let after = match report.aftermath {
        Some(Aftermath::Fixed) => say!(voice, "outcome-fixed"),
        Some(Aftermath::StillFailing) => say!(voice, "outcome-still-failing"),
        None => return html.into(),
    };
    html.line().line().text(&after).into()
}

/// A run that was cut off with the process that did it.
pub fn interrupted(voice: &Voice, action: &str) -> Message {
    Html::new()
        .text("⚠️ ")
        .bold(action)
        .text(" ")
        .text(&say!(voice, "interrupted"))
        .into()
}

/// The actions that can be proposed.
pub fn choices(voice: &Voice, mapped: &[(&str, &str)]) -> Message {
    let lines: Vec<Html> = mapped
        .iter()
        .map(|(source, action)| {
            Html::new()
                .code(&format!("/remediate {source}"))
                .line()
                .text("  ")
                .text(&say!(voice, "choices-runs", action = *action))
        })
        .collect();
    Html::new()
        .bold(&say!(voice, "choices-title"))
        .line()
        .text(&say!(voice, "choices-advice"))
        .list(voice, &lines, "/help")
        .into()
}

/// Offers a choice of a detector's actions.
pub fn choice(voice: &Voice, source: &str, actions: &[&str]) -> Message {
    let html = Html::new()
        .text("🔧 ")
        .text(&say!(voice, "choose-action", source = source));
    actions.iter().fold(Message::from(html), |message, action| {
        message.with_buttons(vec![buttons::remediate_with(source, action)])
    })
}

/// The terms of a proposal.
pub struct Terms {
    /// How long it waits for a decision.
    pub minutes: i64,
    /// The reason why the action does not run automatically, if it otherwise would.
    pub held: Option<Permit>,
    /// Two administrators must confirm.
    pub two: bool,
    /// The catalogues describe the action.
    pub is_built_in: bool,
}

/// The proposed action and its terms.
pub fn proposed(voice: &Voice, source: &str, action: &str, plan: &Plan, terms: &Terms) -> Message {
    let html = heading(voice, source, action);
    let html = match terms.held {
        Some(held) => html.text(&held_back(voice, held)).line().line(),
        None => html,
    };
    let who = if terms.two {
        say!(voice, "proposal-terms-two", minutes = terms.minutes)
    } else {
        say!(voice, "proposal-terms", minutes = terms.minutes)
    };
    let html = if terms.is_built_in {
        html.text(&voice.text(&format!("action-{action}"), &[]))
            .line()
    } else {
        html
    };
    html.then(&plan::plan(voice, plan))
        .line()
        .line()
        .italic(&who)
        .into()
}

/// With the buttons that decide the proposal with this id.
pub fn ask(voice: &Voice, id: i64, proposed: Message) -> Message {
    proposed.with_buttons(buttons::decide(voice, id))
}

/// The proposal, which says this, when the first of two has confirmed it.
pub fn half_confirmed(voice: &Voice, id: i64, said: &str, by: &str) -> Message {
    let note = Html::new()
        .line()
        .line()
        .text(&say!(voice, "proposal-half-confirmed", by = by));
    let html = said.to_owned() + &note.into_markup();
    let proposed = Message {
        html,
        buttons: Vec::new(),
        silent: false,
    };
    ask(voice, id, proposed)
}

pub fn running(voice: &Voice, source: &str, action: &str, by: &str) -> Message {
    settled(
        voice,
        source,
        action,
        &say!(voice, "proposal-running", by = by),
    )
}

pub fn cancelled(voice: &Voice, source: &str, action: &str, by: &str) -> Message {
    settled(
        voice,
        source,
        action,
        &say!(voice, "proposal-was-cancelled", by = by),
    )
}

/// A confirmed proposal that could not be carried out.
pub fn refused(voice: &Voice, source: &str, action: &str, why: &str) -> Message {
    settled(voice, source, action, &say!(voice, "not-run", why = why))
}

/// The reason why an action was not run, as shown in chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemediationRefusal<'a> {
    Disabled,
    NoAction {
        source: &'a str,
        /// The detectors whose faults have one.
        remedied: Vec<&'a str>,
    },
    /// The detector has no action of that name.
    NotOfDetector {
        source: &'a str,
    },
    Busy {
        action: &'a str,
    },
    Off {
        action: &'a str,
    },
    NeedsTwo {
        action: &'a str,
    },
    /// The action has changed since it was requested.
    Changed {
        action: &'a str,
    },
    HeldBack {
        held: Permit,
    },
    DatabaseDown,
}

pub fn refusal(voice: &Voice, refusal: &RemediationRefusal<'_>) -> String {
    match refusal {
        RemediationRefusal::Disabled => say!(voice, "refusal-disabled"),
        RemediationRefusal::NoAction { source, remedied } => say!(
            voice,
            "refusal-no-action",
            source = *source,
            others = remedied.join(", ")
        ),
        RemediationRefusal::NotOfDetector { source } => {
            say!(voice, "refusal-not-of-detector", source = *source)
        }
        RemediationRefusal::Busy { action } => say!(voice, "refusal-busy", action = *action),
        RemediationRefusal::Off { action } => say!(voice, "refusal-off", action = *action),
        RemediationRefusal::NeedsTwo { action } => {
            say!(voice, "refusal-needs-two", action = *action)
        }
        RemediationRefusal::Changed { action } => say!(voice, "refusal-changed", action = *action),
        RemediationRefusal::HeldBack { held } => held_back(voice, *held),
        RemediationRefusal::DatabaseDown => say!(voice, "database-down"),
    }
}

/// A press on a proposal that was decided before: `state` is the one it is in, `by` the person who decided.
pub fn too_late(voice: &Voice, state: &str, by: Option<&str>) -> String {
    let state = voice.text(&format!("proposal-{state}"), &[]);
    match by {
        Some(by) => say!(voice, "too-late-by", state = state, by = by),
        None => say!(voice, "too-late", state = state),
    }
}

/// The reason why an action may not run automatically now.
fn held_back(voice: &Voice, held: Permit) -> String {
    match held {
        Permit::Granted => String::new(),
        Permit::Broken { runs, until } => {
            say!(
                voice,
                "held-by-breaker",
                count = runs,
                until = voice.moment(until)
            )
        }
        Permit::Cooling { until } => say!(voice, "held-by-cooldown", until = voice.moment(until)),
    }
}

/// A proposal that was decided or has ended.
pub fn settled(voice: &Voice, source: &str, action: &str, how: &str) -> Message {
    heading(voice, source, action).text(how).into()
}

fn heading(voice: &Voice, source: &str, action: &str) -> Html {
    Html::new()
        .text("🔧 ")
        .bold(action)
        .text(" ")
        .text(&say!(voice, "proposal-for", source = source))
        .line()
        .line()
}
