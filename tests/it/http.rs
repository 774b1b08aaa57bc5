//! The REST API, the probes and the metrics, over real HTTP.

mod auth;
mod checks;
mod connections;
mod errors;
mod history;
mod log;
mod openapi;
mod probes;
mod remediation;
mod slo;

use chrono::NaiveDate;
use sovani_ops::demo::Platform;

use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

/// The program beside a healthy platform.
async fn healthy(database: &TestDatabase) -> TestProgram {
    beside(database, &Platform::healthy(TODAY))
        .await
        .start()
        .await
}

async fn beside(database: &TestDatabase, platform: &Platform) -> Setup {
    platform.create(database.db()).await.unwrap();
    Setup::beside(database)
}
