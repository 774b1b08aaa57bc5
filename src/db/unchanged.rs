//! Figures of the platform's tables that are kept until another program has written to the database.
//!
//! On `SQLite` the connection on which this program writes is told that others have committed, whatever they have
//! written (`sqlite::Writer`). So a figure that is kept is the one that counting again would give, and a sweep counts
//! nothing while the platform is at rest. `PostgreSQL` tells nothing of the kind: there figures are always counted.

use super::{Db, sqlite::TablesState};

impl Db {
    /// The state of the platform's tables. `None` if others may have written without being noticed.
    pub async fn tables_state(&self) -> Option<TablesState> {
        match self {
            Self::Sqlite(_, counted, writer, _) => writer.tables_state(counted.of_platform()).await,
            Self::Postgres(..) => None,
        }
    }

    /// The figure that `count` gives, or gave when the tables were in the state `at`, which was asked for before. It must
    /// depend on nothing but what it is `about` and what the platform writes: rows of this program's own are no reason to
    /// count again.
    pub async fn unless_changed<T: Clone + Send + Sync + 'static>(
        &self,
        at: Option<TablesState>,
        question: &str,
        about: String,
        count: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let (Self::Sqlite(_, _, writer, _), Some(at)) = (self, at) else {
            return count.await;
        };
        if let Some(figure) = writer.kept().find(question, &about, at) {
            return Ok(figure);
        }
        let figure = count.await?;
        writer.kept().keep(question, about, at, figure.clone());
        Ok(figure)
    }
}
