//! Settings that take the place of a running program's.

use secrecy::{ExposeSecret, SecretString};

use super::{BadFile, Settings, SettingsError};

impl Settings {
    /// These settings in place of the running ones, with the names of changed settings that need a restart; until then
    /// they keep their values.
    pub fn in_place_of(mut self, running: &Self) -> anyhow::Result<(Self, Vec<&'static str>)> {
        if running.ops_file.is_some() && self.ops_file.is_none() {
            return Err(BadFile::Gone(self.ops_config).into());
        }
        let waiting = self.keep_fixed(running);
        // New settings may contradict the address that is still listened on.
        let faults = self.contradictions();
        if !faults.is_empty() {
            return Err(SettingsError(faults).into());
        }
        Ok((self, waiting))
    }

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
