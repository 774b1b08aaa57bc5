//! `sovani-ops demo`: the chat in the terminal and in the browser.

use std::{io::IsTerminal, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines, Stdin},
    signal::unix::{SignalKind, signal},
};

use super::{
    stage::{ADMIN, ALERTS, MANAGER, Stage},
    switches::PLANTINGS,
    terminal::Screen,
    typed::Typed,
};
use crate::{
    detectors::cash_balance,
    domain::Lang,
    standin::{ChatId, Message},
    views::{Voice, say},
};

/// The setting for the language of the chats.
const LANGUAGE: &str = "BOT_LANG";
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long the bot may take to say what the tour waits for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to listen for an answer before the next line is read.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// With `stay`, it continues after the end of standard input, until the process is told to stop.
pub async fn run(
    listen: Option<SocketAddr>,
    stay: bool,
    lang: Option<Lang>,
) -> anyhow::Result<ExitCode> {
    let stage = Stage::set_up(listen, language(lang)?).await?;
    let voice = stage.program.cx.voice();
    let page = format!("http://{}/", stage.page.address());
    println!("{}\n", say!(voice, "demo-open", page = page));
    let (screen, printer) = Screen::start(&stage.api, ALERTS, ADMIN, voice);
    println!("{}", say!(voice, "demo-platform"));
    let api = format!("http://{}", stage.program.http);
    println!("{}\n", say!(voice, "demo-api", api = api));
    let outcome = tokio::select! {
        outcome = show(&stage, &screen, stay) => outcome,
        stopped = told_to_stop() => stopped,
    };
    printer.abort();
    stage.take_down().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// `BOT_LANG` counts where no language was asked for.
fn language(asked: Option<Lang>) -> anyhow::Result<Lang> {
    match (asked, std::env::var(LANGUAGE)) {
        (Some(lang), _) => Ok(lang),
        (None, Ok(set)) if !set.trim().is_empty() => {
            let lang: Result<Lang, _> = set.trim().to_lowercase().parse();
            lang.map_err(|error| anyhow::anyhow!("{LANGUAGE}: {error}"))
        }
        (None, _) => Ok(Lang::En),
    }
}

async fn show(stage: &Stage, screen: &Arc<Screen>, stay: bool) -> anyhow::Result<()> {
    let voice = stage.program.cx.voice();
    let toured = tour(stage, &voice).await;
    if let Err(error) = &toured {
        // The whole conversation follows, which is on the screen already.
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        println!("{}\n", say!(voice, "demo-tour-ends", why = why));
    }
    screen.settle(ANSWER_WITHIN).await;
    if std::io::stdin().is_terminal() || !stay {
        println!("\n{}", say!(voice, "demo-your-turn"));
        let names: Vec<&str> = PLANTINGS.iter().map(|planting| planting.name).collect();
        println!("{}\n", say!(voice, "demo-break", names = names.join(", ")));
    }
    let left = converse(stage, screen).await?;
    if stay {
        std::future::pending::<()>().await;
    }
    match left {
        Left::Asked => Ok(()),
        // Without a terminal the tour is enough.
        Left::InputEnded => toured,
    }
}

async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

/// The first steps of an operator: wait for the alert, look around, and confirm the action that the bot proposes.
async fn tour(stage: &Stage, voice: &Voice) -> anyhow::Result<()> {
    wait_for(stage, |message| {
        message.text.contains(cash_balance::DETECTOR.name)
    })
    .await?;
    // A look at the health before the first check has ended would say that there was none.
    tokio::time::timeout(PATIENCE, async {
        while stage.program.cx.sweeps.last().is_none() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    })
    .await?;
    stage.admin.says(ALERTS, "/health")?;
    let health = say!(voice, "health-title");
    wait_for(stage, |message| message.text.contains(&health)).await?;
    let confirm = say!(voice, "button-confirm");
    let proposal = wait_for(stage, |message| message.button(&confirm).is_some()).await?;
    stage.admin.presses(ALERTS, proposal.id, &confirm)?;
    let manager = format!("Manager chat {MANAGER} notified");
    wait_for(stage, |message| message.text.contains(&manager)).await?;
    Ok(())
}

async fn wait_for(stage: &Stage, wanted: impl Fn(&Message) -> bool) -> anyhow::Result<Message> {
    let found = stage.api.wait_for(PATIENCE, |state| {
        state
            .bot_messages(ALERTS)
            .into_iter()
            .find(|message| wanted(message))
            .cloned()
    });
    Ok(found.await?)
}

/// The reason why a conversation ended.
enum Left {
    Asked,
    InputEnded,
}

/// Takes lines from standard input until it ends or says so.
async fn converse(stage: &Stage, screen: &Arc<Screen>) -> anyhow::Result<Left> {
    let voice = stage.program.cx.voice();
    let mut lines: Lines<BufReader<Stdin>> = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        match Typed::parse(&line) {
            Typed::Quit => return Ok(Left::Asked),
            Typed::Nothing => continue,
            Typed::Text(text) => {
                if let Err(error) = stage.admin.says(ALERTS, &text) {
                    println!("{error}\n");
                    continue;
                }
            }
            Typed::Turn(planting, on) => {
                stage.switches.turn(planting, on).await?;
                println!("{}\n", say!(voice, "demo-turned"));
                continue;
            }
            Typed::Button(number) => match screen.button(number) {
                Some((chat, message, label)) => press(stage, chat, message, &label),
                None => println!("{}\n", say!(voice, "demo-no-button", number = number)),
            },
        }
        screen.settle(ANSWER_WITHIN).await;
    }
    Ok(Left::InputEnded)
}

fn press(stage: &Stage, chat: ChatId, message: i32, label: &str) {
    if let Err(error) = stage.admin.presses(chat, message, label) {
        println!("{error}\n");
    }
}
