//! How the bot is put together, and what it tells Telegram about itself.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use sovani_ops::bot::{commands::COMMANDS, schema};
use teloxide::{
    Bot,
    types::{Me, Update},
};

use super::healthy;
use crate::support::database::on_sqlite;

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn telegram_is_given_exactly_the_commands_there_are() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let call = program
            .telegram()
            .wait_for(SOON, |state| {
                state.calls_of("setMyCommands").next().cloned()
            })
            .await
            .unwrap();
        let voice = program.cx().voice();
        let table: Vec<Value> = COMMANDS
            .iter()
            .map(|command| json!({"command": command.name, "description": command.about(&voice)}))
            .collect();
        assert_eq!(call.params["commands"], json!(table));
    })
    .await;
}

#[tokio::test]
async fn every_handler_finds_what_it_asks_for() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        dptree::type_check(
            schema().sig(),
            &dptree::deps![Arc::clone(program.cx())],
            &[
                dptree::Type::of::<Bot>(),
                dptree::Type::of::<Update>(),
                dptree::Type::of::<Me>(),
            ],
        );
    })
    .await;
}
