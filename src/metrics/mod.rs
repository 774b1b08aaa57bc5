//! Every metric: one entry each. Label values are names from tables, never free text.

mod budgets;
mod registering;
mod summary;

use prometheus::{
    Gauge, GaugeVec, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry,
    TextEncoder, process_collector::ProcessCollector,
};

use self::registering::Registering;
pub use summary::SummaryVec;

use crate::domain::{Severity, Status, Target};

macro_rules! metrics {
    ($($field:ident: $kind:ty = $name:literal, [$($label:literal),*], $help:literal, $changes:literal;)*) => {
        /// Every metric of the program's own, for the documents.
        #[allow(dead_code, reason = "the tests write docs/metrics.md from it")]
        pub const METRICS: &[Metric] = &[$(Metric {
            name: $name,
            kind: <$kind as Registering>::KIND,
            labels: &[$($label),*],
            help: $help,
            changes: $changes,
        },)*];

        pub struct Metrics {
            registry: Registry,
            $(pub $field: $kind,)*
        }

        impl Metrics {
            fn on(registry: Registry) -> prometheus::Result<Self> {
                $(let $field = <$kind>::register(&registry, $name, $help, &[$($label),*])?;)*
                Ok(Self { registry, $($field),* })
            }
        }
    };
}

metrics! {
    build_info: IntGaugeVec = "sovani_ops_build_info", ["version"],
        "Version of the running program; always 1",
        "At a start";
    alerts_total: IntCounterVec = "alerts_total", ["source", "severity"],
        "Operational alerts that reached a chat",
        "An alert reaches its first chat";
    alerts_deduplicated_total: IntCounterVec = "alerts_deduplicated_total", ["source"],
        "Repeats of an alert that were not sent again",
        "A check fails again, and no notification is sent";
    auto_remediation_total: IntCounterVec = "auto_remediation_total", ["action", "result"],
        "Remediations by their outcome",
        "A remediation ends, or is not begun";
    auto_remediation_duration_seconds: SummaryVec = "auto_remediation_duration_seconds", ["action"],
        "Time a remediation took, retries included",
        "A remediation ends";
    slo_violation_total: IntCounterVec = "slo_violation_total", ["target"],
        "Sweeps that found the last 7 days to violate the target",
        "A sweep ends";
    slo_error_budget_left_ratio: GaugeVec = "ops_slo_error_budget_left_ratio", ["target"],
        "Share of the target's error budget that is left of its period, negative when overspent",
        "A sweep ends; gone while nothing measures the target";
    slo_burn_rate: GaugeVec = "ops_slo_burn_rate", ["target", "window"],
        "Burn rate of the target's error budget over the window up to now; 1 uses it up exactly within its period",
        "A sweep ends; gone while nothing measures the target";
    slo_burning: IntGaugeVec = "ops_slo_burning", ["target", "severity"],
        "1 while the target's error budget burns fast enough for an alarm of the severity, else 0",
        "A sweep ends; gone while nothing measures the target";
    detector_checks_total: IntCounterVec = "detector_checks_total", ["detector", "result"],
        "Checks by their result",
        "A check ends, by schedule or by hand";
    detector_check_duration_seconds: SummaryVec = "detector_check_duration_seconds", ["detector"],
        "Time a check took",
        "A check ends, by schedule or by hand";
    detector_crashes_total: IntCounterVec = "detector_crashes_total", ["detector"],
        "Checks that could not run: an error, a panic or a time-out",
        "A check could not run";
    telegram_requests_total: IntCounterVec = "telegram_requests_total", ["outcome"],
        "Calls to the Bot API by their outcome",
        "A call is answered or given up";
    telegram_polling_errors_total: IntCounterVec = "telegram_polling_errors_total", ["reason"],
        "Failures to fetch updates by reason",
        "Asking for updates fails";
    telegram_up: IntGauge = "telegram_up", [],
        "1 if the newest call to the Bot API was answered, else 0",
        "A call is answered or given up";
    incidents_open: IntGaugeVec = "ops_incidents_open", ["severity"],
        "Incidents that are open, by severity",
        "The page is read";
    alert_chats: IntGaugeVec = "ops_alert_chats", ["state"],
        "Chats that alerts are pushed to, by state: reachable or lost",
        "The page is read";
    outbox_depth: IntGauge = "ops_outbox_messages", [],
        "Messages that wait to be delivered",
        "The page is read";
    outbox_oldest_age_seconds: Gauge = "ops_outbox_oldest_age_seconds", [],
        "Age of the oldest message that waits to be delivered",
        "The page is read";
    outbox_expired_total: IntCounter = "ops_outbox_given_up_total", [],
        "Messages given up: too old, rejected for good, or for a lost chat",
        "A message is given up";
    database_up: IntGauge = "ops_database_up", [],
        "1 if the database answered when this page was last generated, else 0",
        "The page is read";
    database_size_bytes: IntGauge = "ops_database_size_bytes", [],
        "Size of the database",
        "The page is read";
    sweep_duration_seconds: Gauge = "ops_sweep_duration_seconds", [],
        "Time the newest sweep took",
        "A sweep of this instance ends";
    sweep_last_timestamp_seconds: Gauge = "ops_sweep_last_timestamp_seconds", [],
        "When the newest sweep ended, in seconds since 1970",
        "A sweep of this instance ends";
    sweep_age_seconds: Gauge = "ops_sweep_age_seconds", [],
        "Time since the newest sweep ended, or since the start before the first",
        "The page is read";
    deadman_pings_total: IntCounterVec = "ops_deadman_pings_total", ["outcome"],
        "Signs of life to DEADMAN_PING_URL by their outcome",
        "A sign of life is sent after a sweep, or fails";
    bot_commands_total: IntCounterVec = "bot_commands_total", ["command", "outcome"],
        "Commands by their outcome",
        "A command has been answered";
    bot_callbacks_total: IntCounterVec = "bot_callbacks_total", ["button", "outcome"],
        "Presses of buttons by their outcome",
        "A press has been answered";
    retention_deleted_rows_total: IntCounterVec = "ops_retention_deleted_rows_total", ["table"],
        "Rows deleted because they were older than the retention",
        "Old history is deleted, once an hour";
    retention_last_timestamp_seconds: Gauge = "ops_retention_last_timestamp_seconds", [],
        "When any instance had last deleted all history that was too old, in seconds since 1970",
        "A minute after that; 0 before the first time";
    http_request_duration_seconds: HistogramVec = "ops_http_request_duration_seconds", ["method", "endpoint", "status"],
        "Time to answer a request to this program's API",
        "A request has been answered";
}

/// A line of the table of metrics.
#[allow(dead_code, reason = "the tests write docs/metrics.md from it")]
pub struct Metric {
    pub name: &'static str,
    /// As Prometheus names it.
    pub kind: &'static str,
    pub labels: &'static [&'static str],
    pub help: &'static str,
    /// Upon what it changes.
    pub changes: &'static str,
}

/// The values that labels can take, for those that are known in advance.
pub struct LabelValues<'a> {
    pub detectors: &'a [&'a str],
    pub actions: &'a [String],
    pub commands: &'a [&'a str],
    pub callbacks: &'a [&'a str],
    pub telegram_outcomes: &'a [&'a str],
    pub ping_outcomes: &'a [&'a str],
    pub kept_tables: &'a [&'a str],
}

/// The outcomes of a command or a button press.
const CHAT_OUTCOMES: [&str; 4] = ["ok", "refused", "usage", "error"];

impl Metrics {
    pub fn new(known: &LabelValues<'_>) -> prometheus::Result<Self> {
        let registry = Registry::new();
        registry.register(Box::new(ProcessCollector::for_self()))?;
        let metrics = Self::on(registry)?;
        metrics
            .build_info
            .with_label_values(&[env!("CARGO_PKG_VERSION")])
            .set(1);
        metrics.announce(known);
        Ok(metrics)
    }

    /// Makes every series whose labels are known exist with 0, so that a first increment can be seen as one.
    fn announce(&self, known: &LabelValues<'_>) {
        for severity in Severity::ALL {
            self.incidents_open.with_label_values(&[severity.as_str()]);
        }
        for state in ["reachable", "lost"] {
            self.alert_chats.with_label_values(&[state]);
        }
        self.announce_detectors(known.detectors);
        self.announce_actions(known.actions);
        // Faults that no action is mapped to.
        for result in ["no_action", "disabled"] {
            self.auto_remediation_total
                .with_label_values(&["none", result]);
        }
        for outcome in known.ping_outcomes {
            self.deadman_pings_total.with_label_values(&[outcome]);
        }
        for table in known.kept_tables {
            self.retention_deleted_rows_total
                .with_label_values(&[table]);
        }
        for target in Target::ALL {
            self.slo_violation_total
                .with_label_values(&[target.as_str()]);
        }
        for outcome in CHAT_OUTCOMES {
            for command in known.commands {
                self.bot_commands_total
                    .with_label_values(&[*command, outcome]);
            }
            for button in known.callbacks {
                self.bot_callbacks_total
                    .with_label_values(&[*button, outcome]);
            }
        }
        for outcome in known.telegram_outcomes {
            self.telegram_requests_total.with_label_values(&[outcome]);
        }
        for failure in known.telegram_outcomes.iter().filter(|name| **name != "ok") {
            self.telegram_polling_errors_total
                .with_label_values(&[failure]);
        }
    }

    /// Creates the series for kinds of detectors that a reload of the settings may have added.
    pub fn announce_detectors(&self, labels: &[&str]) {
        for detector in labels {
            for severity in Severity::ALL {
                self.alerts_total
                    .with_label_values(&[*detector, severity.as_str()]);
            }
            self.alerts_deduplicated_total
                .with_label_values(&[detector]);
            for status in Status::ALL {
                self.detector_checks_total
                    .with_label_values(&[*detector, status.as_str()]);
            }
            self.detector_check_duration_seconds.announce(detector);
            self.detector_crashes_total.with_label_values(&[detector]);
        }
    }

    /// Creates the series for actions that a reload of the settings may have added.
    pub fn announce_actions(&self, actions: &[String]) {
        for action in actions {
            for result in [
                "success", "failure", "disabled", "off", "asked", "breaker", "cooldown",
            ] {
                self.auto_remediation_total
                    .with_label_values(&[action.as_str(), result]);
            }
            self.auto_remediation_duration_seconds.announce(action);
        }
    }

    /// The page in Prometheus' text format.
    pub fn page(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}
