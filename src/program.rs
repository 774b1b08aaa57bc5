//! The whole program, started and stopped as one.

pub mod supervisor;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use secrecy::SecretString;
use tokio::{net::TcpListener, task::JoinHandle};

use self::supervisor::SupervisedTask;
use crate::{
    actions,
    bot::{self, buttons::BUTTONS, commands::COMMANDS},
    clock::Clock,
    context::Context,
    db,
    detectors::Registry,
    http, jobs,
    live::LiveSettings,
    metrics::{LabelValues, Metrics},
    ops, outbox,
    settings::{PrivateUrl, Settings},
    telegram::{self, Telegram},
    web::Web,
};

/// Limit for stopping; unfinished work continues after the next start.
const STOP_WITHIN: Duration = Duration::from_secs(7);
/// Limit for each of the last database operations: a pool waits for every connection in use, even one that is busy with
/// a long query.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);

pub struct Program {
    pub cx: Arc<Context>,
    pub http: SocketAddr,
}

impl Program {
    /// Connects, migrates, and starts every task. Telegram need not be reachable.
    pub async fn start(live: LiveSettings, clock: Clock) -> anyhow::Result<Self> {
        let settings = live.get();
        let token = settings.telegram_token.as_ref().context(
            "TELEGRAM_TOKEN is not set; get one from @BotFather, and run: sovani-ops init",
        )?;
        let listener = TcpListener::bind(settings.http_listen)
            .await
            .with_context(|| {
                format!(
                    "HTTP_LISTEN={} cannot be listened on; stop what has the port, or choose another",
                    settings.http_listen
                )
            })?;
        let http = listener.local_addr()?;
        let size = settings.database_pool_size;
        let (db, file) = db::open_watched(&settings.database_url, size).await?;
        ops::time::keep(&db, &clock)
            .await
            .map_err(|error| unusable(&settings, error, "the time cannot be noted"))?;
        db.recover().await.map_err(|error| {
            let failed = "the state left by an earlier run cannot be cleared";
            unusable(&settings, error, failed)
        })?;
        db.take_in_older_audit().await.map_err(|error| {
            let failed = "the audit of an older version cannot be given its digests";
            unusable(&settings, error, failed)
        })?;
        let metrics = Arc::new(metrics(&settings, &live.registry())?);
        let telegram = telegram(&settings, token, Arc::clone(&metrics))?;
        let cx = Context::new(live, db, file, telegram, Web::new()?, metrics, clock);
        cx.memory.reload(&cx.db.open_incidents().await?);

        ops::remediation::end_interrupted(&cx).await;

        let tasks = start_tasks(&cx, listener);
        cx.tasks.spawn(supervisor::run(Arc::clone(&cx), tasks));
        if settings.alert_chats.is_empty() {
            tracing::warn!("ALERT_CHAT_IDS is empty: alerts are recorded but pushed to nobody");
        }
        Ok(Self { cx, http })
    }

    /// Stops accepting work, finishes or stores work in progress, and closes the database.
    pub async fn stop(self) {
        self.cx.stop.cancel();
        self.cx.tasks.close();
        if tokio::time::timeout(STOP_WITHIN, self.cx.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("work under way was cut off; it is taken up after the next start");
        }
        let released = self.cx.db.release_leases_of(&self.cx.instance);
        if !matches!(
            tokio::time::timeout(CLOSE_WITHIN, released).await,
            Ok(Ok(()))
        ) {
            tracing::warn!("leases are left to run out");
        }
        let closed = async {
            self.cx.db.close().await;
            self.cx.file.close().await;
        };
        if tokio::time::timeout(CLOSE_WITHIN, closed).await.is_err() {
            tracing::warn!("the database is left while a query runs");
        }
    }
}

fn unusable(settings: &Settings, error: sqlx::Error, failed: &str) -> anyhow::Error {
    let url = &settings.database_url;
    db::explained(url, error.into(), failed, "see the error that follows")
}

fn start_tasks(cx: &Arc<Context>, listener: TcpListener) -> Vec<SupervisedTask> {
    let tasks = [
        ("outbox", cx.tasks.spawn(outbox::run(Arc::clone(cx)))),
        (
            "chats",
            cx.tasks.spawn(outbox::try_lost_chats(Arc::clone(cx))),
        ),
        ("bot", cx.tasks.spawn(bot::run(Arc::clone(cx)))),
        (
            "http",
            cx.tasks.spawn(http::serve(Arc::clone(cx), listener)),
        ),
        ("jobs", cx.tasks.spawn(jobs::run(Arc::clone(cx)))),
        ("books", cx.tasks.spawn(jobs::keep_books(Arc::clone(cx)))),
        (
            "audit log",
            cx.tasks.spawn(ops::audit_log::keep(Arc::clone(cx))),
        ),
        ("time", cx.tasks.spawn(jobs::keep_time(Arc::clone(cx)))),
        (
            "database",
            cx.tasks.spawn(ops::database::watch(Arc::clone(cx))),
        ),
        ("facts", cx.tasks.spawn(jobs::keep_facts(Arc::clone(cx)))),
        (
            "history",
            cx.tasks.spawn(jobs::keep_history(Arc::clone(cx))),
        ),
    ];
    let supervised = |(name, task): (_, JoinHandle<()>)| SupervisedTask {
        name,
        handle: task.abort_handle(),
    };
    tasks.map(supervised).into()
}

/// The door to Telegram that the settings describe, with this token.
pub fn telegram(
    settings: &Settings,
    token: &SecretString,
    metrics: Arc<Metrics>,
) -> anyhow::Result<Telegram> {
    let proxy = settings.telegram_proxy.as_ref().map(PrivateUrl::url);
    let client = telegram::bot(token, &settings.telegram_api_url, proxy)?;
    Ok(Telegram::new(client, &settings.telegram_rates, metrics))
}

pub fn metrics(settings: &Settings, registry: &Registry) -> prometheus::Result<Metrics> {
    Metrics::new(&LabelValues {
        detectors: &registry.labels(),
        actions: &actions::names(settings),
        commands: &with_unknown(COMMANDS.iter().map(|command| command.name)),
        callbacks: &with_unknown(BUTTONS.iter().map(|button| button.name)),
        telegram_outcomes: &telegram::OUTCOMES,
        ping_outcomes: &ops::deadman::OUTCOMES,
        kept_tables: &db::KEPT.iter().map(|kept| kept.table).collect::<Vec<_>>(),
    })
}

/// The names of a table, and the label for everything else.
fn with_unknown(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    names.chain(["unknown"]).collect()
}
