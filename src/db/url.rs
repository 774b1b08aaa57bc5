//! `DATABASE_URL` in `SQLAlchemy`'s form, as the platform's `.env` holds it, or in libpq's.

mod authority;
mod error;
mod parameters;
mod passfile;
mod postgres;
mod service;
mod sqlite;
mod startup_options;

use std::{env, fmt, path::PathBuf, str::FromStr};

use percent_encoding::percent_decode_str;

use self::parameters::Parameters;
pub use self::{
    error::UrlError,
    postgres::{PostgresAddress, PostgresHost, PostgresTls, SslMode},
};

/// The address of the platform's database. `Display` and `Debug` never show a password.
#[derive(Clone, PartialEq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(Box<PostgresAddress>),
}

impl DatabaseUrl {
    /// Reads the address. `variable` gives what libpq takes from the environment where the address is silent.
    pub fn read(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        let scheme = scheme.to_ascii_lowercase();
        // SQLAlchemy names a Python driver after a plus; the server is the same.
        let (database, driver) = scheme.split_once('+').unwrap_or((&scheme, ""));
        match database {
            "sqlite" if driver.starts_with("pysqlcipher") => Err(UrlError::Encrypted),
            "sqlite" => sqlite::path(rest).map(Self::Sqlite),
            "postgresql" | "postgres" => {
                let mut parameters = authority::read(rest)?;
                service::complete(&mut parameters, variable)?;
                parameters.complete_with(variable);
                PostgresAddress::new(&parameters).map(|address| Self::Postgres(Box::new(address)))
            }
            _ => Err(UrlError::UnknownDatabase),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::read(text, &|name| env::var(name).ok())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(address) => fmt::Display::fmt(address, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// As Python's `unquote` does it: a `%` that begins no escape stays.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The pairs of a query as Python's `parse_qsl` gives them: those without a value do not count.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    query.split('&').filter_map(|item| {
        let (name, value) = item.split_once('=')?;
        let plain = |text: &str| decoded(&text.replace('+', " "));
        (!value.is_empty()).then(|| (plain(name), plain(value)))
    })
}
