//! The address of a `PostgreSQL` server, and the connection's parameters.

mod hosts;
mod refused;

use std::{fmt, path::PathBuf, time::Duration};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;

pub use self::hosts::PostgresHost;
use self::{hosts::hosts, refused::refuse_what_cannot_be_had};
use super::{
    Parameters, UrlError,
    passfile::{self, Login},
    startup_options,
};

/// libpq waits no shorter than this.
const SHORTEST_TIMEOUT: u64 = 2;
/// Characters that would end a database's name, or the line that shows it.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'%')
    .add(b'/')
    .add(b'?')
    .add(b'#')
    .add(b'@');

/// A server's address completed from the service file, the environment and libpq's defaults. `Display` and `Debug` show
/// only where it leads.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress {
    /// At least one. They are tried in this order.
    pub hosts: Vec<PostgresHost>,
    pub user: String,
    /// `None` when it is to be looked for in the password file.
    pub password: Option<Password>,
    pub passfile: Option<PathBuf>,
    pub database: String,
    pub tls: PostgresTls,
    /// Settings of each session, by name.
    pub options: Vec<(String, String)>,
    /// The longest that connecting to one of the hosts may take.
    pub connect_timeout: Option<Duration>,
    /// A server that takes no writes is passed over.
    pub writable: bool,
    /// The hosts are tried in any order, so that many programs spread over them.
    pub any_order: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostgresTls {
    pub mode: SslMode,
    /// `system` means the system's root certificates.
    pub root_cert: Option<PathBuf>,
    pub cert: Option<PathBuf>,
    pub key: Option<PathBuf>,
    /// Certificates that were taken back.
    pub crl: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    Disable,
    Allow,
    #[default]
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

#[derive(Clone)]
pub struct Password(SecretString);

impl PostgresAddress {
    pub(super) fn new(parameters: &Parameters) -> Result<Self, UrlError> {
        refuse_what_cannot_be_had(parameters)?;
        let path = |name| parameters.get(name).map(PathBuf::from);
        let user = parameters.get("user").map_or_else(account, str::to_owned);
        let target = parameters.get("target_session_attrs");
        let address = Self {
            hosts: hosts(parameters)?,
            password: parameters.get("password").map(Password::from),
            passfile: path("passfile"),
            database: parameters.get("dbname").unwrap_or(&user).to_owned(),
            user,
            tls: PostgresTls {
                mode: parameters
                    .get("sslmode")
                    .map_or(Ok(SslMode::default()), SslMode::read)?,
                root_cert: path("sslrootcert"),
                cert: path("sslcert"),
                key: path("sslkey"),
                crl: path("sslcrl"),
            },
            options: parameters
                .get("options")
                .map_or(Ok(Vec::new()), startup_options::read)?,
            connect_timeout: parameters
                .get("connect_timeout")
                .map_or(Ok(None), timeout)?,
            writable: target.map_or(Ok(false), writable)?,
            any_order: parameters.get("load_balance_hosts") == Some("random"),
        };
        // The protocol ends each of them with one.
        let has_nul = parameters.values().any(|value| value.contains('\0'));
        if has_nul {
            Err(UrlError::Postgres)
        } else {
            Ok(address)
        }
    }

    /// The password for this host: the address's own, or the password file's.
    pub fn password_for(&self, host: &PostgresHost) -> Option<Password> {
        let login = Login {
            host: &host.name,
            port: host.port,
            database: &self.database,
            user: &self.user,
        };
        let in_file = || passfile::password(self.passfile.as_deref(), &login).map(Password);
        self.password.clone().or_else(in_file)
    }
}

impl SslMode {
    fn read(text: &str) -> Result<Self, UrlError> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "disable" => Self::Disable,
            "allow" => Self::Allow,
            "prefer" => Self::Prefer,
            // `ssl=true` is libpq's and asyncpg's other way to say it.
            "require" | "true" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                return Err(UrlError::Value(
                    "sslmode",
                    "disable, allow, prefer, require, verify-ca or verify-full",
                ));
            }
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

impl Password {
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned().into())
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for Password {}

/// In SQLAlchemy's form, which can be parsed again.
impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = utf8_percent_encode(&self.database, ESCAPED);
        if let [socket] = &self.hosts[..]
            && socket.is_socket()
        {
            return write!(
                f,
                "postgresql:///{database}?host={}&port={}",
                socket.name, socket.port
            );
        }
        let hosts: Vec<_> = self.hosts.iter().map(ToString::to_string).collect();
        write!(f, "postgresql://{}/{database}", hosts.join(","))
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The operating system account, used when the address names no user.
fn account() -> String {
    PgConnectOptions::new_without_pgpass()
        .get_username()
        .to_owned()
}

/// `None` for no timeout.
fn timeout(text: &str) -> Result<Option<Duration>, UrlError> {
    let seconds: f64 = text
        .trim()
        .parse()
        .map_err(|_| UrlError::Value("connect_timeout", "seconds"))?;
    let whole = Duration::try_from_secs_f64(seconds.ceil()).ok();
    Ok(whole
        .filter(|whole| !whole.is_zero())
        .map(|whole| whole.max(Duration::from_secs(SHORTEST_TIMEOUT))))
}

/// Tells if only a server that takes writes will do. Those that take none are of no use here.
fn writable(text: &str) -> Result<bool, UrlError> {
    match text {
        "any" => Ok(false),
        "read-write" | "primary" => Ok(true),
        "read-only" | "standby" | "prefer-standby" => Err(UrlError::CannotBeHad(
            "target_session_attrs of a standby",
            "this program writes to the database; write read-write, or any",
        )),
        _ => Err(UrlError::Value("target_session_attrs", "any or read-write")),
    }
}
