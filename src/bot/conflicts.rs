//! Conflicts with other programs that receive the bot's updates: a second poller with its token, or a webhook.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    context::{Context, TOLD_FOR},
    domain::backoff,
    telegram::Failure,
    views,
};

/// The chats are notified of the same webhook again after this long.
const TELL_AGAIN_AFTER: Duration = TOLD_FOR;
/// A webhook that is set again and again is left in place for longer each time: two programs that undo each other's work
/// at full speed serve no one.
const REMOVE_FIRST_AFTER: Duration = Duration::from_secs(2);
const REMOVE_LAST_AFTER: Duration = Duration::from_secs(300);

#[derive(Default)]
pub struct Conflicts(Mutex<Known>);

#[derive(Default)]
struct Known {
    told_of_poller: Option<Instant>,
    told_of_webhook: Option<Instant>,
    /// The recent removals of a webhook.
    removals: VecDeque<Instant>,
}

impl Conflicts {
    /// Resolves a conflict about updates. True if it was a webhook, which is now removed.
    pub async fn drive_off(&self, cx: &Context) -> Result<bool, Failure> {
        let Some(host) = cx.telegram.webhook().await? else {
            cx.webhooks.gone();
            if self.is_news(|known| &mut known.told_of_poller) {
                tell(cx, views::second_poller(&cx.voice())).await;
            }
            return Ok(false);
        };
        cx.webhooks.found(&host);
        tokio::time::sleep(self.pause()).await;
        // Pending updates at Telegram are kept.
        cx.telegram.delete_webhook().await?;
        cx.webhooks.gone();
        let times = self.removed();
        tracing::warn!(host, times, "a webhook took the commands, and was removed");
        if self.is_news(|known| &mut known.told_of_webhook) {
            tell(cx, views::webhook_removed(&cx.voice(), &host)).await;
        }
        Ok(true)
    }

    /// Removes a webhook that was set earlier.
    pub async fn clear(&self, cx: &Context) -> Result<(), Failure> {
        match cx.telegram.webhook().await? {
            Some(_) => self.drive_off(cx).await.map(drop),
            None => Ok(()),
        }
    }

    /// The wait before a repeated webhook is removed.
    fn pause(&self) -> Duration {
        let before = u32::try_from(self.lock().lately()).unwrap_or(u32::MAX);
        match before {
            0 => Duration::ZERO,
            before => backoff(
                before,
                REMOVE_FIRST_AFTER,
                REMOVE_LAST_AFTER,
                fastrand::f64(),
            ),
        }
    }

    fn removed(&self) -> usize {
        let mut known = self.lock();
        known.removals.push_back(Instant::now());
        known.lately()
    }

    fn is_news(&self, told: impl FnOnce(&mut Known) -> &mut Option<Instant>) -> bool {
        let mut known = self.lock();
        let told = told(&mut known);
        let news = told.is_none_or(|at| at.elapsed() > TELL_AGAIN_AFTER);
        if news {
            *told = Some(Instant::now());
        }
        news
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn lately(&mut self) -> usize {
        self.removals.retain(|at| at.elapsed() <= TELL_AGAIN_AFTER);
        self.removals.len()
    }
}

async fn tell(cx: &Context, message: views::Message) {
    let chats = cx.settings.get().alert_chats.clone();
    if let Err(error) = cx.post(&chats, message).await {
        tracing::error!(%error, "the chats cannot be told who takes the commands away");
    }
}
