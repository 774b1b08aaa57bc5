//! `sovani-ops demo`: the chat in the terminal and in the browser.

use std::{io::IsTerminal, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines, Stdin},
    signal::unix::{SignalKind, signal},
};

use super::{
    stage::{ADMIN, ALERTS, Stage},
    switches::PLANTINGS,
    terminal::Screen,
    typed::Typed,
};
use crate::standin::{ChatId, Message};

const CONFIRM: &str = "✅ Confirm";
/// How long the bot may take to say what the tour waits for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to listen for an answer before the next line is read.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// With `stay`, it continues after the end of standard input, until the process is told to stop.
pub async fn run(listen: Option<SocketAddr>, stay: bool) -> anyhow::Result<ExitCode> {
    let stage = Stage::set_up(listen).await?;
    println!(
        "Open http://{}/ to see the chat as on a phone, and to make things go wrong.\n",
        stage.page.address()
    );
    let (screen, printer) = Screen::start(&stage.api, ALERTS, ADMIN);
    println!(
        "A made-up platform: Ozon's cash is at -15000.00 RUB, and 12 commissions of this week are wrong."
    );
    println!(
        "The REST API and /metrics are on http://{}\n",
        stage.program.http
    );
    let outcome = tokio::select! {
        outcome = show(&stage, &screen, stay) => outcome,
        stopped = told_to_stop() => stopped,
    };
    printer.abort();
    stage.take_down().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn show(stage: &Stage, screen: &Arc<Screen>, stay: bool) -> anyhow::Result<()> {
    let toured = tour(stage).await;
    if let Err(error) = &toured {
        // The whole conversation follows, which is on the screen already.
        let why = error.to_string();
        println!(
            "The tour ends early: {}\n",
            why.lines().next().unwrap_or_default()
        );
    }
    screen.settle(ANSWER_WITHIN).await;
    if std::io::stdin().is_terminal() || !stay {
        println!("\nNow you: type a command (/help), the [number] of a button, or quit.");
        let names: Vec<&str> = PLANTINGS.iter().map(|planting| planting.name).collect();
        println!("To see what happens: break or heal {}.\n", names.join(", "));
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

/// The first steps of an operator: wait for the alert, look around, and run a remediation.
async fn tour(stage: &Stage) -> anyhow::Result<()> {
    wait_for(stage, |message| {
        message.text.contains("Cash balance -15000.00 RUB")
    })
    .await?;
    stage.admin.says(ALERTS, "/health")?;
    wait_for(stage, |message| message.text.contains("Operational health")).await?;
    stage.admin.says(ALERTS, "/remediate check_db_growth")?;
    let proposal = wait_for(stage, |message| message.button(CONFIRM).is_some()).await?;
    stage.admin.presses(ALERTS, proposal.id, CONFIRM)?;
    wait_for(stage, |message| {
        message.text.contains("Database vacuumed successfully")
    })
    .await?;
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
                println!("Done. The next sweep will see it.\n");
                continue;
            }
            Typed::Button(number) => match screen.button(number) {
                Some((chat, message, label)) => press(stage, chat, message, &label),
                None => println!("There is no button [{number}].\n"),
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
