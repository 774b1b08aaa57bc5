use std::fmt;

/// What a Telegram user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Stranger,
    Viewer,
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stranger => "stranger",
            Self::Viewer => "viewer",
            Self::Admin => "admin",
        })
    }
}

/// Who or what set something going, as the history records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Scheduler,
    Rest,
    User(i64),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheduler => f.write_str("scheduler"),
            Self::Rest => f.write_str("rest"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}
