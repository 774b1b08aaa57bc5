//! The database as the checks see it.

use tokio::sync::{OnceCell, Semaphore};

use crate::{
    db::{DatabaseUrl, Question, READ_ONLY_CONNECTIONS, ReadError, ReadOnlyDb, Rights},
    domain::{
        Timestamp,
        sql_check::{Answer, ParameterValue, SqlCheck},
    },
    settings::Settings,
};

/// Connected when it is first asked. Connections are few, and none is one of the program's own: a slow query keeps only
/// others of its kind waiting.
pub struct QuerySource {
    url: DatabaseUrl,
    db: OnceCell<ReadOnlyDb>,
    /// Waiting for a turn is not part of a check's time.
    turns: Semaphore,
}

impl QuerySource {
    pub fn new(settings: &Settings) -> Self {
        let own = settings.checks_database_url.as_ref();
        Self {
            url: own.unwrap_or(&settings.database_url).clone(),
            db: OnceCell::new(),
            turns: Semaphore::new(READ_ONLY_CONNECTIONS as usize),
        }
    }

    pub async fn ask(
        &self,
        check: &SqlCheck,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Answer, ReadError> {
        let _turn = self.turns.acquire().await;
        let columns = check.columns();
        let values = values(check, settings, now);
        let question = question(check, &columns, &values);
        self.db().await?.read(&question).await
    }

    /// The plan by which the database would answer.
    pub async fn plan(
        &self,
        check: &SqlCheck,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Vec<String>, ReadError> {
        let _turn = self.turns.acquire().await;
        let columns = check.columns();
        let values = values(check, settings, now);
        let question = question(check, &columns, &values);
        self.db().await?.plan(&question).await
    }

    pub async fn rights(&self) -> sqlx::Result<Option<Rights>> {
        self.db().await?.rights().await
    }

    async fn db(&self) -> sqlx::Result<&ReadOnlyDb> {
        self.db
            .get_or_try_init(|| ReadOnlyDb::open(&self.url))
            .await
    }
}

fn values(check: &SqlCheck, settings: &Settings, now: Timestamp) -> Vec<ParameterValue> {
    let (_, parameters) = check.statement.numbered();
    let parameters = parameters.into_iter();
    parameters
        .map(|parameter| parameter.value(settings.calendar(), now))
        .collect()
}

fn question<'a>(
    check: &'a SqlCheck,
    columns: &'a [&'a str],
    values: &'a [ParameterValue],
) -> Question<'a> {
    Question {
        statement: &check.statement,
        columns,
        values,
        rows: check.max_rows,
        timeout: check.timeout,
    }
}
