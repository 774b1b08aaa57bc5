//! The real program beside a database of the test, with a stand-in for Telegram and an HTTP client.

use std::{path::Path, sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header::HeaderMap};
use serde_json::Value;
use sovani_ops::{
    clock::Clock,
    context::Context,
    detectors,
    domain::Timestamp,
    live::{Define, LiveSettings},
    ops::sweep::{self, SweepStats},
    program::Program,
    settings::Source,
    standin::{BotApi, ChatKind, Message, Options},
};

use super::database::TestDatabase;

pub const ADMIN_TOKEN: &str = "admin-token-of-the-tests";
/// The chat that alerts are pushed to.
pub const ALERT_CHAT: i64 = -1001;
/// The manager's private chat.
pub const MANAGER: i64 = 77;
/// The token that the program is given.
pub const TELEGRAM_TOKEN: &str = "4242:program-under-test";
/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(60);

/// A program that has not started yet.
pub struct Setup {
    values: Vec<(String, String)>,
    clock: Clock,
    checks: Checks,
}

/// The detectors of the program, and the names of those that are not built in.
#[derive(Clone, Copy)]
struct Checks {
    define: Define,
    names: &'static [&'static str],
}

impl Checks {
    fn live(self, source: &Source) -> LiveSettings {
        let mut known = sovani_ops::actions::known();
        let names = self.names.iter();
        known.detectors.extend(names.map(|name| (*name).to_owned()));
        LiveSettings::new(source.clone(), known, self.define).unwrap()
    }
}

pub struct TestProgram {
    program: Option<Program>,
    cx: Arc<Context>,
    telegram: BotApi,
    client: Client,
    base: String,
    source: Source,
    clock: Clock,
    checks: Checks,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

pub fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A clock fixed at noon of 2025-10-02 in Moscow.
pub fn noon() -> Clock {
    Clock::standing_at(moment("2025-10-02 09:00:00"))
}

impl Setup {
    /// Sweeps only happen on request; the clock is fixed at noon of 2025-10-02 in Moscow.
    pub fn beside(database: &TestDatabase) -> Self {
        let setup = Self {
            values: Vec::new(),
            clock: noon(),
            checks: Checks {
                define: detectors::defined,
                names: &[],
            },
        };
        setup
            .with("TELEGRAM_TOKEN", TELEGRAM_TOKEN)
            .with("DATABASE_URL", database.url())
            .with("ALERT_CHAT_IDS", ALERT_CHAT.to_string())
            .with("MANAGER_CHAT_ID", MANAGER.to_string())
            .with("HTTP_LISTEN", "127.0.0.1:0")
            .with("ADMIN_TOKEN", ADMIN_TOKEN)
            .with("OPS_CHECK_START_DELAY_SEC", "86400")
            // The stand-in takes as much as it is given, unless a test says otherwise.
            .with("TELEGRAM_CALLS_PER_SEC", "1000000")
            .with("TELEGRAM_CHAT_PER_MIN", "1000000")
            .with("TELEGRAM_GROUP_PER_MIN", "1000000")
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn at(mut self, clock: &Clock) -> Self {
        self.clock = clock.clone();
        self
    }

    /// With detectors of these names, under the settings that define them.
    #[must_use]
    pub fn defining(mut self, define: Define, names: &'static [&'static str]) -> Self {
        self.checks = Checks { define, names };
        self
    }

    pub async fn start(self) -> TestProgram {
        let telegram = telegram().await;
        self.start_on(&telegram).await
    }

    /// Starts beside a stand-in that is there already, as after a restart or as a second instance.
    pub async fn start_on(self, telegram: &BotApi) -> TestProgram {
        let source = Source::fixed([]).with("TELEGRAM_API_URL", telegram.url());
        let source = self
            .values
            .iter()
            .fold(source, |source, (name, value)| source.with(name, value));
        TestProgram::start(source, self.clock, self.checks, telegram.clone()).await
    }

    /// Starts with a `.env`, which the program reads again when it reloads its settings.
    pub async fn start_on_file(self, file: &Path) -> TestProgram {
        let telegram = telegram().await;
        let lines = self
            .values
            .iter()
            .map(|(name, value)| format!("{name}='{value}'"));
        let api = format!("TELEGRAM_API_URL={}", telegram.url());
        let lines: Vec<_> = lines.chain([api]).collect();
        std::fs::write(file, lines.join("\n")).unwrap();
        let source = Source::from_file(file.to_owned(), &sovani_ops::actions::known()).unwrap();
        TestProgram::start(source, self.clock, self.checks, telegram).await
    }
}

pub async fn telegram() -> BotApi {
    telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await
}

/// A stand-in in which the alert chat and the manager's chat exist.
pub async fn telegram_with(options: Options) -> BotApi {
    let telegram = BotApi::start(options).await.unwrap();
    telegram.add_chat(ALERT_CHAT, ChatKind::Supergroup, "Ops");
    telegram
        .person(MANAGER, "Maria")
        .says(MANAGER, "/start")
        .unwrap();
    telegram
}

/// Each request has a connection of its own: the server may close an idle one just as it is used again.
fn client() -> Client {
    let client = Client::builder().no_proxy().pool_max_idle_per_host(0);
    client.build().unwrap()
}

impl TestProgram {
    async fn start(source: Source, clock: Clock, checks: Checks, telegram: BotApi) -> Self {
        let program = Program::start(checks.live(&source), clock.clone())
            .await
            .unwrap();
        Self {
            cx: Arc::clone(&program.cx),
            telegram,
            client: client(),
            base: format!("http://{}", program.http),
            program: Some(program),
            source,
            clock,
            checks,
        }
    }

    /// Restarts on the same database, beside the same stand-in.
    pub async fn restart(&mut self) {
        self.stop().await;
        let live = self.checks.live(&self.source);
        let program = Program::start(live, self.clock.clone()).await.unwrap();
        self.cx = Arc::clone(&program.cx);
        self.base = format!("http://{}", program.http);
        self.program = Some(program);
    }

    pub fn cx(&self) -> &Arc<Context> {
        &self.cx
    }

    pub fn telegram(&self) -> &BotApi {
        &self.telegram
    }

    /// `host:port` of the REST API.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// A request without a token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// Asks as anybody. Tests write to the database behind the program's back, so no answer of before may be shared.
    pub async fn get(&self, path: &str) -> Answer {
        self.cx.db.writes().note();
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Asks as the admin.
    pub async fn post(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::POST, path).bearer_auth(ADMIN_TOKEN)).await
    }

    /// One run of the scheduled job.
    pub async fn sweep(&self) -> SweepStats {
        sweep::ops_health_check(&self.cx).await.unwrap()
    }

    /// The bot's messages in a chat.
    pub fn said_in(&self, chat: i64) -> Vec<Message> {
        self.telegram.bot_messages(chat)
    }

    /// The first message of the bot in the chat that contains the text.
    pub async fn hears(&self, chat: i64, text: &str) -> Message {
        self.telegram
            .wait_for(SOON, |state| {
                state
                    .bot_messages(chat)
                    .find(|message| message.text.contains(text))
                    .cloned()
            })
            .await
            .unwrap()
    }

    /// Stops the program; the stand-in goes on.
    pub async fn stop(&mut self) {
        if let Some(program) = self.program.take() {
            program.stop().await;
        }
    }
}

/// The program must never have sent what Telegram refuses on any day.
impl Drop for TestProgram {
    fn drop(&mut self) {
        let refusals = self.telegram.refused_calls();
        if !std::thread::panicking() {
            assert!(refusals.is_empty(), "Telegram refused: {refusals:#?}");
        }
    }
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        Self::read(request.send().await.unwrap()).await
    }

    async fn read(response: Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The body of an answer that must be 200.
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// The `detail` of an answer that must have this status.
    pub fn detail(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        let body = self.json();
        assert_eq!(body.as_object().unwrap().len(), 1, "{self:?}");
        body["detail"].clone()
    }

    /// The `detail` of an error other than 422.
    pub fn problem(&self, status: u16) -> String {
        self.detail(status).as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
