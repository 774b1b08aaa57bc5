//! A fresh database for every test, of either kind.

use std::{env, panic::AssertUnwindSafe};

use chrono::NaiveDate;
use futures::FutureExt;
use sovani_ops::{
    db::{self, Db},
    domain::SloDay,
    facts::Facts,
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use url::Url;

const SERVER: &str = "TEST_POSTGRES_URL";
const SKIP: &str = "SOVANI_TEST_SKIP_POSTGRES";

pub struct TestDatabase {
    db: Db,
    url: String,
}

impl TestDatabase {
    pub async fn connect(url: String) -> Self {
        let db = db::connect(&url.parse().unwrap(), db::POOL_SIZE)
            .await
            .unwrap();
        Self { db, url }
    }

    /// Connected, and not yet migrated.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The `DATABASE_URL` for a process that uses the same database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A second pool on the same database, as another process would have.
    pub async fn another_connection(&self) -> Db {
        db::connect(&self.url().parse().unwrap(), db::POOL_SIZE)
            .await
            .unwrap()
    }

    /// Runs one statement, or several between semicolons, as another program would.
    /// The daily facts, of which none is kept yet.
    pub fn facts(&self) -> Facts {
        Facts::of(self.db().clone())
    }

    /// The days of the service levels, as of the last one.
    pub async fn slo_days(&self, from: NaiveDate, to: NaiveDate) -> Vec<SloDay> {
        let facts = self.facts();
        let reader = facts.reader(chrono_tz::Europe::Moscow, to).await;
        reader.slo_days((from, to)).await.unwrap()
    }

    pub async fn execute(&self, sql: impl Into<String>) {
        self.try_execute(sql).await.unwrap();
    }

    pub async fn try_execute(&self, sql: impl Into<String>) -> sqlx::Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.into()));
        match &self.db {
            Db::Sqlite(pool, ..) => sql.execute(pool).await.map(drop),
            Db::Postgres(pool, ..) => sql.execute(pool).await.map(drop),
        }
    }

    /// The first column of a query's only row, which is a whole number.
    pub async fn number(&self, sql: impl Into<String>) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT CAST(({}) AS BIGINT)", sql.into()));
        match &self.db {
            Db::Sqlite(pool, ..) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Db::Postgres(pool, ..) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// As [`TestDatabase::number`], and `None` while there is nothing to ask.
    pub async fn try_number(&self, sql: &str) -> Option<i64> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.db {
            Db::Sqlite(pool, ..) => sqlx::query_scalar(sql).fetch_one(pool).await.ok(),
            Db::Postgres(pool, ..) => sqlx::query_scalar(sql).fetch_one(pool).await.ok(),
        }
    }

    /// The first column of each row, which is text.
    pub async fn texts(&self, sql: impl Into<String>) -> Vec<String> {
        let sql = AssertSqlSafe(sql.into());
        match &self.db {
            Db::Sqlite(pool, ..) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
            Db::Postgres(pool, ..) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
        }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.db, Db::Postgres(..))
    }
}

pub async fn on_sqlite<F: Future<Output = ()>>(test: impl FnOnce(TestDatabase) -> F) {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:///{}", folder.path().join("platform.db").display());
    test(TestDatabase::connect(url).await).await;
}

pub async fn on_postgres<F: Future<Output = ()>>(test: impl FnOnce(TestDatabase) -> F) {
    let Some(server) = postgres_server() else {
        return;
    };
    let name = format!("sovani_test_{:016x}", fastrand::u64(..));
    let mut admin = PgConnection::connect(server.as_str()).await.unwrap();
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await
        .unwrap();
    let mut url = server;
    url.set_path(&name);

    let test = async { test(TestDatabase::connect(url.into()).await).await };
    let outcome = AssertUnwindSafe(test).catch_unwind().await;

    // Connections left open by a failed test must not keep the database; one that remains does no harm.
    let drop = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    if let Err(error) = admin.execute(drop).await {
        eprintln!("{name} stays behind: {error}");
    }
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// The server's address, or `None` if the tests are run without one.
fn postgres_server() -> Option<Url> {
    if env::var_os(SKIP).is_some_and(|value| value == "1") {
        return None;
    }
    let Ok(address) = env::var(SERVER) else {
        panic!(
            "{SERVER} is not set: start it with scripts/test, or set {SKIP}=1 to do without PostgreSQL"
        );
    };
    Some(
        address
            .parse()
            .unwrap_or_else(|error| panic!("{SERVER}: {error}")),
    )
}
