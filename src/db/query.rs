//! One way to run a statement, whichever database it runs on and in a transaction or outside of one.

use sqlx::{
    AssertSqlSafe, Database, Encode, Executor, FromRow, IntoArguments, Pool, Postgres, SqlSafeStr,
    SqlStr, Sqlite, Type, pool::MaybePoolConnection, postgres::PgRow, sqlite::SqliteRow,
};

use super::{
    Db,
    tx::Tx,
    writes::{Write, only_reads},
};

/// The text of a statement: one literal, or several that follow each other. A text that is put together at run time
/// has to be wrapped in [`AssertSqlSafe`], where a reviewer finds it.
pub(crate) trait Sql {
    fn into_text(self) -> SqlStr;
}

impl Sql for &'static str {
    fn into_text(self) -> SqlStr {
        self.into_sql_str()
    }
}

impl<const N: usize> Sql for [&'static str; N] {
    fn into_text(self) -> SqlStr {
        AssertSqlSafe(self.join(" ")).into_sql_str()
    }
}

impl Sql for SqlStr {
    fn into_text(self) -> SqlStr {
        self
    }
}

impl Sql for AssertSqlSafe<String> {
    fn into_text(self) -> SqlStr {
        self.into_sql_str()
    }
}

/// A value that both databases take.
pub(crate) trait Parameter<'v>:
    Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}

impl<'v, T> Parameter<'v> for T where
    T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>
{
}

/// A row that can be read from both databases.
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// A statement with its parameters. The driver prepares it once for each connection.
#[must_use = "a statement does nothing until it is run"]
pub(crate) struct Query<'c>(Inner<'c>);

enum Inner<'c> {
    Sqlite(Statement<'c, Sqlite>),
    Postgres(Statement<'c, Postgres>),
}

struct Statement<'c, DB: Database> {
    query: sqlx::query::Query<'static, DB, DB::Arguments>,
    target: Target<'c, DB>,
}

enum Target<'c, DB: Database> {
    Pool(&'c Pool<DB>, Option<Write>),
    /// Of a transaction, which is a write as a whole.
    Connection(&'c mut DB::Connection),
}

impl Db {
    pub(crate) fn query(&self, sql: impl Sql) -> Query<'_> {
        let sql = sql.into_text();
        let write = (!only_reads(sql.as_str())).then(|| {
            let mut write = self.writes().begin();
            write.add(sql.as_str());
            write
        });
        Query(match self {
            Self::Sqlite(readers, _, writer, _) => {
                let pool = if write.is_some() {
                    writer.pool()
                } else {
                    readers
                };
                Inner::Sqlite(Statement::new(sql, Target::Pool(pool, write)))
            }
            Self::Postgres(pool, _) => {
                Inner::Postgres(Statement::new(sql, Target::Pool(pool, write)))
            }
        })
    }
}

impl Tx {
    pub(crate) fn query(&mut self, sql: impl Sql) -> Query<'_> {
        let sql = sql.into_text();
        let (Self::Sqlite(_, write) | Self::Postgres(_, write)) = self;
        if let Some(write) = write {
            write.add(sql.as_str());
        }
        Query(match self {
            Self::Sqlite(tx, _) => {
                Inner::Sqlite(Statement::new(sql, Target::Connection(&mut **tx)))
            }
            Self::Postgres(tx, _) => {
                Inner::Postgres(Statement::new(sql, Target::Connection(&mut **tx)))
            }
        })
    }
}

impl Query<'_> {
    /// Binds the next parameter: `$1`, then `$2`.
    pub fn bind<'v>(self, value: impl Parameter<'v>) -> Self {
        Self(match self.0 {
            Inner::Sqlite(statement) => Inner::Sqlite(statement.bind(value)),
            Inner::Postgres(statement) => Inner::Postgres(statement.bind(value)),
        })
    }

    /// For a text that is seldom the same twice, such as one that names days: a connection keeps a hundred prepared
    /// statements, and a long one takes tens of kilobytes.
    pub fn once(self) -> Self {
        Self(match self.0 {
            Inner::Sqlite(statement) => Inner::Sqlite(Statement {
                query: statement.query.persistent(false),
                ..statement
            }),
            Inner::Postgres(statement) => Inner::Postgres(Statement {
                query: statement.query.persistent(false),
                ..statement
            }),
        })
    }

    pub async fn execute(self) -> sqlx::Result<()> {
        self.rows_affected().await.map(drop)
    }

    /// Executes the statement and tells how many rows it has changed.
    pub async fn rows_affected(self) -> sqlx::Result<u64> {
        match self.0 {
            Inner::Sqlite(statement) => Ok(statement.execute().await?.rows_affected()),
            Inner::Postgres(statement) => Ok(statement.execute().await?.rows_affected()),
        }
    }

    pub async fn fetch_all<R: Row>(self) -> sqlx::Result<Vec<R>> {
        match self.0 {
            Inner::Sqlite(statement) => statement.fetch_all().await,
            Inner::Postgres(statement) => statement.fetch_all().await,
        }
    }

    pub async fn fetch_optional<R: Row>(self) -> sqlx::Result<Option<R>> {
        match self.0 {
            Inner::Sqlite(statement) => statement.fetch_optional().await,
            Inner::Postgres(statement) => statement.fetch_optional().await,
        }
    }

    pub async fn fetch_one<R: Row>(self) -> sqlx::Result<R> {
        self.fetch_optional().await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// Reads the first column of every row.
    pub async fn fetch_values<T>(self) -> sqlx::Result<Vec<T>>
    where
        (T,): Row,
    {
        let rows: Vec<(T,)> = self.fetch_all().await?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// Reads the first column of the first row, if there is a row.
    pub async fn fetch_optional_value<T>(self) -> sqlx::Result<Option<T>>
    where
        (T,): Row,
    {
        let row: Option<(T,)> = self.fetch_optional().await?;
        Ok(row.map(|(value,)| value))
    }

    /// Reads the first column of the first row.
    pub async fn fetch_value<T>(self) -> sqlx::Result<T>
    where
        (T,): Row,
    {
        let (value,) = self.fetch_one().await?;
        Ok(value)
    }
}

impl<'c, DB> Statement<'c, DB>
where
    DB: Database,
    DB::Arguments: IntoArguments<DB>,
    for<'e> &'e mut DB::Connection: Executor<'e, Database = DB>,
{
    fn new(sql: impl Sql, target: Target<'c, DB>) -> Self {
        let query = sqlx::query(sql.into_text());
        Self { query, target }
    }

    fn bind<'v, T: Encode<'v, DB> + Type<DB>>(self, value: T) -> Self {
        let query = self.query.bind(value);
        Self { query, ..self }
    }

    async fn execute(self) -> sqlx::Result<DB::QueryResult> {
        let (mut connection, _write) = self.target.connection().await?;
        self.query.execute(&mut *connection).await
    }

    async fn fetch_all<R>(self) -> sqlx::Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, DB::Row> + Send + Unpin,
    {
        let (mut connection, _write) = self.target.connection().await?;
        let query = self.query.try_map(|row| R::from_row(&row));
        query.fetch_all(&mut *connection).await
    }

    async fn fetch_optional<R>(self) -> sqlx::Result<Option<R>>
    where
        R: for<'r> FromRow<'r, DB::Row> + Send + Unpin,
    {
        let (mut connection, _write) = self.target.connection().await?;
        let row = self.query.fetch_optional(&mut *connection).await?;
        row.map(|row| R::from_row(&row)).transpose()
    }
}

impl<'c, DB: Database> Target<'c, DB> {
    /// A connection, and the write for which it is used.
    async fn connection(self) -> sqlx::Result<(MaybePoolConnection<'c, DB>, Option<Write>)> {
        Ok(match self {
            Self::Pool(pool, write) => (
                MaybePoolConnection::PoolConnection(pool.acquire().await?),
                write,
            ),
            Self::Connection(connection) => (MaybePoolConnection::Connection(connection), None),
        })
    }
}
