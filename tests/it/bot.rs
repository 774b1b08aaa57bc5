//! The bot, spoken to as people do it.

mod anybody;
mod audit;
mod commands;
mod confirmed;
mod conflicts;
mod invocation;
mod order;
mod outages;
mod paging;
mod pictures;
mod presses;
mod proposals;
mod remediate;
mod roles;
mod run;
mod servers;
mod unintended;
mod wiring;

use chrono::NaiveDate;
use sovani_ops::{
    demo::Platform,
    standin::{Message, Person},
};

use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
/// Administrators.
const ANNA: i64 = 7;
const BORIS: i64 = 8;
const VIEWER: i64 = 9;
const STRANGER: i64 = 66;

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
        .with("ADMIN_USER_IDS", format!("{ANNA},{BORIS}"))
        .with("VIEWER_USER_IDS", VIEWER.to_string())
}

fn anna(program: &TestProgram) -> Person {
    program.person(ANNA, "Anna")
}

/// A proposal to vacuum the database, that Anna has asked for in her private chat.
async fn proposal(program: &TestProgram) -> Message {
    proposal_in(program, ANNA).await
}

async fn proposal_in(program: &TestProgram, chat: i64) -> Message {
    program
        .asks(&anna(program), chat, "/remediate check_db_growth")
        .await
}

/// The authors and outcomes of the recorded remediations.
async fn remediations(database: &TestDatabase) -> Vec<String> {
    database
        .texts(
            "SELECT action_name || ' by ' || triggered_by || ': ' || status
             FROM ops_remediation_history ORDER BY id",
        )
        .await
}
