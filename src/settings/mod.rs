//! The settings, from the environment and `.env`. All are checked at the start, and all errors are reported together.

mod audit_log;
mod contradictions;
mod database;
mod dotenv;
mod env_file;
mod error;
mod exposure;
mod file;
mod header;
mod known;
mod levels;
mod log_format;
mod nearest;
pub mod parse;
mod private_url;
mod rates;
mod reload;
mod roles;
mod source;
mod table;
mod threshold;
mod tokens;
mod warning;

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::PathBuf,
    time::Duration,
};

use chrono::NaiveTime;
use chrono_tz::Tz;
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use self::file::OpsFile;
pub use self::{
    audit_log::AuditLog,
    env_file::{EnvFile, EnvFileError},
    error::{InvalidSetting, SettingsError},
    exposure::Exposure,
    file::{ActionEntry, CommandCall, CustomAction, CustomKind, HttpCall, OPS_CONFIG},
    header::Header,
    known::{KnownAction, KnownNames},
    log_format::LogFormat,
    parse::{bot_token, is_loopback},
    private_url::PrivateUrl,
    rates::Rates,
    source::{BadFile, ENV_FILE, Source},
    table::{SETTINGS, Setting},
    threshold::{Declared, Threshold},
    tokens::{FreshToken, Grant, Tokens, grant},
};
use crate::{
    db::DatabaseUrl,
    domain::{
        Audience, AutomaticLimits, Calendar, ChatTarget, Lang, Loudness, Policy, ReminderBackoff,
        Severity,
    },
};

#[derive(Clone, Debug)]
pub struct Settings {
    pub telegram_token: Option<SecretString>,
    pub telegram_api_url: Url,
    pub telegram_proxy: Option<PrivateUrl>,
    pub telegram_rates: Rates,
    pub manager_chat: Option<ChatTarget>,
    pub admins: BTreeSet<i64>,
    pub viewers: BTreeSet<i64>,
    pub lang: Lang,

    pub alert_chats: Vec<ChatTarget>,
    pub dedup_window: Duration,
    pub min_severity: Severity,
    pub resolve_after_passes: u32,
    pub reminder_backoff: ReminderBackoff,
    pub reminder_max: Duration,
    pub loudness: Loudness,
    pub group_max: u32,
    pub escalate_after: Duration,

    pub slo_api_latency_p95_ms: f64,
    pub slo_ingest_success_rate_pct: f64,
    pub slo_scheduler_on_time_pct: f64,
    pub slo_period_days: u32,
    /// Burn rates at which the alarm is raised.
    pub slo_burn_tiers: Vec<f64>,
    pub slo_burn_min_events: u32,

    pub remediation_enabled: bool,
    pub remediation_max_retries: u32,
    pub breaker_runs: u32,
    pub breaker_window: Duration,
    pub remediation_cooldown: Duration,
    pub scheduler_restart_cmd: Option<Vec<String>>,
    /// The system bus's address, if it is not the usual one.
    pub system_bus: Option<String>,

    pub check_interval: Duration,
    pub check_start_delay: Duration,
    pub detector_timeout: Duration,
    /// Their values as text, by the setting's name; each has been checked.
    thresholds: BTreeMap<&'static str, String>,
    pub timezone: Tz,
    pub ingest_due_time: NaiveTime,
    pub ingest_jobs: Vec<String>,
    pub prometheus_url: Option<PrivateUrl>,
    pub prometheus_query: String,
    pub prometheus_headers: Vec<Header>,
    pub api_metrics_url: Option<PrivateUrl>,
    pub api_metrics_name: String,
    pub api_metrics_headers: Vec<Header>,

    pub heartbeat_token: Option<SecretString>,
    pub ops_config: PathBuf,
    /// The tables of that file, if there is one.
    ops_file: Option<OpsFile>,
    pub deadman_ping_url: Option<PrivateUrl>,
    pub database_url: DatabaseUrl,
    /// The database as the configured checks are to see it; the platform's if `None`.
    pub checks_database_url: Option<DatabaseUrl>,
    /// The most connections to `PostgreSQL` at once.
    pub database_pool_size: u32,
    pub retention_days: u32,
    pub audit_log: Option<AuditLog>,
    pub http_listen: SocketAddr,
    pub trusted_proxies: Vec<IpNet>,
    pub admin_token: Option<SecretString>,
    pub api_tokens: Tokens,
    /// `None` is the default, which allows it on loopback only.
    pub api_public_read: Option<bool>,
    pub log_format: LogFormat,
    pub log_filter: String,
}

impl Settings {
    /// Parses every setting of the table; missing and blank ones get their defaults.
    pub fn load(source: &Source, known: &KnownNames) -> Result<Self, SettingsError> {
        let (settings, faults) = Self::examine(source, known);
        if faults.is_empty() {
            Ok(settings)
        } else {
            Err(SettingsError(faults))
        }
    }

    /// Loads the settings for callers that continue despite errors: invalid settings have their defaults.
    pub fn examine(source: &Source, known: &KnownNames) -> (Self, Vec<InvalidSetting>) {
        let mut settings = Self::blank();
        let mut faults = Vec::new();
        let table = known.settings();
        for setting in &table {
            let given = source
                .get(setting.name)
                .map(str::trim)
                .filter(|value| !value.is_empty());
            if let Err(problem) = setting.apply(&mut settings, given.unwrap_or(setting.default)) {
                // Defaults are valid, which a test checks.
                let _ = setting.apply(&mut settings, setting.default);
                faults.push(InvalidSetting {
                    name: setting.name,
                    problem,
                });
            }
        }
        faults.extend(settings.complete_databases(source, &faults));
        faults.extend(settings.read_file(source, known));
        faults.extend(settings.contradictions());
        faults.sort_by_key(|fault| table.iter().position(|setting| setting.name == fault.name));
        (settings, faults)
    }

    /// The settings' files that other accounts can access.
    pub fn exposures<'a>(&'a self, source: &'a Source) -> impl Iterator<Item = &'a Exposure> {
        let ops_file = self.ops_file.as_ref();
        let exposures = [
            source.exposure(),
            self.api_tokens.exposure.as_ref(),
            ops_file.and_then(|file| file.exposure.as_ref()),
        ];
        exposures.into_iter().flatten()
    }

    pub fn calendar(&self) -> Calendar {
        Calendar {
            zone: self.timezone,
            ingest_due: self.ingest_due_time,
        }
    }

    pub fn audience(&self) -> Audience {
        // Escalation needs a manager's chat; 0 turns it off.
        let escalates = self.manager_chat.is_some() && !self.escalate_after.is_zero();
        Audience {
            policy: Policy {
                window: delta(self.dedup_window),
                backoff: self.reminder_backoff,
                reminder_max: delta(self.reminder_max),
                min_severity: self.min_severity,
                resolve_after: self.resolve_after_passes,
                escalate_after: escalates.then(|| delta(self.escalate_after)),
            },
            chats: self.alert_chats.clone(),
            manager: self.manager_chat,
            group_max: usize::try_from(self.group_max).unwrap_or(usize::MAX),
            loudness: self.loudness.clone(),
        }
    }

    pub fn automatic_limits(&self) -> AutomaticLimits {
        AutomaticLimits {
            runs: self.breaker_runs,
            window: delta(self.breaker_window),
            cooldown: delta(self.remediation_cooldown),
        }
    }

    /// The initial state, before every field is set from the table.
    fn blank() -> Self {
        Self {
            telegram_token: None,
            telegram_api_url: Url::parse("https://api.telegram.org").expect("a constant address"),
            telegram_proxy: None,
            telegram_rates: Rates::default(),
            manager_chat: None,
            admins: BTreeSet::new(),
            viewers: BTreeSet::new(),
            lang: Lang::En,
            alert_chats: Vec::new(),
            dedup_window: Duration::ZERO,
            min_severity: Severity::Info,
            resolve_after_passes: 1,
            reminder_backoff: ReminderBackoff::Double,
            reminder_max: Duration::ZERO,
            loudness: Loudness {
                severities: BTreeSet::new(),
                reminders: false,
            },
            group_max: 1,
            escalate_after: Duration::ZERO,
            slo_api_latency_p95_ms: 0.0,
            // Every tier can fire at this target: an unreadable target must not cause a second error.
            slo_ingest_success_rate_pct: 100.0,
            slo_scheduler_on_time_pct: 100.0,
            slo_period_days: 0,
            slo_burn_tiers: Vec::new(),
            slo_burn_min_events: 0,
            remediation_enabled: false,
            remediation_max_retries: 0,
            breaker_runs: 1,
            breaker_window: Duration::ZERO,
            remediation_cooldown: Duration::ZERO,
            scheduler_restart_cmd: None,
            system_bus: None,
            check_interval: Duration::ZERO,
            check_start_delay: Duration::ZERO,
            detector_timeout: Duration::ZERO,
            thresholds: BTreeMap::new(),
            timezone: Tz::UTC,
            ingest_due_time: NaiveTime::MIN,
            ingest_jobs: Vec::new(),
            prometheus_url: None,
            prometheus_query: String::new(),
            prometheus_headers: Vec::new(),
            api_metrics_url: None,
            api_metrics_name: String::new(),
            api_metrics_headers: Vec::new(),
            heartbeat_token: None,
            ops_config: PathBuf::new(),
            ops_file: None,
            deadman_ping_url: None,
            database_url: DatabaseUrl::Sqlite(PathBuf::new()),
            checks_database_url: None,
            database_pool_size: 1,
            retention_days: 0,
            audit_log: None,
            http_listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            trusted_proxies: Vec::new(),
            admin_token: None,
            api_tokens: Tokens::default(),
            api_public_read: None,
            log_format: LogFormat::Text,
            log_filter: String::new(),
        }
    }
}

fn delta(duration: Duration) -> chrono::Duration {
    chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::MAX)
}
