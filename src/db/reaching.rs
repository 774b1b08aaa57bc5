//! Whether the database can be reached at all.

use std::time::Duration;

use super::Db;

/// Whoever asks wants to know now. A server that answers later than this does nobody any good.
const WITHIN: Duration = Duration::from_secs(3);

impl Db {
    /// Reads something: an `SQLite` file is not looked at for a query of nothing.
    pub async fn ping(&self) -> sqlx::Result<()> {
        let query = match self {
            Self::Sqlite(_) => "SELECT EXISTS (SELECT 1 FROM sqlite_master)",
            Self::Postgres(_) => "SELECT 1",
        };
        self.query(query).execute().await
    }

    /// Why it cannot be reached, in a few words; nothing when it can.
    pub async fn out_of_reach(&self) -> Option<String> {
        match tokio::time::timeout(WITHIN, self.ping()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(reason(&error)),
            Err(_) => Some(format!("no answer within {}s", WITHIN.as_secs())),
        }
    }
}

fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::PoolTimedOut => "no connection to be had".to_owned(),
        error => error.to_string(),
    }
}
