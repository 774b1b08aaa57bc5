//! `DATABASE_URL` in `SQLAlchemy`'s form, as the platform's `.env` holds it.

use std::{fmt, path::PathBuf, str::FromStr};

use secrecy::{ExposeSecret, SecretString};

/// Where the platform's database is. `Display` and `Debug` never show a password.
#[derive(Clone)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(SecretString),
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UrlError {
    #[error("no scheme: write sqlite:///./sovani_bot.db or postgresql://user:password@host/name")]
    NoScheme,
    #[error("not a database this program knows: sqlite or postgresql")]
    UnknownDatabase,
    #[error(
        "a sqlite path follows three slashes, an absolute one four: sqlite:///./x.db, sqlite:////var/lib/x.db"
    )]
    Slashes,
    #[error("the sqlite path is empty; a database in memory cannot be shared with the platform")]
    InMemory,
    #[error("not a postgresql address: {0}")]
    Postgres(url::ParseError),
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme)?;
        // SQLAlchemy names a Python driver after a plus; the server is the same.
        let database = scheme.split_once('+').map_or(scheme, |(name, _)| name);
        match database {
            "sqlite" => sqlite_path(rest).map(Self::Sqlite),
            "postgresql" | "postgres" => {
                let address = format!("postgresql:{rest}");
                url::Url::parse(&address).map_err(UrlError::Postgres)?;
                Ok(Self::Postgres(address.into()))
            }
            _ => Err(UrlError::UnknownDatabase),
        }
    }
}

/// `///x.db` and `///./x.db` are relative, `////var/x.db` is absolute, options after `?` are the driver's.
fn sqlite_path(rest: &str) -> Result<PathBuf, UrlError> {
    let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
    if options.split('&').any(|option| option == "mode=memory") {
        return Err(UrlError::InMemory);
    }
    let path = match path.strip_prefix("///") {
        Some(path) => path,
        None if path.len() > 2 && path.starts_with("//") => return Err(UrlError::Slashes),
        None => path,
    };
    match path {
        "" | "//" | ":memory:" | "file::memory:" => Err(UrlError::InMemory),
        path => Ok(PathBuf::from(path)),
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(address) => match url::Url::parse(address.expose_secret()) {
                Ok(url) => write!(
                    f,
                    "postgresql://{}:{}{}",
                    url.host_str().unwrap_or("localhost"),
                    url.port().unwrap_or(5432),
                    url.path()
                ),
                Err(_) => f.write_str("postgresql:"),
            },
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for DatabaseUrl {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(two)) => one == two,
            (Self::Postgres(one), Self::Postgres(two)) => {
                one.expose_secret() == two.expose_secret()
            }
            _ => false,
        }
    }
}
