//! Detects an unreachable database.

use std::time::Duration;

use super::Db;

/// A probe needs an answer soon, and a slower server is of no use.
const WITHIN: Duration = Duration::from_secs(3);

impl Db {
    /// Reads something, because `SQLite` does not touch the file for a query without a table.
    pub async fn ping(&self) -> sqlx::Result<()> {
        let query = match self {
            Self::Sqlite(..) => "SELECT EXISTS (SELECT 1 FROM sqlite_master)",
            Self::Postgres(..) => "SELECT 1",
        };
        self.query(query).execute().await
    }

    /// The reason why it is unreachable; `None` if it is reachable.
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
