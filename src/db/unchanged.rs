//! Figures of the platform's tables that are kept until another program has written to the database.
//!
//! On `SQLite` the connection on which this program writes is told that others have committed, whatever they have
//! written (`sqlite::Writer`). So a figure that is kept is the one that counting again would give, and a sweep counts
//! nothing while the platform is at rest. `PostgreSQL` tells nothing of the kind: there figures are always counted.

use super::Db;

impl Db {
    /// The figure that `count` gives, or gave if nobody has written to the platform's tables since. It must depend on nothing but what it is
    /// `about` and what the platform writes: rows of this program's own are no reason to count again.
    pub async fn unless_changed<T: Clone + Send + Sync + 'static>(
        &self,
        question: &str,
        about: String,
        count: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        let Self::Sqlite(_, counted, writer) = self else {
            return count.await;
        };
        let Some(at) = writer.tables_state(counted.of_platform()).await else {
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
