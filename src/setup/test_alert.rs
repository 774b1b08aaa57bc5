//! A test alert, the way alerts go: through the outbox.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, bail, ensure};
use tokio::time::Instant;

use super::dialogue::Dialogue;
use crate::{
    clock::Clock,
    context::Context,
    db::{self, FileWatch, OutboxState},
    domain::one_line,
    live::LiveSettings,
    outbox, program,
    settings::Settings,
    views,
    web::Web,
};

/// A group's rate limit may delay the message; after this, its state is reported.
const WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Sends it to every alert chat and reports the outcome.
pub async fn send(dialogue: &mut Dialogue, live: LiveSettings, clock: Clock) -> anyhow::Result<()> {
    let settings = live.get();
    if settings.alert_chats.is_empty() {
        return Ok(());
    }
    let cx = context(live, clock, &settings).await?;
    dialogue.say("\nSending a test alert …")?;
    let delivering = tokio::spawn(outbox::run(Arc::clone(&cx)));
    let arrived = follow(dialogue, &cx, &settings).await;
    cx.stop.cancel();
    delivering.await.context("the outbox broke")?;
    let _ = cx.db.release_leases_of(&cx.instance).await;
    cx.db.close().await;
    ensure!(
        arrived?,
        "the test alert did not arrive everywhere; .env is written. See what to do with: sovani-ops doctor"
    );
    Ok(())
}

async fn context(
    live: LiveSettings,
    clock: Clock,
    settings: &Settings,
) -> anyhow::Result<Arc<Context>> {
    let Some(token) = &settings.telegram_token else {
        bail!("TELEGRAM_TOKEN is not set");
    };
    let metrics = Arc::new(program::metrics(settings, &live.registry())?);
    let telegram = program::telegram(settings, token, Arc::clone(&metrics))?;
    let db = db::open(&settings.database_url).await?;
    Ok(Context::new(
        live,
        db,
        FileWatch::default(),
        telegram,
        Web::new()?,
        metrics,
        clock,
    ))
}

/// Tells if it arrived in every chat.
async fn follow(dialogue: &Dialogue, cx: &Context, settings: &Settings) -> anyhow::Result<bool> {
    let deadline = Instant::now() + WITHIN;
    let mut everywhere = true;
    for chat in &settings.alert_chats {
        let posted = cx.post(&[*chat], views::test_alert(&cx.voice())).await?;
        let fate = match posted.first() {
            Some(id) => fate(cx, *id, deadline).await?,
            None => Err(
                "the chat was given up as lost; the next start of sovani-ops tries it again"
                    .to_owned(),
            ),
        };
        everywhere &= fate.is_ok();
        dialogue.say(&match fate {
            Ok(()) => format!("  {chat}: it arrived."),
            Err(why) => format!("  {chat}: it did not arrive: {}", one_line(&why)),
        })?;
    }
    Ok(everywhere)
}

/// The outcome of the message, from its row in the outbox.
async fn fate(cx: &Context, id: i64, deadline: Instant) -> sqlx::Result<Result<(), String>> {
    loop {
        let fate = cx.db.outbox_fate(id).await?;
        let why = fate
            .last_error
            .unwrap_or_else(|| "nobody knows why".to_owned());
        match fate.state {
            OutboxState::Sent => return Ok(Ok(())),
            OutboxState::Pending if Instant::now() < deadline => {}
            OutboxState::Pending => {
                return Ok(Err(format!(
                    "{why}; it is tried again as soon as sovani-ops runs"
                )));
            }
            OutboxState::Dead | OutboxState::Obsolete => return Ok(Err(why)),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
