//! The settings of a running program.

use std::sync::Arc;

use arc_swap::ArcSwap;
use secrecy::{ExposeSecret, SecretString};

use super::{BadFile, KnownNames, Settings, SettingsError, Source};

/// The current settings, and their source for a reload.
#[derive(Debug)]
pub struct LiveSettings {
    current: ArcSwap<Settings>,
    source: Source,
    known: KnownNames,
}

impl LiveSettings {
    pub fn new(source: Source, known: KnownNames) -> Result<Self, SettingsError> {
        let settings = Settings::load(&source, &known)?;
        Ok(Self {
            current: ArcSwap::from_pointee(settings),
            source,
            known,
        })
    }

    /// A snapshot; use it for one task, no longer.
    pub fn get(&self) -> Arc<Settings> {
        self.current.load_full()
    }

    /// Reloads the settings. If they are invalid, the current ones stay. Returns the names of changed settings that
    /// need a restart; until then they keep their values.
    pub fn reload(&self) -> anyhow::Result<Vec<&'static str>> {
        let source = self.source.reread()?;
        let mut newer = Settings::load(&source, &self.known)?;
        let running = self.get();
        if running.ops_file.is_some() && newer.ops_file.is_none() {
            return Err(BadFile::Gone(newer.ops_config).into());
        }
        let waiting = newer.keep_fixed(&running);
        // New settings may contradict the address that is still listened on.
        let faults = newer.contradictions();
        if !faults.is_empty() {
            return Err(SettingsError(faults).into());
        }
        newer.warn(&source);
        self.current.store(Arc::new(newer));
        Ok(waiting)
    }
}

impl Settings {
    /// Keeps the values of settings that are only read at the start, and returns the names of those that differ.
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
            DATABASE_POOL_SIZE: database_pool_size;
            HTTP_LISTEN: http_listen;
            OPS_CHECK_INTERVAL_SEC: check_interval;
            OPS_CHECK_START_DELAY_SEC: check_start_delay;
            LOG_FORMAT: log_format;
            RUST_LOG: log_filter;
        }
        waiting
    }
}
