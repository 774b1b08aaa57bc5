//! Runs the queries of an operator's own checks, on connections of their own that can only read.
//!
//! A query is asked for named columns alone, within limits of time, rows and length, and its transaction is always rolled
//! back. On `PostgreSQL` a read-only transaction still lets functions act; so those that may are refused by their names.

mod acting;
mod cells;
mod rights;

use std::time::Duration;

use sqlx::{
    AssertSqlSafe, Connection as _, PgPool, Row as _, SqlSafeStr, SqlStr, SqlitePool,
    error::DatabaseError,
};

pub use self::rights::Rights;
use super::{
    DatabaseUrl,
    dial::postgres,
    sqlite::{self, set_deadline},
};
use crate::domain::sql_check::{Answer, Cell, ParameterValue, Statement};

/// A slow query must neither keep the others waiting for long nor load the server.
pub const READ_ONLY_CONNECTIONS: u32 = 2;
/// The server ends a query at its limit; it is given up here when the server does not.
const GRACE: Duration = Duration::from_secs(1);
/// An interrupted statement's code of `SQLite`, and a cancelled one's of `PostgreSQL`.
const CUT_OFF: [&str; 2] = ["9", "57014"];

#[derive(Clone, Debug)]
pub enum ReadOnlyDb {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A query within its limits.
pub struct Question<'a> {
    pub statement: &'a Statement,
    pub columns: &'a [&'a str],
    pub values: &'a [ParameterValue],
    pub rows: usize,
    pub timeout: Duration,
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("no result within {}s", .0.as_secs_f64())]
    Timeout(Duration),
    /// These functions may do more than read.
    #[error("the query calls {}, which may do more than read", .0.join(", "))]
    Acts(Vec<String>),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl ReadOnlyDb {
    pub async fn open(url: &DatabaseUrl) -> sqlx::Result<Self> {
        Ok(match url {
            DatabaseUrl::Sqlite(path) => {
                Self::Sqlite(sqlite::read_only(path, READ_ONLY_CONNECTIONS).await?)
            }
            DatabaseUrl::Postgres(address) => {
                Self::Postgres(postgres(address, READ_ONLY_CONNECTIONS).await?)
            }
        })
    }

    /// The rows, as many as the question wants.
    pub async fn read(&self, question: &Question<'_>) -> Result<Answer, ReadError> {
        let sql = self.wrapped(question);
        let mut rows = self.within(question, self.cells(sql, question)).await?;
        let more = rows.len() > question.rows;
        rows.truncate(question.rows);
        Ok(Answer { rows, more })
    }

    /// The plan by which the database would answer, a step a line.
    pub async fn plan(&self, question: &Question<'_>) -> Result<Vec<String>, ReadError> {
        let explain = match self {
            Self::Sqlite(_) => "EXPLAIN QUERY PLAN ",
            Self::Postgres(_) => "EXPLAIN ",
        };
        let sql = format!("{explain}{}", self.wrapped(question));
        self.within(question, self.steps(sql, question)).await
    }

    async fn within<T>(
        &self,
        question: &Question<'_>,
        asked: impl Future<Output = Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        let limit = question.timeout;
        match tokio::time::timeout(limit + GRACE, asked).await {
            Ok(Err(ReadError::Database(error))) if is_cut_off(&error) => {
                Err(ReadError::Timeout(limit))
            }
            Ok(asked) => asked,
            Err(_) => Err(ReadError::Timeout(limit)),
        }
    }

    /// The query for these columns alone, and for one row more than wanted.
    fn wrapped(&self, question: &Question<'_>) -> String {
        let columns = question.columns.iter();
        let columns: Vec<String> = columns.map(|column| self.column(column)).collect();
        let columns = if columns.is_empty() {
            "1".to_owned()
        } else {
            columns.join(", ")
        };
        let (sql, _) = question.statement.numbered();
        let limit = question.rows + 1;
        // On lines of its own: it may end with a comment.
        format!("SELECT {columns} FROM (\n{sql}\n) AS own_check LIMIT {limit}")
    }

    /// The kind of the value, and the value as text within bounds.
    fn column(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => cells::of_sqlite(column),
            Self::Postgres(_) => cells::of_postgres(column),
        }
    }

    async fn cells(
        &self,
        sql: String,
        question: &Question<'_>,
    ) -> Result<Vec<Vec<Cell>>, ReadError> {
        let columns = question.columns.len();
        match self {
            Self::Sqlite(pool) => {
                let rows = on_sqlite(pool, text(sql), question).await?;
                let cells = rows.iter().map(|row| cells::read(row, columns));
                Ok(cells.collect::<sqlx::Result<_>>()?)
            }
            Self::Postgres(pool) => {
                // Behind a pooler a statement that begins with SELECT would be given the program's longer limits.
                let sql = format!("/* own limits */ {sql}");
                let rows = on_postgres(pool, text(sql), question).await?;
                let cells = rows.iter().map(|row| cells::read(row, columns));
                Ok(cells.collect::<sqlx::Result<_>>()?)
            }
        }
    }

    async fn steps(&self, sql: String, question: &Question<'_>) -> Result<Vec<String>, ReadError> {
        match self {
            Self::Sqlite(pool) => {
                let rows = on_sqlite(pool, text(sql), question).await?;
                let steps = rows.iter().map(|row| row.try_get("detail"));
                Ok(steps.collect::<sqlx::Result<_>>()?)
            }
            Self::Postgres(pool) => {
                let rows = on_postgres(pool, text(sql), question).await?;
                let steps = rows.iter().map(|row| row.try_get(0));
                Ok(steps.collect::<sqlx::Result<_>>()?)
            }
        }
    }
}

/// The text of a check, which its statement has been read from.
fn text(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}

fn is_cut_off(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| CUT_OFF.contains(&&*code))
}

async fn on_sqlite(
    pool: &SqlitePool,
    sql: SqlStr,
    question: &Question<'_>,
) -> Result<Vec<sqlx::sqlite::SqliteRow>, ReadError> {
    let mut connection = pool.acquire().await?;
    // One that stayed open could be on a file, or a journal, that is replaced meanwhile.
    connection.close_on_drop();
    set_deadline(&mut connection, question.timeout).await?;
    let query = question.values.iter().fold(
        // Not kept: a statement of before a reload would stay prepared.
        sqlx::query(sql).persistent(false),
        |query, value| match value {
            ParameterValue::Day(day) => query.bind(*day),
            ParameterValue::Moment(moment) => query.bind(*moment),
        },
    );
    Ok(query.fetch_all(&mut *connection).await?)
}

async fn on_postgres(
    pool: &PgPool,
    sql: SqlStr,
    question: &Question<'_>,
) -> Result<Vec<sqlx::postgres::PgRow>, ReadError> {
    let mut connection = pool.acquire().await?;
    // Where the server or a pooler grants few, an idle one would be missing elsewhere; and one whose query was given up
    // would keep the next check waiting.
    connection.close_on_drop();
    let mut transaction = connection.begin_with(text(begin(question.timeout))).await?;
    let acting = acting::functions(&mut transaction, question.statement).await?;
    if !acting.is_empty() {
        return Err(ReadError::Acts(acting));
    }
    let query =
        question.values.iter().fold(
            sqlx::query(sql).persistent(false),
            |query, value| match value {
                ParameterValue::Day(day) => query.bind(*day),
                ParameterValue::Moment(moment) => query.bind(*moment),
            },
        );
    let rows = query.fetch_all(&mut *transaction).await?;
    transaction.rollback().await?;
    Ok(rows)
}

/// With limits that count for this transaction alone, as a pooler gives the session to others after it.
fn begin(timeout: Duration) -> String {
    let limit = timeout.as_millis();
    format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {limit}; \
         SET LOCAL lock_timeout = {limit}; SET LOCAL idle_in_transaction_session_timeout = {limit}; \
         SET LOCAL standard_conforming_strings = on"
    )
}
