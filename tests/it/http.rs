//! The REST API, the probes and the metrics, over real HTTP.

mod audit;
mod auth;
mod checks;
mod connections;
mod errors;
mod heartbeats;
mod history;
mod incidents;
mod lacking;
mod lists;
mod load;
mod log;
mod openapi;
mod probes;
mod proxies;
mod remediation;
mod shared;
mod silences;
mod slo;
mod tokens;

use chrono::NaiveDate;
use reqwest::Method;
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
};

use crate::support::{
    database::TestDatabase,
    delivery::everything_is_delivered,
    program::{ADMIN_TOKEN, Answer, Setup, TestProgram},
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

/// Beside a platform whose Ozon account is overdrawn, and without remediation, whose own messages would stand between
/// the alerts.
async fn overdrawn(database: &TestDatabase) -> Setup {
    let platform =
        Platform::healthy(TODAY).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
    beside(database, &platform)
        .await
        .with("AUTO_REMEDIATION_ENABLED", "false")
}

async fn as_admin(program: &TestProgram, method: Method, path: &str) -> Answer {
    Answer::of(program.request(method, path).bearer_auth(ADMIN_TOKEN)).await
}

/// The errors in an answer that must be 422: `query.limit enum, …`.
fn faults(answer: &Answer) -> String {
    let detail = answer.detail(422);
    let faults = detail.as_array().unwrap().iter().map(|fault| {
        assert!(!fault["msg"].as_str().unwrap().is_empty());
        let place = |at: usize| fault["loc"][at].as_str().unwrap().to_owned();
        format!(
            "{}.{} {}",
            place(0),
            place(1),
            fault["type"].as_str().unwrap()
        )
    });
    faults.collect::<Vec<_>>().join(", ")
}
