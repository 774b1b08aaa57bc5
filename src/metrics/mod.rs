//! Every metric, in one struct. Label values are names from tables, never free text.

mod summary;

use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder, core::Collector, process_collector::ProcessCollector,
};

pub use summary::SummaryVec;

use crate::domain::{Severity, Status};

/// Seconds; from a healthy answer of a small page to the request time limit.
const HTTP_BUCKETS: [f64; 10] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];

pub struct Metrics {
    registry: Registry,
    pub alerts_total: IntCounterVec,
    pub alerts_deduplicated_total: IntCounterVec,
    pub auto_remediation_total: IntCounterVec,
    pub auto_remediation_duration_seconds: SummaryVec,
    pub slo_violation_total: IntCounterVec,
    pub detector_checks_total: IntCounterVec,
    pub detector_check_duration_seconds: SummaryVec,
    pub telegram_requests_total: IntCounterVec,
    pub telegram_polling_errors_total: IntCounterVec,
    pub telegram_up: IntGauge,
    pub incidents_open: IntGaugeVec,
    pub outbox_depth: IntGauge,
    pub outbox_oldest_age_seconds: Gauge,
    pub outbox_expired_total: IntCounter,
    pub sweep_duration_seconds: Gauge,
    pub sweep_last_timestamp_seconds: Gauge,
    pub bot_commands_total: IntCounterVec,
    pub bot_callbacks_total: IntCounterVec,
    pub http_request_duration_seconds: HistogramVec,
}

/// The values that labels can take, for those that are known in advance.
pub struct Known<'a> {
    pub detectors: &'a [&'a str],
    pub actions: &'a [&'a str],
    pub commands: &'a [&'a str],
    pub callbacks: &'a [&'a str],
    pub telegram_outcomes: &'a [&'a str],
}

/// What can become of a command or of a button's press.
const CHAT_OUTCOMES: [&str; 4] = ["ok", "refused", "usage", "error"];
const SLO_TARGETS: [&str; 3] = ["api_latency", "ingest_success_rate", "scheduler_on_time"];

impl Metrics {
    pub fn new(known: &Known<'_>) -> prometheus::Result<Self> {
        let register = Registering(Registry::new());
        register
            .0
            .register(Box::new(ProcessCollector::for_self()))?;
        let build = register.gauge_vec(
            "sovani_ops_build_info",
            "Version of the running program; always 1",
            &["version"],
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        let metrics = Self {
            alerts_total: register.counters(
                "alerts_total",
                "Operational alerts that reached a chat",
                &["source", "severity"],
            )?,
            alerts_deduplicated_total: register.counters(
                "alerts_deduplicated_total",
                "Repeats of an alert that were not sent again",
                &["source"],
            )?,
            auto_remediation_total: register.counters(
                "auto_remediation_total",
                "Remediations by their outcome",
                &["action", "result"],
            )?,
            auto_remediation_duration_seconds: register.summary(
                "auto_remediation_duration_seconds",
                "Time a remediation took, retries included",
                "action",
            )?,
            slo_violation_total: register.counters(
                "slo_violation_total",
                "Sweeps that found the last 7 days to violate the target",
                &["target"],
            )?,
            detector_checks_total: register.counters(
                "detector_checks_total",
                "Checks by their result",
                &["detector", "result"],
            )?,
            detector_check_duration_seconds: register.summary(
                "detector_check_duration_seconds",
                "Time a check took",
                "detector",
            )?,
            telegram_requests_total: register.counters(
                "telegram_requests_total",
                "Calls to the Bot API by their outcome",
                &["outcome"],
            )?,
            telegram_polling_errors_total: register.counters(
                "telegram_polling_errors_total",
                "Failures to fetch updates by their reason",
                &["reason"],
            )?,
            telegram_up: register.gauge(
                "telegram_up",
                "Whether the newest call to the Bot API was answered (1) or not (0)",
            )?,
            incidents_open: register.gauge_vec(
                "ops_incidents_open",
                "Incidents that are open, by severity",
                &["severity"],
            )?,
            outbox_depth: register
                .gauge("ops_outbox_messages", "Messages that wait to be delivered")?,
            outbox_oldest_age_seconds: register.float(
                "ops_outbox_oldest_age_seconds",
                "Age of the oldest message that waits to be delivered",
            )?,
            outbox_expired_total: register.counter(
                "ops_outbox_given_up_total",
                "Messages given up: too old, refused for good, or for a lost chat",
            )?,
            sweep_duration_seconds: register
                .float("ops_sweep_duration_seconds", "Time the newest sweep took")?,
            sweep_last_timestamp_seconds: register.float(
                "ops_sweep_last_timestamp_seconds",
                "When the newest sweep ended, in seconds since 1970",
            )?,
            bot_commands_total: register.counters(
                "bot_commands_total",
                "Commands by their outcome",
                &["command", "outcome"],
            )?,
            bot_callbacks_total: register.counters(
                "bot_callbacks_total",
                "Presses of buttons by their outcome",
                &["button", "outcome"],
            )?,
            http_request_duration_seconds: register.histograms(
                "ops_http_request_duration_seconds",
                "Time to answer a request to this program's API",
                &["method", "endpoint", "status"],
            )?,
            registry: register.0,
        };
        metrics.announce(known);
        Ok(metrics)
    }

    /// Makes every series whose labels are known exist with 0, so that a first increment can be seen as one.
    fn announce(&self, known: &Known<'_>) {
        for severity in Severity::ALL {
            self.incidents_open.with_label_values(&[severity.as_str()]);
        }
        for detector in known.detectors {
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
        }
        for action in known.actions {
            for result in ["success", "failure", "disabled"] {
                self.auto_remediation_total
                    .with_label_values(&[*action, result]);
            }
            self.auto_remediation_duration_seconds.announce(action);
        }
        // Faults that no action is mapped to.
        for result in ["no_action", "disabled"] {
            self.auto_remediation_total
                .with_label_values(&["none", result]);
        }
        for target in SLO_TARGETS {
            self.slo_violation_total.with_label_values(&[target]);
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

    /// The page in Prometheus' text format.
    pub fn page(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

struct Registering(Registry);

impl Registering {
    fn add<C: Collector + Clone + 'static>(&self, collector: C) -> prometheus::Result<C> {
        self.0.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn counter(&self, name: &str, help: &str) -> prometheus::Result<IntCounter> {
        self.add(IntCounter::new(name, help)?)
    }

    fn counters(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<IntCounterVec> {
        self.add(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn gauge(&self, name: &str, help: &str) -> prometheus::Result<IntGauge> {
        self.add(IntGauge::new(name, help)?)
    }

    fn gauge_vec(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<IntGaugeVec> {
        self.add(IntGaugeVec::new(Opts::new(name, help), labels)?)
    }

    fn float(&self, name: &str, help: &str) -> prometheus::Result<Gauge> {
        self.add(Gauge::new(name, help)?)
    }

    fn summary(
        &self,
        name: &str,
        help: &str,
        label: &'static str,
    ) -> prometheus::Result<SummaryVec> {
        self.add(SummaryVec::new(name, help, label)?)
    }

    fn histograms(
        &self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> prometheus::Result<HistogramVec> {
        self.add(HistogramVec::new(
            HistogramOpts::new(name, help).buckets(HTTP_BUCKETS.to_vec()),
            labels,
        )?)
    }
}
