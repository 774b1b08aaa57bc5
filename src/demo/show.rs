//! `sovani-ops demo`: the real program on a made-up platform, its chat in the terminal.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use chrono::{NaiveDate, Utc};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

use super::{
    Marketplace, Platform,
    terminal::Screen,
    typed::{CHANGES, Typed},
};
use crate::{
    actions,
    clock::Clock,
    db,
    domain::Money,
    program::Program,
    settings::{LiveSettings, Source},
    standin::{BotApi, ChatId, Message, Options, Person, UserId},
};

const ADMIN: UserId = 1001;
const MANAGER: UserId = 2002;
const CONFIRM: &str = "✅ Confirm";
const JOBS: &str = include_str!("jobs.toml");
const TOKEN: &str = "4242:demo-token";
/// Holds the token for the REST API, of the administrator and of the jobs alike.
const REST_TOKEN: &str = "DEMO_TOKEN";
/// How long the bot may take to say what the tour waits for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long to listen for an answer before the next line is read.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

pub async fn run() -> anyhow::Result<ExitCode> {
    let folder = TempDir::new().context("a temporary folder cannot be made")?;
    let api = BotApi::start(Options {
        keep_calls: Some(10_000),
        ..Options::new(TOKEN, "sovani_ops_bot")
    })
    .await?;
    let today = Utc::now()
        .with_timezone(&chrono_tz::Europe::Moscow)
        .date_naive();
    let stage = Stage {
        admin: api.person(ADMIN, "Anna"),
        api,
        healthy: Platform::healthy(today),
    };
    let (screen, printer) = Screen::start(&stage.api, ADMIN);
    println!(
        "A made-up platform: Ozon's cash is at -15000.00 RUB, and 12 commissions of this week are wrong.\n"
    );

    let url = plant(&folder, today).await?;
    stage.admin.says(ADMIN, "/start")?;
    stage.api.person(MANAGER, "Maria").says(MANAGER, "/start")?;
    let settings = settings(&url, &jobs(&folder)?, &stage.api)?;
    let program = Program::start(settings, Clock::system()).await?;
    println!("The REST API and /metrics are on http://{}\n", program.http);

    tour(&stage).await?;
    screen.settle(ANSWER_WITHIN).await;
    println!("\nNow you: type a command (/help), the [number] of a button, or quit.");
    let changes: Vec<&str> = CHANGES.iter().map(|change| change.words).collect();
    println!("To see what happens: {}.\n", changes.join(", "));
    let outcome = converse(&stage, &program, &screen).await;
    program.stop().await;
    stage.api.shutdown().await;
    printer.abort();
    outcome.map(|()| ExitCode::SUCCESS)
}

struct Stage {
    api: BotApi,
    admin: Person,
    /// What healing brings back.
    healthy: Platform,
}

async fn plant(folder: &TempDir, today: NaiveDate) -> anyhow::Result<String> {
    let url = format!("sqlite:///{}", folder.path().join("platform.db").display());
    let db = db::open(&url.parse()?).await?;
    Platform::healthy(today)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .commission_outliers(12)
        .create(&db)
        .await?;
    db.close().await;
    Ok(url)
}

/// What the made-up platform runs.
fn jobs(folder: &TempDir) -> anyhow::Result<String> {
    let file = folder.path().join("sovani-ops.toml");
    std::fs::write(&file, JOBS).context("the list of jobs cannot be written")?;
    Ok(file.display().to_string())
}

fn settings(url: &str, jobs: &str, api: &BotApi) -> anyhow::Result<LiveSettings> {
    let source = Source::fixed([
        ("TELEGRAM_TOKEN", TOKEN),
        ("TELEGRAM_API_URL", &api.url()),
        ("DATABASE_URL", url),
        ("OPS_CONFIG", jobs),
        ("ADMIN_USER_IDS", &ADMIN.to_string()),
        ("VIEWER_USER_IDS", &MANAGER.to_string()),
        ("ALERT_CHAT_IDS", &ADMIN.to_string()),
        ("MANAGER_CHAT_ID", &MANAGER.to_string()),
        ("HTTP_LISTEN", "127.0.0.1:0"),
        ("OPS_CHECK_START_DELAY_SEC", "1"),
        ("OPS_CHECK_INTERVAL_SEC", "10"),
    ]);
    // Without one, what changes anything over REST is disabled, as it is in the real program.
    let source = match std::env::var(REST_TOKEN) {
        Ok(token) => source
            .with("ADMIN_TOKEN", token.clone())
            .with("HEARTBEAT_TOKEN", token),
        Err(_) => source,
    };
    Ok(LiveSettings::new(source, actions::known())?)
}

/// What an operator would do first: wait for the alert, look around, and run a fix.
async fn tour(stage: &Stage) -> anyhow::Result<()> {
    wait_for(stage, |message| {
        message.text.contains("Cash balance -15000.00 RUB")
    })
    .await?;
    stage.admin.says(ADMIN, "/health")?;
    wait_for(stage, |message| message.text.contains("Operational health")).await?;
    stage.admin.says(ADMIN, "/remediate check_db_growth")?;
    let proposal = wait_for(stage, |message| message.button(CONFIRM).is_some()).await?;
    stage.admin.presses(ADMIN, proposal.id, CONFIRM)?;
    wait_for(stage, |message| {
        message.text.contains("Database vacuumed successfully")
    })
    .await?;
    Ok(())
}

async fn wait_for(stage: &Stage, wanted: impl Fn(&Message) -> bool) -> anyhow::Result<Message> {
    let found = stage.api.wait_for(PATIENCE, |state| {
        state
            .bot_messages(ADMIN)
            .into_iter()
            .find(|message| wanted(message))
            .cloned()
    });
    Ok(found.await?)
}

/// Takes lines from standard input until it ends or says so.
async fn converse(stage: &Stage, program: &Program, screen: &Arc<Screen>) -> anyhow::Result<()> {
    let mut lines: Lines<BufReader<Stdin>> = BufReader::new(tokio::io::stdin()).lines();
    loop {
        let line = tokio::select! {
            line = lines.next_line() => line?,
            _ = tokio::signal::ctrl_c() => None,
        };
        let Some(line) = line else { return Ok(()) };
        match Typed::parse(&line) {
            Typed::Quit => return Ok(()),
            Typed::Nothing => continue,
            Typed::Text(text) => {
                stage.admin.says(ADMIN, &text)?;
            }
            Typed::Change(change) => {
                (change.make)(&program.cx.db, &stage.healthy).await?;
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
}

fn press(stage: &Stage, chat: ChatId, message: i32, label: &str) {
    if let Err(error) = stage.admin.presses(chat, message, label) {
        println!("{error}\n");
    }
}
