//! How an action may be run, and what it would do.

use std::{fmt, str::FromStr, time::Duration};

use super::{DiskSpace, words};

words! {
    /// Who has to say yes before an action runs, the stricter after the less strict
    pub enum Mode {
        /// None: an alert is enough.
        Auto = "auto",
        /// An administrator.
        Approve = "approve",
        /// Two different administrators.
        TwoPerson = "two-person",
        /// It never runs.
        Off = "off",
    }
}

/// A session of a database server with its current work. The process id alone is not enough, because it is reused and a
/// pool runs other work in the same session. Times are in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub pid: i32,
    pub began: i64,
    pub busy_since: i64,
}

/// `4711@1759395600000000@1759395900000000`.
impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}@{}", self.pid, self.began, self.busy_since)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not a session")]
pub struct UnknownSession;

impl FromStr for Session {
    type Err = UnknownSession;

    fn from_str(text: &str) -> Result<Self, UnknownSession> {
        let (pid, times) = text.split_once('@').ok_or(UnknownSession)?;
        let (began, busy_since) = times.split_once('@').ok_or(UnknownSession)?;
        Ok(Self {
            pid: pid.parse().map_err(|_| UnknownSession)?,
            began: began.parse().map_err(|_| UnknownSession)?,
            busy_since: busy_since.parse().map_err(|_| UnknownSession)?,
        })
    }
}

/// The expected effect of a run, as of now. Sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Rewrites an `SQLite` file.
    Rewrite {
        size: u64,
        unused: u64,
        rooms: Vec<DiskSpace>,
    },
    /// Gives unused pages of an `SQLite` file back in place.
    Shrink { size: u64, unused: u64 },
    /// `PostgreSQL`'s own VACUUM.
    Sweep { size: u64 },
    /// Runs this argument vector.
    Command(Vec<String>),
    /// Makes this HTTP call; the address is without credentials.
    Call { method: String, address: String },
    /// Restarts this unit of systemd.
    RestartUnit { unit: String },
    /// Ends that session of the database.
    EndSession {
        session: Session,
        user: String,
        application: String,
        state: String,
        query: String,
        busy: Duration,
    },
    /// Sends the alert to that chat.
    Tell { chat: String },
    /// Reloads the settings and the open incidents.
    Reload { incidents: usize },
    /// It would fail as things are now.
    InVain(String),
}

impl Plan {
    /// The one session that it is about, if it is about one.
    pub fn session(&self) -> Option<Session> {
        match self {
            Self::EndSession { session, .. } => Some(*session),
            _ => None,
        }
    }
}
