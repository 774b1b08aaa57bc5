//! Every setting: one entry each. Thresholds are declared by their detectors.

use super::{Declared, Settings, Tokens, parse};

/// The section of the detectors' settings.
pub(super) const CHECKS: &str = "Checks";

#[derive(Clone, Copy)]
pub struct Setting {
    pub name: &'static str,
    /// The value when none is given; empty for "not set".
    pub default: &'static str,
    #[allow(dead_code, reason = "the tests write the documents from it")]
    pub section: &'static str,
    #[allow(dead_code, reason = "the tests write the documents from it")]
    pub about: &'static str,
    pub(super) apply: Apply,
}

/// Where a value goes.
#[derive(Clone, Copy)]
pub(super) enum Apply {
    Field(fn(&mut Settings, &str) -> Result<(), String>),
    Threshold(&'static dyn Declared),
}

impl Setting {
    pub(super) fn apply(&self, settings: &mut Settings, text: &str) -> Result<(), String> {
        match self.apply {
            Apply::Field(apply) => apply(settings, text),
            Apply::Threshold(threshold) => {
                threshold.check(text)?;
                settings.thresholds.insert(self.name, text.to_owned());
                Ok(())
            }
        }
    }
}

macro_rules! settings {
    ($($section:literal { $($name:ident = $default:literal, $about:literal, $($field:ident).+: $parse:expr;)* })*) => {
        pub const SETTINGS: &[Setting] = &[$($(
            Setting {
                name: stringify!($name),
                default: $default,
                section: $section,
                about: $about,
                apply: Apply::Field(|settings, text| {
                    let parse: fn(&str) -> _ = $parse;
                    settings.$($field).+ = parse(text)?;
                    Ok(())
                }),
            },
        )*)*];
    };
}

settings! {
    "Telegram" {
        TELEGRAM_TOKEN = "", "The bot's token, from @BotFather. Needed by `sovani-ops run`.",
            telegram_token: |text| parse::optional(text, parse::bot_token);
        ADMIN_USER_IDS = "", "Telegram user ids that may do everything, comma-separated: of persons only. /whoami tells a person theirs.",
            admins: parse::user_ids;
        VIEWER_USER_IDS = "", "Telegram user ids that may read, comma-separated: of persons only.",
            viewers: parse::user_ids;
        BOT_LANG = "en", "Language of the chats: en or ru.",
            lang: parse::own;
        MANAGER_CHAT_ID = "", "The chat that critical alerts are escalated to: chat or chat:thread; thread 1 is the general topic. Its readers may acknowledge those.",
            manager_chat: parse::chat_or_none;
        TELEGRAM_API_URL = "https://api.telegram.org", "Base of the Bot API; plain http only towards loopback.",
            telegram_api_url: parse::api_url;
        TELEGRAM_PROXY = "", "Proxy towards the Bot API: http://, https://, socks5:// or socks5h://host:port. With socks5:// this machine looks up the Bot API's address; with the others the proxy does.",
            telegram_proxy: |text| parse::optional(text, parse::proxy);
        TELEGRAM_CALLS_PER_SEC = "25", "Limit for calls of the Bot API per second. Telegram allows about 30.",
            telegram_rates.calls_a_second: parse::rate;
        TELEGRAM_CHAT_PER_MIN = "60", "Limit for messages, edits and answers in a private chat per minute. Telegram allows about 60.",
            telegram_rates.chat_a_minute: parse::rate;
        TELEGRAM_GROUP_PER_MIN = "15", "Limit for messages, edits and answers in a group per minute. Telegram allows 20; 5 are left for bursts.",
            telegram_rates.group_a_minute: parse::rate;
    }
    "Alerts" {
        ALERT_CHAT_IDS = "", "Chats that alerts are pushed to, comma-separated, each chat or chat:thread; thread 1 is the general topic.",
            alert_chats: parse::chats;
        ALERT_DEDUP_WINDOW_SEC = "300", "Shortest time between two notifications of one fault while it lasts, in seconds.",
            dedup_window: |text| parse::seconds(text, &(0..=86_400));
        ALERT_MIN_SEVERITY = "warning", "Least severity that is pushed: info, warning, error or critical.",
            min_severity: parse::own;
        ALERT_RESOLVE_AFTER_PASSES = "2", "Passing checks in a row that close an incident; more if its fault comes and goes.",
            resolve_after_passes: |text| parse::number(text, &(1..=100));
        ALERT_REMINDER_BACKOFF = "double", "Wait between reminders of an open incident: double, or none for the plain window.",
            reminder_backoff: parse::reminder_backoff;
        ALERT_REMINDER_MAX_SEC = "14400", "Longest wait between two reminders, in seconds.",
            reminder_max: |text| parse::seconds(text, &(1..=604_800));
        ALERT_LOUD = "error,critical", "Severities that arrive with a sound, comma-separated; reminders adds their reminders; or none. Escalations always do.",
            loudness: parse::loudness;
        ALERT_GROUP_MAX = "5", "More alerts than this in one sweep or minute become one message in each chat.",
            group_max: |text| parse::number(text, &(1..=100));
        ESCALATE_AFTER_SEC = "900", "Time after which a critical incident that nobody has acknowledged is escalated to MANAGER_CHAT_ID, in seconds; 0 for never.",
            escalate_after: |text| parse::seconds(text, &(0..=86_400));
    }
    "Service levels" {
        SLO_API_LATENCY_P95_MS = "1200", "Target: API p95 latency in milliseconds, at most.",
            slo_api_latency_p95_ms: |text| parse::number(text, &(1.0..=600_000.0));
        SLO_INGEST_SUCCESS_RATE_PCT = "99.0", "Target: ingest success rate in percent, at least.",
            slo_ingest_success_rate_pct: |text| parse::number(text, &(0.0..=100.0));
        SLO_SCHEDULER_ON_TIME_PCT = "98.0", "Target: scheduler on-time rate in percent, at least.",
            slo_scheduler_on_time_pct: |text| parse::number(text, &(0.0..=100.0));
        SLO_PERIOD_DAYS = "30", "Length of an error budget's period, in days up to now.",
            slo_period_days: |text| parse::number(text, &(7..=90));
        SLO_BURN_TIERS = "14.4,6,3,1", "Burn rates of an error budget that raise the alarm: some of these four, comma-separated; or none.",
            slo_burn_tiers: parse::burn_tiers;
        SLO_BURN_MIN_EVENTS = "10", "Least number of events in the longer window of a tier for its burn rate to be judged.",
            slo_burn_min_events: |text| parse::number(text, &(1..=1_000_000));
    }
    "Remediation" {
        AUTO_REMEDIATION_ENABLED = "true", "Enables actions, both automatic and on request.",
            remediation_enabled: parse::flag;
        AUTO_REMEDIATION_MAX_RETRIES = "3", "Retries of a failed action.",
            remediation_max_retries: |text| parse::number(text, &(0..=10));
        AUTO_REMEDIATION_BREAKER_RUNS = "3", "Automatic runs of one action within AUTO_REMEDIATION_BREAKER_WINDOW_SEC after which a confirmation is needed.",
            breaker_runs: |text| parse::number(text, &(1..=100));
        AUTO_REMEDIATION_BREAKER_WINDOW_SEC = "3600", "Time within which automatic runs are counted, in seconds.",
            breaker_window: |text| parse::seconds(text, &(60..=604_800));
        AUTO_REMEDIATION_COOLDOWN_SEC = "300", "Shortest time between two automatic runs of one action, in seconds; earlier ones need a confirmation.",
            remediation_cooldown: |text| parse::seconds(text, &(0..=86_400));
        SCHEDULER_RESTART_CMD = "", "Command that remediate_restart_scheduler runs without a shell: words, or a JSON list.",
            scheduler_restart_cmd: |text| parse::optional(text, parse::command);
        DBUS_SYSTEM_BUS_ADDRESS = "", "Address of the system bus for actions that restart units, if it is not the usual one.",
            system_bus: |text| parse::optional(text, parse::bus_address);
    }
    "Checks" {
        OPS_CHECK_INTERVAL_SEC = "300", "Time between two sweeps of all detectors, in seconds.",
            check_interval: |text| parse::seconds(text, &(1..=86_400));
        OPS_CHECK_START_DELAY_SEC = "120", "Time from the start to the first sweep, in seconds.",
            check_start_delay: |text| parse::seconds(text, &(0..=86_400));
        DETECTOR_TIMEOUT_SEC = "30", "Time limit of a detector, in seconds; at most 30, the limit of every query.",
            detector_timeout: |text| parse::seconds(text, &(1..=30));
        APP_TIMEZONE = "Europe/Moscow", "Time zone of the platform's days.",
            timezone: parse::time_zone;
        INGEST_DUE_TIME = "06:00", "Time of day, in APP_TIMEZONE, by which yesterday's sales must have arrived.",
            ingest_due_time: parse::time_of_day;
        INGEST_JOBS = "collect_yesterday_data", "Jobs that ingest the sales, comma-separated, by their names in job_runs.",
            ingest_jobs: |text| parse::list(text, parse::job_name);
        PROMETHEUS_URL = "", "Prometheus with the latency of the platform's API. Takes precedence over API_METRICS_URL.",
            prometheus_url: |text| parse::optional(text, parse::web_url);
        PROMETHEUS_QUERY = "sum by (le) (increase(http_request_duration_seconds_bucket[$window]))", "Query for it: requests by bucket (le) over $window.",
            prometheus_query: parse::latency_query;
        PROMETHEUS_HEADERS = "", "Headers of its requests: one such as `Authorization: Bearer TOKEN`, or a JSON object of several.",
            prometheus_headers: parse::headers;
        API_METRICS_URL = "", "The platform's own /metrics page, scraped for the latency where there is no Prometheus.",
            api_metrics_url: |text| parse::optional(text, parse::web_url);
        API_METRICS_NAME = "http_request_duration_seconds", "Name of the latency histogram on that page, in seconds.",
            api_metrics_name: parse::histogram_name;
        API_METRICS_HEADERS = "", "Headers of its requests, as in PROMETHEUS_HEADERS.",
            api_metrics_headers: parse::headers;
    }
    "Program" {
        DATABASE_URL = "sqlite:///./sovani_bot.db", "The platform's database: sqlite:///path or postgresql://user:password@host/name.",
            database_url: parse::own;
        CHECKS_DATABASE_URL = "", "The database as the checks of OPS_CONFIG are to see it, best with an account that may only SELECT; DATABASE_URL if not set. They take two connections at most.",
            checks_database_url: |text| parse::optional(text, parse::own);
        DATABASE_POOL_SIZE = "10", "Limit for connections to PostgreSQL. If the server grants fewer, those are used.",
            database_pool_size: |text| parse::number(text, &(1..=100));
        RETENTION_DAYS = "180", "Days for which history is kept: closed incidents, alerts, remediations, the audit, service levels. At least 95.",
            retention_days: parse::retention;
        AUDIT_LOG = "", "A copy of the audit outside the database: the absolute path of a file, which is only appended to; or syslog, which includes journald; or syslog:/path/of/socket.",
            audit_log: |text| parse::optional(text, parse::own);
        OPS_CONFIG = "sovani-ops.toml", "The file with the expected jobs, the configuration of actions and checks of your own; see sovani-ops.example.toml.",
            ops_config: parse::own;
        DEADMAN_PING_URL = "", "Address that is fetched after each good sweep: a dead man's switch, which raises the alarm when the pings stop.",
            deadman_ping_url: |text| parse::optional(text, parse::web_url);
        HTTP_LISTEN = "127.0.0.1:8000", "Address and port of the REST API and /metrics.",
            http_listen: parse::listen;
        HTTP_TRUSTED_PROXIES = "", "Reverse proxies whose X-Forwarded-For is trusted for the client's address, comma-separated addresses or networks such as 10.0.0.0/8.",
            trusted_proxies: |text| parse::list(text, parse::network);
        ADMIN_TOKEN = "", "Bearer token of the admin endpoints; they are disabled without one, here or in API_TOKENS. At least 16 characters.",
            admin_token: |text| parse::optional(text, parse::bearer_token);
        API_TOKENS = "", "File of further bearer tokens, one a line: name, viewer, admin or job:NAME, sha256:… as `sovani-ops token NAME` prints it.",
            api_tokens: Tokens::load;
        HEARTBEAT_TOKEN = "", "Bearer token for jobs' heartbeats over HTTP. At least 16 characters.",
            heartbeat_token: |text| parse::optional(text, parse::bearer_token);
        API_PUBLIC_READ = "", "true lets everybody read the API without a token, false requires one. Not set, no token is needed on this machine, by address or as localhost; with another HTTP_LISTEN or with HTTP_TRUSTED_PROXIES it must be set.",
            api_public_read: |text| parse::optional(text, parse::flag);
        LOG_FORMAT = "text", "Form of the log lines: text or json.",
            log_format: parse::log_format;
        RUST_LOG = "info,tokio_cron_scheduler=warn", "Log filter: a level, or target=level pairs, comma-separated.",
            log_filter: parse::log_filter;
    }
}
