//! Sets the demonstration up: the real program, a made-up platform, a stand-in for Telegram, and its page.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use chrono::{NaiveDate, Utc};
use futures::future::BoxFuture;
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch};

use super::{
    Marketplace, Platform,
    api::Api,
    switches::{PLANTINGS, Switches, World},
};
use crate::{
    actions,
    clock::Clock,
    context::Context,
    db, detectors,
    domain::{Lang, Money},
    live::LiveSettings,
    ops::sweep,
    program::Program,
    settings::Source,
    standin::{
        BotApi, ChatId, ChatKind, Membership, Options, Person, UserId,
        page::{Face, Member, Page, Panel, Sentences, Switch, Timetable},
    },
    views::say,
};

/// The group that the alerts go to.
pub const ALERTS: ChatId = -1_002_001;
pub const ADMIN: UserId = 1001;
/// The manager may read. Escalations go to her chat with the bot.
pub const MANAGER: UserId = 2002;
pub const STRANGER: UserId = 3003;
const JOBS: &str = include_str!("jobs.toml");
const TOKEN: &str = "4242:demo-token";
/// Holds the token for the REST API, of the administrator and of the jobs alike.
const REST_TOKEN: &str = "DEMO_TOKEN";
/// From the start to the first check, and between two of them.
const FIRST_CHECK_SEC: i64 = 1;
const CHECK_EVERY_SEC: i64 = 10;
/// The page's default port; if it is taken, a free one is used.
const PAGE_PORT: u16 = 8088;

pub struct Stage {
    pub api: BotApi,
    pub admin: Person,
    pub program: Program,
    pub switches: Arc<Switches>,
    pub page: Page,
    folder: TempDir,
}

impl Stage {
    /// `listen` is where the page is served, on loopback.
    pub async fn set_up(listen: Option<SocketAddr>, lang: Lang) -> anyhow::Result<Self> {
        let listener = listener(listen).await?;
        let folder = TempDir::new().context("a temporary folder cannot be made")?;
        let api = BotApi::start(Options {
            keep_calls: Some(10_000),
            ..Options::new(TOKEN, "sovani_ops_bot")
        })
        .await?;
        let people = cast(&api)?;
        let admin = api.person(ADMIN, "Anna");
        let today = Utc::now()
            .with_timezone(&chrono_tz::Europe::Moscow)
            .date_naive();
        let url = plant(&folder, today).await?;
        let traffic = Api::start().await?;
        let settings = settings(&url, &jobs(&folder)?, &api, &traffic, lang)?;
        let started = Utc::now().timestamp();
        let program = Program::start(settings, Clock::system()).await?;
        let world = World {
            db: program.cx.db.clone(),
            healthy: Platform::healthy(today).running_tomorrow(),
            api: traffic,
            telegram: api.clone(),
        };
        let switches = Arc::new(Switches::new(world, ["cash", "commissions"]));
        let beside = Beside {
            switches: Arc::clone(&switches),
            cx: Arc::clone(&program.cx),
            timetable: Timetable {
                first: started + FIRST_CHECK_SEC,
                every: CHECK_EVERY_SEC,
            },
        };
        let page = Page::serve(
            listener,
            Face {
                title: "sovani-ops demo",
                api: api.clone(),
                people,
                first_chat: ALERTS,
                zone: chrono_tz::Europe::Moscow,
                panel: Some(Arc::new(beside)),
            },
        )?;
        Ok(Self {
            api,
            admin,
            program,
            switches,
            page,
            folder,
        })
    }

    pub async fn take_down(self) -> anyhow::Result<()> {
        self.page.stop().await;
        self.program.stop().await;
        self.api.shutdown().await;
        self.folder.close().context("the temporary folder stays")
    }
}

async fn listener(listen: Option<SocketAddr>) -> anyhow::Result<TcpListener> {
    if let Some(listen) = listen {
        anyhow::ensure!(
            listen.ip().is_loopback(),
            "--listen {listen}: the page lets whoever opens it act as the administrator, so it is served on loopback only"
        );
        return TcpListener::bind(listen)
            .await
            .with_context(|| format!("--listen {listen}: cannot be listened on"));
    }
    let usual = SocketAddr::from(([127, 0, 0, 1], PAGE_PORT));
    match TcpListener::bind(usual).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .context("the page has no port"),
    }
}

/// Everybody has begun a chat with the bot but the stranger, who only is in the group.
fn cast(api: &BotApi) -> anyhow::Result<Vec<Member>> {
    api.add_chat(ALERTS, ChatKind::Supergroup, "SoVAni alerts");
    let cast = [
        (ADMIN, "Anna", "administrator", Membership::Creator),
        (MANAGER, "Maria", "manager, may read", Membership::Member),
        (STRANGER, "Pavel", "stranger to the bot", Membership::Member),
    ];
    let mut people = Vec::new();
    for (id, name, about, membership) in cast {
        let person = api.person(id, name);
        api.set_membership(ALERTS, id, membership)?;
        if id != STRANGER {
            person.says(id, "/start")?;
        }
        people.push(Member { person, about });
    }
    Ok(people)
}

async fn plant(folder: &TempDir, today: NaiveDate) -> anyhow::Result<String> {
    let url = format!("sqlite:///{}", folder.path().join("platform.db").display());
    let db = db::open(&url.parse()?).await?;
    Platform::healthy(today)
        .running_tomorrow()
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .commission_outliers(12)
        .create(&db)
        .await?;
    db.close().await;
    Ok(url)
}

/// The jobs of the made-up platform.
fn jobs(folder: &TempDir) -> anyhow::Result<String> {
    let file = folder.path().join("sovani-ops.toml");
    std::fs::write(&file, JOBS).context("the list of jobs cannot be written")?;
    Ok(file.display().to_string())
}

fn settings(
    url: &str,
    jobs: &str,
    api: &BotApi,
    traffic: &Api,
    lang: Lang,
) -> anyhow::Result<LiveSettings> {
    let source = Source::fixed([
        ("TELEGRAM_TOKEN", TOKEN),
        ("TELEGRAM_API_URL", &api.url()),
        // A visitor who tries everything presses more buttons in a minute than a team in a day.
        ("TELEGRAM_GROUP_PER_MIN", "600"),
        ("DATABASE_URL", url),
        ("OPS_CONFIG", jobs),
        ("BOT_LANG", lang.as_str()),
        // The made-up platform has no scheduler that a command could restart.
        ("SCHEDULER_RESTART_CMD", "true"),
        // Tomorrow's sales never arrive, which must not become an incident for a visitor who stays overnight.
        ("INGEST_DUE_TIME", "23:59"),
        ("API_METRICS_URL", &traffic.metrics_url()),
        ("ADMIN_USER_IDS", &ADMIN.to_string()),
        ("VIEWER_USER_IDS", &MANAGER.to_string()),
        ("ALERT_CHAT_IDS", &ALERTS.to_string()),
        ("MANAGER_CHAT_ID", &MANAGER.to_string()),
        ("ESCALATE_AFTER_SEC", "180"),
        ("HTTP_LISTEN", "127.0.0.1:0"),
        ("OPS_CHECK_START_DELAY_SEC", &FIRST_CHECK_SEC.to_string()),
        ("OPS_CHECK_INTERVAL_SEC", &CHECK_EVERY_SEC.to_string()),
    ]);
    // Without one, what changes anything over REST is disabled, as it is in the real program.
    let source = match std::env::var(REST_TOKEN) {
        Ok(token) => source
            .with("ADMIN_TOKEN", token.clone())
            .with("HEARTBEAT_TOKEN", token),
        Err(_) => source,
    };
    Ok(LiveSettings::new(
        source,
        actions::known(),
        detectors::defined,
    )?)
}

/// The panel beside the phone.
struct Beside {
    switches: Arc<Switches>,
    cx: Arc<Context>,
    timetable: Timetable,
}

impl Panel for Beside {
    fn sentences(&self) -> Sentences {
        let voice = self.cx.voice();
        Sentences {
            label: say!(voice, "demo-panel-label"),
            link: say!(voice, "demo-panel-link"),
            title: say!(voice, "demo-panel-title"),
            above: say!(voice, "demo-panel-above"),
            below: say!(voice, "demo-panel-below"),
            on: say!(voice, "demo-planted"),
            off: say!(voice, "demo-healthy"),
            turn_on: say!(voice, "demo-plant"),
            turn_off: say!(voice, "demo-heal"),
            next_check: say!(voice, "demo-next-check"),
            seconds: say!(voice, "demo-seconds"),
            check: say!(voice, "demo-check-now"),
        }
    }

    fn switches(&self) -> Vec<Switch> {
        let voice = self.cx.voice();
        let shown = PLANTINGS.iter().map(|planting| Switch {
            name: planting.name,
            title: voice.text(&format!("demo-fault-{}", planting.name), &[]),
            about: voice.text(&format!("demo-about-{}", planting.name), &[]),
            on: self.switches.is_on(planting),
        });
        shown.collect()
    }

    fn timetable(&self) -> Timetable {
        self.timetable
    }

    fn turn<'a>(&'a self, name: &'a str, on: bool) -> BoxFuture<'a, anyhow::Result<bool>> {
        Box::pin(async move {
            let Some(planting) = PLANTINGS.iter().find(|planting| planting.name == name) else {
                return Ok(false);
            };
            self.switches.turn(planting, on).await?;
            Ok(true)
        })
    }

    fn check(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            sweep::ops_health_check(&self.cx).await;
        })
    }

    fn changes(&self) -> watch::Receiver<()> {
        self.switches.changes()
    }
}
