use std::{fmt, path::PathBuf, str::FromStr};

/// The syslog socket for local programs; journald listens there too.
const SYSLOG: &str = "/dev/log";

/// A second copy of the audit, out of reach of anybody who can only change the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditLog {
    /// A file that is only appended to.
    File(PathBuf),
    /// The socket of syslog.
    Syslog(PathBuf),
}

impl fmt::Display for AuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Syslog(socket) => write!(f, "syslog:{}", socket.display()),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("expected the absolute path of a file, syslog, or syslog:/path/of/its/socket")]
pub struct BadAuditLog;

impl FromStr for AuditLog {
    type Err = BadAuditLog;

    fn from_str(text: &str) -> Result<Self, BadAuditLog> {
        let absolute = |path: &str| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
        match text.strip_prefix("syslog") {
            Some("") => Ok(Self::Syslog(SYSLOG.into())),
            Some(rest) => {
                let socket = rest.strip_prefix(':').and_then(absolute);
                socket.map(Self::Syslog).ok_or(BadAuditLog)
            }
            None => absolute(text).map(Self::File).ok_or(BadAuditLog),
        }
    }
}
