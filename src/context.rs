//! The context of everything above it. The database is the truth; all state here can be rebuilt from it.

mod books;
mod check_runs;
mod delivery;
mod heartbeat_counts;
mod refusal_limiter;
mod remediations;
mod sweeps;
mod webhooks;

use std::{sync::Arc, time::Instant};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    books::Books, check_runs::CheckRuns, delivery::Delivery, remediations::Remediations,
    sweeps::Sweeps, webhooks::Webhooks,
};
pub use self::{
    heartbeat_counts::HeartbeatCount, refusal_limiter::UnrecordedRefusals, webhooks::TOLD_FOR,
};
use crate::{
    clock::Clock,
    db::{Db, Draft, FileWatch, NewAudit},
    domain::{Act, ActOutcome, ChatTarget, Timestamp, Who},
    facts::Facts,
    incidents::Memory,
    live::LiveSettings,
    metrics::Metrics,
    service_manager,
    telegram::Telegram,
    views::{Message, Voice},
    watchdog::{PeriodicTask, Watchdog},
    web::Web,
};

pub struct Context {
    pub settings: LiveSettings,
    pub db: Db,
    pub facts: Facts,
    pub file: FileWatch,
    pub telegram: Telegram,
    pub web: Web,
    pub metrics: Arc<Metrics>,
    pub clock: Clock,
    pub memory: Memory,
    pub watchdog: Watchdog,
    pub sweeps: Sweeps,
    pub check_runs: CheckRuns,
    pub delivery: Delivery,
    pub remediations: Remediations,
    pub books: Books,
    pub webhooks: Webhooks,
    /// Names this process among several on one database.
    pub instance: String,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    pub started_at: Timestamp,
}

impl Context {
    pub fn new(
        settings: LiveSettings,
        db: Db,
        file: FileWatch,
        telegram: Telegram,
        web: Web,
        metrics: Arc<Metrics>,
        clock: Clock,
    ) -> Arc<Self> {
        let started_at = clock.now();
        Arc::new(Self {
            settings,
            facts: Facts::of(db.clone()),
            db,
            file,
            telegram,
            web,
            metrics,
            started_at,
            clock,
            memory: Memory::default(),
            watchdog: Watchdog::new(Instant::now()),
            sweeps: Sweeps::new(started_at),
            check_runs: CheckRuns::default(),
            delivery: Delivery::default(),
            remediations: Remediations::default(),
            books: Books::default(),
            webhooks: Webhooks::default(),
            instance: format!("{:016x}", fastrand::u64(..)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        })
    }

    /// A name for one holder of a lease; two tasks of the same process exclude each other too.
    pub fn lease_holder(&self) -> String {
        format!("{}/{:016x}", self.instance, fastrand::u64(..))
    }

    /// The name of this process for leases that it keeps.
    pub fn standing_holder(&self) -> String {
        format!("{}/standing", self.instance)
    }

    /// The language, zone and time for messages.
    pub fn voice(&self) -> Voice {
        let settings = self.settings.get();
        Voice {
            lang: settings.lang,
            zone: settings.timezone,
            now: self.clock.now(),
        }
    }

    /// Queues the message in the outbox for each chat. Returns the ids in the outbox.
    pub async fn post(&self, chats: &[ChatTarget], message: Message) -> sqlx::Result<Vec<i64>> {
        let now = self.clock.now();
        let draft = Draft::from(message);
        let mut posted = Vec::with_capacity(chats.len());
        for chat in chats {
            posted.extend(self.db.enqueue(*chat, &draft, now).await?);
        }
        self.delivery.mail.notify_one();
        Ok(posted)
    }

    /// Records an operation in the audit. The operation is done already, so a failure is only logged.
    pub async fn audit(&self, new: &NewAudit<'_>) {
        if let Err(error) = self.db.record_audit(new, self.clock.now()).await {
            let act = new.act.as_str();
            tracing::error!(%error, act, subject = new.subject, "an act is missing from the audit");
        }
        self.books.written.notify_one();
    }

    /// Records that a periodic task completed a round.
    pub fn round_completed(&self, task: PeriodicTask) {
        self.watchdog.round_completed(task, Instant::now());
    }

    /// Reloads the settings ([`LiveSettings::reload`]), and tells the service manager and the audit.
    pub async fn reload_settings(&self, who: &Who) -> anyhow::Result<Vec<&'static str>> {
        service_manager::reloading();
        let reloaded = self.settings.reload();
        service_manager::ready();
        let (outcome, detail) = match &reloaded {
            Ok(waiting) => (ActOutcome::Done, waiting.join(", ")),
            Err(error) => (ActOutcome::Failed, format!("{error:#}")),
        };
        self.audit(&NewAudit {
            who,
            act: Act::ReloadSettings,
            subject: "settings",
            outcome,
            detail: &detail,
        })
        .await;
        reloaded
    }
}
