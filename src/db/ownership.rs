//! Tables of this program that another role owns on `PostgreSQL`, such as those that the platform's migrations made.

use sqlx::migrate::Migration;

use super::Db;

/// Tables that another role owns, so that this account cannot change them.
const FOREIGN_TABLES: &str = r#"SELECT CAST(c.relname AS TEXT) AS "table", CAST(pg_get_userbyid(c.relowner) AS TEXT) AS owner,
        CAST(current_user AS TEXT) AS account
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relname LIKE 'ops\_%' AND pg_table_is_visible(c.oid)
        AND NOT pg_has_role(c.relowner, 'USAGE')
    ORDER BY c.relname"#;

/// Tables that this account cannot write to: rights may be missing even for the owner.
const CLOSED_TABLES: &str = "SELECT CAST(c.relname AS TEXT) FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND (c.relname LIKE 'ops\\_%' OR c.relname = 'job_runs') AND pg_table_is_visible(c.oid)
        AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
            AND has_table_privilege(c.oid, 'UPDATE')
            AND (c.relname IN ('job_runs', 'ops_migrations') OR has_table_privilege(c.oid, 'DELETE')))
    ORDER BY c.relname";

/// A table of this program that belongs to another role.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ForeignTable {
    pub table: String,
    pub owner: String,
    /// This program's own.
    pub account: String,
}

impl Db {
    /// The tables that the next start is to change, and another role owns; none on `SQLite`.
    pub async fn foreign_tables(&self) -> sqlx::Result<Vec<ForeignTable>> {
        let Self::Postgres(..) = self else {
            return Ok(Vec::new());
        };
        let mut found: Vec<ForeignTable> = self.query(FOREIGN_TABLES).fetch_all().await?;
        let applied = if self.has_journal().await? {
            self.applied_migrations().await?
        } else {
            Vec::new()
        };
        let migrator = self.migrator();
        found.retain(|one| {
            migrator.iter().any(|migration| {
                !applied.contains(&migration.version) && names(migration, &one.table)
            })
        });
        Ok(found)
    }

    /// The tables that this account may not read and write as this program does; none on `SQLite`.
    pub async fn closed_tables(&self) -> sqlx::Result<Vec<String>> {
        let Self::Postgres(..) = self else {
            return Ok(Vec::new());
        };
        let mut closed: Vec<String> = self.query(CLOSED_TABLES).fetch_values().await?;
        let migrator = self.migrator();
        closed.retain(|table| {
            *table == migrator.table_name
                || migrator.iter().any(|migration| names(migration, table))
        });
        Ok(closed)
    }
}

/// The platform may have tables with similar names.
fn names(migration: &Migration, table: &str) -> bool {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut words = migration.sql.as_str().split(|c| !is_word(c));
    words.any(|word| word == table)
}

/// The owners of the tables, and how to let this account change them; `None` if all are its own.
pub fn ownership(foreign: &[ForeignTable]) -> Option<(String, String)> {
    let account = &foreign.first()?.account;
    let each = |say: &dyn Fn(&ForeignTable) -> String| -> Vec<String> {
        let mut said: Vec<_> = foreign.iter().map(say).collect();
        said.dedup();
        said
    };
    let whose = each(&|one| format!("{} belongs to the role {}", one.table, one.owner));
    let grant = each(&|one| format!("GRANT \"{}\" TO \"{account}\";", one.owner));
    let alter = each(&|one| format!("ALTER TABLE {} OWNER TO \"{account}\";", one.table));
    Some((
        format!(
            "{}, and only its owner can change a table",
            whose.join(", ")
        ),
        format!(
            "as a superuser, run: {} or else: {}",
            grant.join(" "),
            alter.join(" ")
        ),
    ))
}
