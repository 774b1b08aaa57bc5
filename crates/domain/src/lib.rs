//! The domain: types and decisions without database, network or clock.

#[cfg(feature = "sqlx")]
#[macro_use]
mod columns;
#[cfg(feature = "utoipa")]
mod schemas;

mod actor;
mod anybody;
mod audience;
mod audit;
mod backoff;
mod birth;
mod bounds;
mod breaker;
mod buckets;
mod budget;
mod burn;
mod calendar;
mod chat;
mod check;
mod cleaned;
mod counters;
mod deciding;
mod disk_space;
mod disturbance;
mod extras;
mod finding;
mod fingerprint;
mod grouping;
mod growth;
mod heartbeat;
mod histogram;
mod incident;
mod lang;
mod marketplace;
mod masked;
mod median;
mod money;
mod network;
mod plan;
mod policy;
mod processes;
mod reach;
mod reason;
mod refused;
mod rejection;
mod remediation;
mod retry;
mod schedule;
mod severity;
pub mod signals;
mod silence;
mod size;
mod sli;
mod slo;
mod slo_days;
mod span;
pub mod sql_check;
mod start;
mod stretch;
mod tally;
mod timestamp;
mod token_name;
mod unmeasured;
mod verdict;
#[doc(hidden)]
pub mod words;

#[cfg(feature = "sqlx")]
pub use self::columns::word;
pub use self::{
    actor::{Actor, By, Mark, Role},
    anybody::stands_for_anybody,
    audience::{Audience, Loudness},
    audit::{Act, ActOutcome, AuditEntry, Door, Origin, Who},
    backoff::backoff,
    birth::Birth,
    breaker::{AutomaticLimits, Permit, permit, was_asked},
    buckets::Buckets,
    budget::{ErrorBudget, Objective, budget_left_by_day, burn_rate, error_budget},
    burn::{Alarm, Burn, BurnPolicy, Judgement, Spending, TIERS, Tier},
    calendar::Calendar,
    chat::{ChatTarget, ChatTargetError},
    check::{Check, DATABASE, FaultState},
    cleaned::{cleaned, one_line},
    counters::{Counters, SeriesId},
    deciding::{Decision, Event, Refusal, Suppression, decide},
    disk_space::{DiskSpace, Volume, space_to_rewrite},
    disturbance::Disturbance,
    extras::Extras,
    finding::{Arg, Finding, Moment},
    fingerprint::Fingerprint,
    grouping::{Grouping, STORM, grouping},
    growth::{days_until, growth_per_day},
    heartbeat::{Heartbeat, RunStatus},
    histogram::{BadHistogram, Histogram, P95, Quantile},
    incident::{End, Incident, Life, Notice},
    lang::Lang,
    marketplace::{by_marketplace, spelt_differently},
    masked::masked,
    money::{Money, MoneyError},
    network::network,
    plan::{Mode, Plan, Session, UnknownSession},
    policy::{FLAPPING, Policy, ReminderBackoff},
    processes::{Processes, answer_in_turn, processes},
    reach::{ChatRecord, Reach, wait_of_lost, where_now},
    reason::{Reason, UnknownReason},
    refused::{Blame, RejectedMessage, blame},
    rejection::{DeliveryProblem, Rejection},
    remediation::{Aftermath, RemediationReport, RemediationStatus},
    retry::{Failing, GivenUp, Next, RetryPolicy, next_attempt},
    schedule::{
        BadCron, Cron, ExpectedJob, JobRun, Outcome, Rhythm, RunEnd, RunError, Tick, ticks,
    },
    severity::Severity,
    silence::{Scope, Silence, SilencePhase},
    size::megabytes,
    sli::{Counted, Target},
    slo::{Awaited, Compliance, Measure, MeasureStatus, SloDay, SloTargets, compliance},
    slo_days::{Daily, SloDays},
    span::{BadSpan, Span},
    start::{BadStart, planned_start, starting},
    stretch::{Stretch, stretches},
    tally::Tally,
    timestamp::Timestamp,
    token_name::{BadTokenName, TokenName},
    unmeasured::{NO_TABLE, Unmeasured, missing_tables},
    verdict::{Fault, Status, Verdict},
    words::UnknownWord,
};
