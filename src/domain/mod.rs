//! The pure part: what things are and what is decided about them. No database, no network, no clock.

mod actor;
mod backoff;
mod calendar;
mod chat;
mod check;
mod fingerprint;
mod incident;
mod lang;
mod money;
mod remediation;
mod severity;
mod size;
mod slo;
mod tally;
mod timestamp;

pub use self::{
    actor::{Actor, Role},
    backoff::backoff,
    calendar::Calendar,
    chat::{ChatTarget, ChatTargetError},
    check::{Check, Extras, FaultState, Status, Verdict},
    fingerprint::Fingerprint,
    incident::{
        Decision, Notice, NoticePolicy, Reason, ReminderBackoff, Suppression, Track, decide,
    },
    lang::{Lang, UnknownLang},
    money::{Money, MoneyError},
    remediation::{Aftermath, RemediationReport, RemediationStatus},
    severity::{Severity, UnknownSeverity},
    size::megabytes,
    slo::{Compliance, Measure, MeasureStatus, SloDay, SloTargets, compliance},
    tally::Tally,
    timestamp::Timestamp,
};
