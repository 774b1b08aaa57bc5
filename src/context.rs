//! What everything above it works with. The database is the truth; what is kept here can be rebuilt from it.

mod heard;
mod refusals;

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{
    heard::{HeardJobs, Told},
    refusals::{More, Refusals},
};
use crate::{
    clock::Clock,
    db::{Db, Draft, FileWatch, NewAudit},
    domain::{Act, ActOutcome, ChatTarget, Timestamp, Who},
    held_lease::HeldLease,
    incidents::Memory,
    metrics::Metrics,
    service_manager,
    settings::LiveSettings,
    telegram::Telegram,
    views::{Message, Voice},
    watchdog::{PeriodicTask, Watchdog},
    web::Web,
};

/// All checks at once take most of the database's connections.
const RUNS_MOST: usize = 2;

/// Whoever cannot be answered must not keep the bot busy. The first is heard at once.
const KNOCKS_A_MINUTE: NonZeroU32 = NonZeroU32::new(12).unwrap();

pub struct Context {
    pub settings: LiveSettings,
    pub db: Db,
    pub file: FileWatch,
    pub telegram: Telegram,
    pub web: Web,
    pub metrics: Arc<Metrics>,
    pub clock: Clock,
    pub memory: Memory,
    pub watchdog: Watchdog,
    /// The lease that lets one of several instances sweep.
    pub sweep_lease: HeldLease,
    /// The lease that lets one of several instances deliver.
    pub delivery_lease: HeldLease,
    /// Wakes the outbox when there is something to deliver.
    pub mail: Notify,
    /// Wakes whoever tries lost chats again.
    pub lost_chats: Notify,
    /// How often what people do in a lost chat has it tried again.
    pub knocks: DefaultKeyedRateLimiter<i64>,
    /// The actions that this process runs at the moment.
    pub actions: Running,
    /// Who edits a proposal's message.
    pub proposals: Turns,
    /// Held by a sweep, and for each step of deleting old history; whoever waits gets it next.
    pub turn: tokio::sync::Mutex<()>,
    /// Held while alerts that were told from memory are written down.
    pub recording: tokio::sync::Mutex<()>,
    pub refusals: Refusals,
    pub heard: HeardJobs,
    /// Wakes what copies the audit elsewhere.
    pub audited: Notify,
    /// Held by each run of the checks that somebody asked for.
    pub runs: Semaphore,
    /// Names this process among several on one database.
    pub instance: String,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    pub started_at: Timestamp,
    /// Whoever swept before may have been killed before it started what its alerts called for.
    pub takes_over: AtomicBool,
    last_sweep: Mutex<LastSweep>,
    /// Why the newest sweep here is not on record.
    unjournalled: Mutex<Option<String>>,
}

/// When the newest sweep ended, here or in another instance.
#[derive(Clone, Copy)]
struct LastSweep {
    at: Option<Timestamp>,
    /// The same by a clock that nobody sets; before the first sweep, the start.
    ended: Instant,
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
        Arc::new(Self {
            settings,
            db,
            file,
            telegram,
            web,
            metrics,
            started_at: clock.now(),
            clock,
            memory: Memory::default(),
            watchdog: Watchdog::new(Instant::now()),
            sweep_lease: HeldLease::default(),
            delivery_lease: HeldLease::default(),
            mail: Notify::new(),
            lost_chats: Notify::new(),
            knocks: RateLimiter::keyed(
                Quota::per_minute(KNOCKS_A_MINUTE).allow_burst(NonZeroU32::MIN),
            ),
            actions: Running::default(),
            proposals: Turns::default(),
            turn: tokio::sync::Mutex::default(),
            recording: tokio::sync::Mutex::default(),
            refusals: Refusals::default(),
            heard: HeardJobs::default(),
            audited: Notify::new(),
            runs: Semaphore::new(RUNS_MOST),
            instance: format!("{:016x}", fastrand::u64(..)),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            takes_over: AtomicBool::new(true),
            last_sweep: Mutex::new(LastSweep {
                at: None,
                ended: Instant::now(),
            }),
            unjournalled: Mutex::default(),
        })
    }

    /// A name for one holder of a lease: two pieces of work of the same process exclude each other too.
    pub fn lease_holder(&self) -> String {
        format!("{}/{:016x}", self.instance, fastrand::u64(..))
    }

    /// This process as the holder of a lease that it keeps.
    pub fn standing_holder(&self) -> String {
        format!("{}/standing", self.instance)
    }

    /// How this moment's messages are worded.
    pub fn voice(&self) -> Voice {
        let settings = self.settings.get();
        Voice {
            lang: settings.lang,
            zone: settings.timezone,
            now: self.clock.now(),
        }
    }

    /// Writes the message into the outbox for each chat, whence it is delivered. Returns the outbox's ids.
    pub async fn post(&self, chats: &[ChatTarget], message: Message) -> sqlx::Result<Vec<i64>> {
        let now = self.clock.now();
        let draft = Draft::from(message);
        let mut posted = Vec::with_capacity(chats.len());
        for chat in chats {
            posted.extend(self.db.enqueue(*chat, &draft, now).await?);
        }
        self.mail.notify_one();
        Ok(posted)
    }

    /// Writes an act down. It is done when it cannot be, so that is only logged.
    pub async fn audit(&self, new: &NewAudit<'_>) {
        if let Err(error) = self.db.record_audit(new, self.clock.now()).await {
            let act = new.act.as_str();
            tracing::error!(%error, act, subject = new.subject, "an act is missing from the audit");
        }
        self.audited.notify_one();
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

    pub fn swept(&self, at: Timestamp) {
        *self.newest_sweep() = LastSweep {
            at: Some(at),
            ended: Instant::now(),
        };
    }

    /// The time since the newest sweep ended, or since the start when there was none yet. A clock that was set back does
    /// not make it shorter.
    pub fn sweep_age(&self) -> chrono::Duration {
        let LastSweep { at, ended } = *self.newest_sweep();
        let told = self.clock.now().since(at.unwrap_or(self.started_at));
        chrono::Duration::from_std(ended.elapsed()).map_or(told, |passed| told.max(passed))
    }

    pub fn last_sweep(&self) -> Option<Timestamp> {
        self.newest_sweep().at
    }

    /// Takes note of whether the newest sweep is on record.
    pub fn journalled(&self, outcome: &sqlx::Result<()>) {
        let why = outcome.as_ref().err().map(ToString::to_string);
        *self
            .unjournalled
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub fn unjournalled(&self) -> Option<String> {
        let unjournalled = self.unjournalled.lock();
        unjournalled.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn newest_sweep(&self) -> MutexGuard<'_, LastSweep> {
        self.last_sweep
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of two edits of a message at once, either might arrive last, so they take turns. Two messages seldom share a turn, and
/// are none the worse for it.
pub struct Turns([tokio::sync::Mutex<()>; TURNS]);

const TURNS: usize = 64;

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| tokio::sync::Mutex::default()))
    }
}

impl Turns {
    pub async fn turn(&self, id: i64) -> tokio::sync::MutexGuard<'_, ()> {
        let place = usize::try_from(id.unsigned_abs()).map_or(0, |id| id % TURNS);
        self.0[place].lock().await
    }
}

/// How many pieces of work are under way.
#[derive(Default)]
pub struct Running(AtomicUsize);

/// One of them, until it is dropped.
pub struct Run<'a>(&'a Running);

impl Running {
    pub fn begin(&self) -> Run<'_> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Run(self)
    }

    pub fn any(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}
