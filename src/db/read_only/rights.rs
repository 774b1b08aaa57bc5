//! The rights of the account that runs the checks, besides reading.

use super::ReadOnlyDb;

/// How many tables are named.
const NAMED: usize = 5;

/// The rights of an account that are more than checks need; all empty for one that can only read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    pub superuser: bool,
    /// Roles that let it act on the server, such as `pg_signal_backend`.
    pub roles: Vec<String>,
    /// Tables that it may change, the first few.
    pub tables: Vec<String>,
}

impl Rights {
    pub fn are_more_than_needed(&self) -> bool {
        self.superuser || !self.roles.is_empty() || !self.tables.is_empty()
    }
}

impl ReadOnlyDb {
    /// `None` on `SQLite`, which has no accounts: its connections can only read.
    pub async fn rights(&self) -> sqlx::Result<Option<Rights>> {
        let Self::Postgres(pool) = self else {
            return Ok(None);
        };
        let superuser: bool =
            sqlx::query_scalar("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
                .fetch_one(pool)
                .await?;
        let roles = sqlx::query_scalar(
            "SELECT CAST(rolname AS TEXT) FROM pg_roles WHERE rolname IN ('pg_signal_backend', \
             'pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program') \
             AND pg_has_role(oid, 'MEMBER') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \
             ORDER BY 1",
        )
        .fetch_all(pool)
        .await?;
        let tables = sqlx::query_scalar(
            "SELECT CAST(c.relname AS TEXT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
             AND n.nspname NOT LIKE 'pg\\_%' AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') \
             ORDER BY 1 LIMIT $1",
        )
        .bind(i64::try_from(NAMED).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
        Ok(Some(Rights {
            superuser,
            roles,
            tables,
        }))
    }
}
