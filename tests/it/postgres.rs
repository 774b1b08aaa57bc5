//! Servers as people run them: behind a pooler, with few connections, with certificates of their own.

mod connections;
mod pooled;
mod tls;

use std::sync::Arc;

use chrono::NaiveDate;
use sovani_ops::{
    context::Context,
    db::{self, Db},
    demo::Platform,
    domain::Check,
    ops::checks,
};

use crate::support::database::TestDatabase;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

/// A platform in which all is well.
async fn platform(database: &TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
}

async fn open(url: &str) -> Db {
    db::connect(&url.parse().unwrap(), db::POOL_SIZE)
        .await
        .unwrap()
}

/// The error of starting the program with this address.
async fn refused(url: &str) -> String {
    let error = db::open(&url.parse().unwrap()).await.unwrap_err();
    format!("{error:#}")
}

/// Every detector, side by side; none may have crashed.
async fn all_look(cx: &Arc<Context>) -> Vec<Check> {
    let checks = checks::run(cx, &cx.settings.registry().runnable()).await;
    for check in &checks {
        assert!(!check.message.contains("crashed"), "{check:?}");
    }
    checks
}

/// The value of the only row of a query.
async fn text(db: &Db, sql: &'static str) -> String {
    let Db::Postgres(pool, ..) = db else {
        unreachable!()
    };
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}
