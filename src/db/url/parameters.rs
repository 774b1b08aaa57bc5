//! A connection's parameters by libpq's names, from wherever libpq takes them.

use std::collections::BTreeMap;

use super::{UrlError, pairs};

/// How many letters a name may differ in to be taken for a misspelling.
const MISSPELT_WITHIN: usize = 2;

/// The supported parameters, each with its environment variable.
const KNOWN: [(&str, &str); 26] = [
    ("host", "PGHOST"),
    ("hostaddr", "PGHOSTADDR"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("service", "PGSERVICE"),
    ("servicefile", "PGSERVICEFILE"),
    ("options", "PGOPTIONS"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("load_balance_hosts", "PGLOADBALANCEHOSTS"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("sslcrl", "PGSSLCRL"),
    ("sslcrldir", "PGSSLCRLDIR"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("gssencmode", "PGGSSENCMODE"),
    ("require_auth", "PGREQUIREAUTH"),
    ("requirepeer", "PGREQUIREPEER"),
    ("replication", ""),
];

/// Names of other drivers for the same.
const ALIASES: [(&str, &str); 8] = [
    ("database", "dbname"),
    ("timeout", "connect_timeout"),
    ("ssl", "sslmode"),
    ("ssl-mode", "sslmode"),
    ("ssl-ca", "sslrootcert"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-cert", "sslcert"),
    ("ssl-key", "sslkey"),
];

/// Parameters without effect here, of libpq and of SQLAlchemy's drivers.
const WITHOUT_EFFECT: [&str; 40] = [
    "application_name",
    "fallback_application_name",
    "client_encoding",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "sslcompression",
    "sslsni",
    "sslpassword",
    "sslcertmode",
    "sslkeylogfile",
    "ssl_max_protocol_version",
    "min_protocol_version",
    "max_protocol_version",
    "gsslib",
    "krbsrvname",
    "gssdelegation",
    "scram_client_key",
    "scram_server_key",
    "oauth_issuer",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_scope",
    "plugin",
    "async_fallback",
    "async_creator_fn",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "statement_cache_size",
    "statement-cache-capacity",
    "max_cached_statement_lifetime",
    "max_cacheable_statement_size",
    "command_timeout",
    "direct_tls",
    "prepare_threshold",
    "autocommit",
    "cursor_factory",
    "tcp_keepalive",
];

/// A parameter without a value is as if it were not there.
#[derive(Default)]
pub struct Parameters(BTreeMap<&'static str, String>);

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    pub fn set(&mut self, name: &'static str, value: Option<String>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.insert(name, value);
        }
    }

    /// Takes the part of an address after the `?`.
    pub fn take_query(&mut self, query: &str) -> Result<(), UrlError> {
        // An @ that is no value's is of a password with a ? in it.
        if query
            .split('&')
            .any(|item| !item.contains('=') && item.contains('@'))
        {
            return Err(UrlError::TooManyAts);
        }
        let mut hosts = Vec::new();
        for ((name, value), place) in pairs(query).zip(1..) {
            match known(&name) {
                Ok(Some("host")) => hosts.push(value),
                Ok(Some(name)) => self.set(name, Some(value)),
                Ok(None) => {}
                Err(meant) => return Err(UrlError::UnknownParameter(place, meant)),
            }
        }
        // SQLAlchemy takes several hosts as one parameter each.
        self.set("host", Some(hosts.join(",")));
        Ok(())
    }

    /// Takes over a line of a service file; existing values stay. An error has no details.
    pub fn take_line(&mut self, name: &str, value: &str) -> Result<(), ()> {
        if let Some(name) = known(name).map_err(drop)?
            && !self.0.contains_key(name)
        {
            self.set(name, Some(value.to_owned()));
        }
        Ok(())
    }

    /// Fills gaps from the environment.
    pub fn complete_with(&mut self, variable: &dyn Fn(&str) -> Option<String>) {
        for (name, from) in KNOWN {
            if !self.0.contains_key(name) && !from.is_empty() {
                self.set(name, variable(from));
            }
        }
    }
}

/// libpq's name for it; `None` if it has no effect here. An unknown name may be part of a password, so the error
/// contains only a similar known name.
fn known(name: &str) -> Result<Option<&'static str>, Option<&'static str>> {
    let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
    let name = alias.map_or(name, |(_, name)| name);
    let mut all = KNOWN.iter().map(|(known, _)| *known);
    if let Some(known) = all.find(|known| *known == name) {
        return Ok(Some(known));
    }
    if WITHOUT_EFFECT.contains(&name) {
        return Ok(None);
    }
    let small = name.to_ascii_lowercase();
    let near = KNOWN
        .iter()
        .map(|(known, _)| (strsim::damerau_levenshtein(&small, known), *known))
        .min()
        .filter(|(distance, _)| *distance <= MISSPELT_WITHIN);
    Err(near.map(|(_, known)| known))
}
