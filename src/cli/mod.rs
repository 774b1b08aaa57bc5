//! The command line.

mod check;
mod logging;
mod run;
mod token;

use std::{net::SocketAddr, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    db,
    domain::{Role, TokenName},
    settings::{self, LiveSettings, Settings, Source},
};

/// Alerts, remediation and service levels for the SoVAni platform, from a Telegram chat.
///
/// Settings come from the environment and from .env in the working directory; .env.example explains every one.
#[derive(Parser)]
#[command(name = "sovani-ops", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything: the checks, the bot, the REST API. This is what happens without a command.
    Run,
    /// Run the checks once and print what they found. Exits with 0 when all pass, 1 when one fails, 2 when they could
    /// not run. What is measured along the way is kept, in tables that are made where they are missing.
    Check {
        /// Only this detector.
        detector: Option<String>,
    },
    /// Make or update the program's tables and views, and exit.
    Migrate,
    /// Make a token for the REST API. Prints it, once, and its line for the file of `API_TOKENS`.
    Token {
        /// By this name the chats and the audit know its holder.
        name: TokenName,
        /// What its holder may do: viewer (read) or admin (everything).
        #[arg(long, default_value = "viewer", value_parser = settings::role)]
        role: Role,
    },
    /// Show the program at work on a made-up platform, with a stand-in for Telegram, in the terminal and in the browser.
    /// Needs no settings.
    Demo {
        /// Where the chat page is served, on loopback. By default 127.0.0.1:8088, or a free port when that is taken.
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Go on when standard input has ended, until Ctrl-C or SIGTERM.
        #[arg(long)]
        stay: bool,
    },
}

/// The exit code for "could not run".
const COULD_NOT: u8 = 2;

pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the runtime cannot be started: {error}");
            return ExitCode::from(COULD_NOT);
        }
    };
    let outcome = runtime.block_on(async {
        match arguments.command.unwrap_or(Command::Run) {
            Command::Run => run::run().await,
            Command::Check { detector } => check::check(detector.as_deref()).await,
            Command::Migrate => migrate().await,
            Command::Token { name, role } => token::make(name, role),
            Command::Demo { listen, stay } => crate::demo::run(listen, stay).await,
        }
    });
    // A reader of standard input cannot be cancelled; it must not keep the process.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(COULD_NOT)
    })
}

async fn migrate() -> anyhow::Result<ExitCode> {
    let settings = one_off_settings()?;
    db::open(&settings.database_url).await?.close().await;
    println!("{} is up to date", settings.database_url);
    Ok(ExitCode::SUCCESS)
}

/// The settings of a command that runs once, with warnings only in its log.
fn one_off_settings() -> anyhow::Result<Settings> {
    let source = Source::from_environment()?;
    let settings = Settings::load(&source)?;
    logging::start(
        settings.log_format,
        if source.get("RUST_LOG").is_some() {
            &settings.log_filter
        } else {
            "warn"
        },
    );
    warn(&source, &settings);
    Ok(settings)
}

fn live_settings() -> anyhow::Result<LiveSettings> {
    let source = Source::from_environment()?;
    let live = LiveSettings::new(source.clone())?;
    let settings = live.get();
    logging::start(settings.log_format, &settings.log_filter);
    warn(&source, &settings);
    Ok(live)
}

fn warn(source: &Source, settings: &Settings) {
    for warning in settings.warnings() {
        tracing::warn!("{warning}");
    }
    if source.unread_lines() > 0 {
        tracing::warn!(
            "{} lines of .env cannot be read; none of them is a setting of this program",
            source.unread_lines()
        );
    }
    for (given, meant) in source.misspelt() {
        tracing::warn!("{given} in .env is no setting of this program; is {meant} meant?");
    }
}
