//! An echo bot against the stand-in: `cargo run -p bot-api-standin --example echo`.

use std::time::Duration;

use bot_api_standin::{BotApi, Fault, Options, Scope, Times};
use teloxide::prelude::*;

const TOKEN: &str = "42:echo";
const ANNA: i64 = 7;
const SOON: Duration = Duration::from_secs(10);

async fn echo(bot: Bot, message: Message) -> ResponseResult<()> {
    if let Some(text) = message.text() {
        bot.send_message(message.chat.id, text).await?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let api = BotApi::start(Options::new(TOKEN, "echo_bot")).await?;
    let bot = Bot::new(TOKEN).set_api_url(api.url().parse()?);
    let mut dispatcher = Dispatcher::builder(bot, Update::filter_message().endpoint(echo)).build();
    let echoing = tokio::spawn(async move { dispatcher.dispatch().await });

    let anna = api.person(ANNA, "Anna");
    anna.says(ANNA, "hello")?;
    api.wait_for(SOON, |state| state.bot_messages(ANNA).next().map(|_| ()))
        .await?;

    api.fail(
        Scope::MessagesTo(ANNA),
        Times::Once,
        Fault::Refused(403, "Forbidden: bot was blocked by the user"),
    );
    anna.says(ANNA, "are you there?")?;
    api.wait_for(SOON, |state| {
        state.calls_of("sendMessage").nth(1).map(|_| ())
    })
    .await?;

    echoing.abort();
    print!("{}", api.transcript());
    api.shutdown().await;
    Ok(())
}
