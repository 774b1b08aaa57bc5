//! The command line.

mod backup;
mod check;
mod doctor;
mod explain;
mod init;
mod logging;
mod probe;
mod run;
mod token;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    actions, db, detectors,
    domain::{Lang, TokenName},
    live::LiveSettings,
    settings::{self, Grant, LogFormat, Settings, Source},
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
    /// Run everything: the checks, the bot, the REST API. The default command.
    Run {
        /// Make the SQLite file of `DATABASE_URL` if it is not there. Without this a missing file is an error: an empty
        /// database in the wrong place would look healthy.
        #[arg(long)]
        create: bool,
    },
    /// Run the checks once and print the results. Exits with 0 if all pass, 1 if one fails, 2 if they could not run.
    /// Saves measurements; creates missing tables.
    Check {
        /// Only this detector.
        detector: Option<String>,
        /// Before that, print the query of this check, its parameters, the database's plan for it, and its time.
        #[arg(long, requires = "detector")]
        explain: bool,
    },
    /// Set the program up by questions: the bot's token, the users, the alert chats, the manager, the database, the language
    /// and the time zone. Writes .env, and sends a test alert. Exits with 0 when done, 2 when it failed.
    Init,
    /// Report problems of the installation and how to fix them; changes nothing. Exits with 0 if there is no error, 1
    /// if there is one, 2 if it could not run.
    Doctor {
        /// Print JSON: the findings, each with check, status, message and advice, and the count of each status.
        #[arg(long)]
        json: bool,
    },
    /// Create or update the program's tables and views, and exit.
    Migrate,
    /// Copy the whole database into a new file, while everything runs, and verify it. Prints how to restore it.
    Backup {
        /// The file to create. It must not exist yet.
        file: PathBuf,
    },
    /// Create a token for the REST API. Prints it, once, and its line for the file of `API_TOKENS`.
    Token {
        /// The name of its holder in chats and in the audit.
        name: TokenName,
        /// The holder's rights: viewer (read), admin (everything), or job:NAME (report runs of that job).
        #[arg(long, default_value = "viewer", value_parser = settings::grant)]
        role: Grant,
    },
    /// Check that the program on `HTTP_LISTEN` is alive. Exits with 0 if it is, 1 otherwise.
    Probe,
    /// Show the program at work on a made-up platform, with a stand-in for Telegram, in the terminal and in the
    /// browser. Needs no settings.
    Demo {
        /// Address of the chat page, on loopback. Defaults to 127.0.0.1:8088, or to a free port if that is taken.
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// Continue after the end of standard input, until Ctrl-C or SIGTERM.
        #[arg(long)]
        stay: bool,
        /// Language of the chats: en or ru. Defaults to `BOT_LANG`, or to en.
        #[arg(long)]
        lang: Option<Lang>,
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
        match arguments.command.unwrap_or(Command::Run { create: false }) {
            Command::Run { create } => run::run(create).await,
            Command::Check { detector, explain } => {
                check::check(detector.as_deref(), explain).await
            }
            Command::Init => init::init().await,
            Command::Doctor { json } => doctor::doctor(json).await,
            Command::Migrate => migrate().await,
            Command::Backup { file } => backup::write(&file).await,
            Command::Token { name, role } => token::make(name, role),
            Command::Probe => probe::probe().await,
            Command::Demo { listen, stay, lang } => crate::demo::run(listen, stay, lang).await,
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
    let url = &settings.database_url;
    let is_new = db::must_exist(url).is_err();
    db::open(url).await?.close().await;
    if is_new {
        println!("{url} was made: it has none of the platform's tables yet");
    } else {
        println!("{url} is up to date");
    }
    Ok(ExitCode::SUCCESS)
}

/// The settings of a command that runs once, with warnings only in its log.
fn one_off_settings() -> anyhow::Result<Settings> {
    let source = Source::from_environment(&actions::known())?;
    let settings = Settings::load(&source, &actions::known())?;
    logging::start(
        settings.log_format,
        if source.get("RUST_LOG").is_some() {
            &settings.log_filter
        } else {
            "warn"
        },
    );
    settings.warn(&source);
    Ok(settings)
}

/// Interactive commands print their own messages; they log only if a log was asked for.
fn log_if_asked(source: &Source) {
    logging::start(LogFormat::Text, source.get("RUST_LOG").unwrap_or("off"));
}

fn live_settings() -> anyhow::Result<LiveSettings> {
    let source = Source::from_environment(&actions::known())?;
    let live = LiveSettings::new(source.clone(), actions::known(), detectors::defined)?;
    let settings = live.get();
    logging::start(settings.log_format, &settings.log_filter);
    settings.warn(&source);
    Ok(live)
}
