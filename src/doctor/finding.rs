use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Ok,
    Warning,
    Error,
    /// Unknown; the message has the reason.
    NotChecked,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Ok, Self::Warning, Self::Error, Self::NotChecked];

    pub fn label(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::NotChecked => "not checked",
        }
    }
}

/// A problem and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub status: Status,
    pub message: String,
    pub advice: Option<String>,
}

impl Finding {
    pub fn ok(message: impl Into<String>) -> Self {
        Self {
            status: Status::Ok,
            message: message.into(),
            advice: None,
        }
    }

    pub fn warning(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::bad(Status::Warning, message, advice)
    }

    pub fn error(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::bad(Status::Error, message, advice)
    }

    pub fn not_checked(why: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::bad(Status::NotChecked, why, advice)
    }

    fn bad(status: Status, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            advice: Some(advice.into()),
        }
    }
}
