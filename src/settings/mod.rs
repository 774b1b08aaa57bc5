//! The settings: read from the environment and `.env`, all checked at the start, all faults told at once.

mod example;
mod fault;
mod file;
mod levels;
mod parse;
mod private_url;
mod rates;
mod source;
mod table;
mod tokens;

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf, time::Duration};

use arc_swap::ArcSwap;
use chrono::NaiveTime;
use chrono_tz::Tz;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use url::Url;

use self::file::OpsFile;
pub use self::{
    example::example,
    fault::{Fault, SettingsError},
    file::{
        ActionEntry, BUILT_IN, CommandCall, CustomAction, CustomKind, DETECTORS, Header, HttpCall,
    },
    parse::is_loopback,
    private_url::PrivateUrl,
    rates::Rates,
    source::{BadFile, Source},
    table::{SETTINGS, Setting},
    tokens::{FreshToken, NamedToken, Tokens, role},
};
use crate::{
    db::DatabaseUrl,
    domain::{
        Audience, AutomaticLimits, Calendar, ChatTarget, Lang, Loudness, Money, Policy,
        ReminderBackoff, Role, Severity,
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
    /// Where the system bus is, unless at its usual place.
    pub system_bus: Option<String>,

    pub check_interval: Duration,
    pub check_start_delay: Duration,
    pub detector_timeout: Duration,
    pub cash_threshold: Money,
    pub db_size_threshold_mb: u64,
    pub commission_outliers_max: u64,
    pub timezone: Tz,
    pub ingest_due_time: NaiveTime,
    pub ingest_jobs: Vec<String>,
    pub prometheus_url: Option<PrivateUrl>,
    pub prometheus_query: String,
    pub api_metrics_url: Option<PrivateUrl>,

    pub heartbeat_token: Option<SecretString>,
    pub ops_config: PathBuf,
    /// The tables of that file, if there is one.
    ops_file: Option<OpsFile>,
    pub deadman_ping_url: Option<PrivateUrl>,
    pub database_url: DatabaseUrl,
    pub http_listen: SocketAddr,
    pub trusted_proxies: Vec<IpNet>,
    pub admin_token: Option<SecretString>,
    pub api_tokens: Tokens,
    /// `None` when it was left to the default, which holds on loopback only.
    pub api_public_read: Option<bool>,
    pub log_format: LogFormat,
    pub log_filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// Parses every setting of the table, taking the default for those that are absent or blank.
    pub fn load(source: &Source) -> Result<Self, SettingsError> {
        let mut settings = Self::blank();
        let mut faults = Vec::new();
        for setting in SETTINGS {
            let given = source
                .get(setting.name)
                .map(str::trim)
                .filter(|value| !value.is_empty());
            if let Err(problem) = (setting.apply)(&mut settings, given.unwrap_or(setting.default)) {
                faults.push(Fault {
                    name: setting.name,
                    problem,
                });
            }
        }
        faults.extend(settings.read_file(source));
        faults.extend(settings.contradictions());
        faults.sort_by_key(|fault| {
            SETTINGS
                .iter()
                .position(|setting| setting.name == fault.name)
        });
        if faults.is_empty() {
            Ok(settings)
        } else {
            Err(SettingsError(faults))
        }
    }

    /// What no single setting can be blamed for.
    fn contradictions(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.http_listen.ip().is_loopback() && self.api_public_read.is_none() {
            faults.push(Fault {
                name: "HTTP_LISTEN",
                problem: format!(
                    "{} is not a loopback address, and anybody could read the API there: set API_PUBLIC_READ=false, \
                     or API_PUBLIC_READ=true if that is meant",
                    self.http_listen
                ),
            });
        }
        faults.extend(self.tiers_out_of_reach());
        faults
    }

    /// What is allowed and still not as it should be.
    pub fn warnings(&self) -> Vec<&'static str> {
        let open = self.api_tokens.open_to_all.then_some(
            "the file of API_TOKENS can be read by everybody on this machine; chmod 600 it",
        );
        open.into_iter().collect()
    }

    pub fn role(&self, user: i64) -> Role {
        if self.admins.contains(&user) {
            Role::Admin
        } else if self.viewers.contains(&user) {
            Role::Viewer
        } else {
            Role::Stranger
        }
    }

    pub fn calendar(&self) -> Calendar {
        Calendar {
            zone: self.timezone,
            ingest_due: self.ingest_due_time,
        }
    }

    pub fn audience(&self) -> Audience {
        // Without a manager there is nobody to escalate to, and 0 says never.
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

    pub fn public_read(&self) -> bool {
        self.api_public_read.unwrap_or(true)
    }

    /// Takes over from `running` what is read at the start only, and names what was to change of it.
    fn keep_fixed(&mut self, running: &Self) -> Vec<&'static str> {
        let mut waiting = Vec::new();
        let mut keep = |name, changed| {
            if changed {
                waiting.push(name);
            }
        };
        macro_rules! fixed {
            ($($name:ident: $($field:ident).+;)*) => {$(
                keep(stringify!($name), self.$($field).+ != running.$($field).+);
                self.$($field).+.clone_from(&running.$($field).+);
            )*};
        }
        let secret = |token: &Option<SecretString>| {
            token.as_ref().map(|token| token.expose_secret().to_owned())
        };
        keep(
            "TELEGRAM_TOKEN",
            secret(&self.telegram_token) != secret(&running.telegram_token),
        );
        self.telegram_token.clone_from(&running.telegram_token);
        fixed! {
            TELEGRAM_API_URL: telegram_api_url;
            TELEGRAM_PROXY: telegram_proxy;
            TELEGRAM_CALLS_PER_SEC: telegram_rates.calls_a_second;
            TELEGRAM_CHAT_PER_MIN: telegram_rates.chat_a_minute;
            TELEGRAM_GROUP_PER_MIN: telegram_rates.group_a_minute;
            DATABASE_URL: database_url;
            HTTP_LISTEN: http_listen;
            OPS_CHECK_INTERVAL_SEC: check_interval;
            OPS_CHECK_START_DELAY_SEC: check_start_delay;
            LOG_FORMAT: log_format;
            RUST_LOG: log_filter;
        }
        waiting
    }

    /// The state before the table fills in every field.
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
            // In reach of every tier: where a target cannot be read, that is all there is to say of it.
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
            cash_threshold: Money::from_kopecks(0),
            db_size_threshold_mb: 0,
            commission_outliers_max: 0,
            timezone: Tz::UTC,
            ingest_due_time: NaiveTime::MIN,
            ingest_jobs: Vec::new(),
            prometheus_url: None,
            prometheus_query: String::new(),
            api_metrics_url: None,
            heartbeat_token: None,
            ops_config: PathBuf::new(),
            ops_file: None,
            deadman_ping_url: None,
            database_url: DatabaseUrl::Sqlite(PathBuf::new()),
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

/// The settings in force, and where to read them anew.
#[derive(Debug)]
pub struct LiveSettings {
    current: ArcSwap<Settings>,
    source: Source,
}

impl LiveSettings {
    pub fn new(source: Source) -> Result<Self, SettingsError> {
        let settings = Settings::load(&source)?;
        Ok(Self {
            current: ArcSwap::from_pointee(settings),
            source,
        })
    }

    /// One moment's settings; hold them for one piece of work, not longer.
    pub fn get(&self) -> Arc<Settings> {
        self.current.load_full()
    }

    /// Reads the settings again. On a fault the ones in force stay. Returns the names of changed settings that take
    /// effect only at the next start; until then they stand as the program runs with them.
    pub fn reload(&self) -> anyhow::Result<Vec<&'static str>> {
        let mut newer = Settings::load(&self.source.reread()?)?;
        let running = self.get();
        if running.ops_file.is_some() && newer.ops_file.is_none() {
            return Err(BadFile::Gone(newer.ops_config).into());
        }
        let waiting = newer.keep_fixed(&running);
        // What is new may not go with the address that is still listened on.
        let faults = newer.contradictions();
        if !faults.is_empty() {
            return Err(SettingsError(faults).into());
        }
        for warning in newer.warnings() {
            tracing::warn!("{warning}");
        }
        self.current.store(Arc::new(newer));
        Ok(waiting)
    }
}
