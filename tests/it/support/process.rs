//! The program as a process of its own, on a database that the test changes under it.

use std::{
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::Utc;
use chrono_tz::Europe::Moscow;
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
    standin::{BotApi, ChatKind, Options},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    task::JoinHandle,
};

use super::{database::TestDatabase, deadline::eventually, program::ADMIN_TOKEN};

pub const TELEGRAM_TOKEN: &str = "4242:AAE-process-under-test";
/// Private chats, which may be written to more often than groups.
pub const CHATS: [i64; 2] = [501, 502];
pub const MANAGER: i64 = 77;
/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(60);

pub async fn telegram() -> BotApi {
    telegram_with(Options::new(TELEGRAM_TOKEN, "ops_bot")).await
}

pub async fn telegram_with(options: Options) -> BotApi {
    let telegram = BotApi::start(options).await.unwrap();
    for chat in CHATS.into_iter().chain([MANAGER]) {
        telegram.add_chat(chat, ChatKind::Private, "Somebody");
    }
    telegram
}

/// A platform of this very day, whose Ozon account is overdrawn.
pub async fn overdrawn(database: &TestDatabase) {
    let today = Utc::now().with_timezone(&Moscow).date_naive();
    let low = Money::from_roubles(-15_000);
    let platform = Platform::healthy(today).low_cash(Marketplace::Ozon, low);
    platform.create(database.db()).await.unwrap();
}

pub struct Process {
    child: Child,
    log: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

impl Process {
    /// Starts the binary on these settings and nothing of this process's environment.
    pub fn start(database: &TestDatabase, telegram: &BotApi, settings: &[(&str, &str)]) -> Self {
        let chats = CHATS.map(|chat| chat.to_string()).join(",");
        let folder = std::env::temp_dir();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sovani-ops"))
            .current_dir(folder)
            .env_clear()
            .env("TELEGRAM_TOKEN", TELEGRAM_TOKEN)
            .env("TELEGRAM_API_URL", telegram.url())
            .env("DATABASE_URL", database.url())
            .env("ALERT_CHAT_IDS", chats)
            .env("MANAGER_CHAT_ID", MANAGER.to_string())
            .env("HTTP_LISTEN", "127.0.0.1:0")
            .env("ADMIN_TOKEN", ADMIN_TOKEN)
            .env("OPS_CHECK_START_DELAY_SEC", "0")
            .env("OPS_CHECK_INTERVAL_SEC", "1")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let kept = Arc::clone(&log);
        let reader = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                *kept += &line;
                kept.push('\n');
            }
        });
        Self { child, log, reader }
    }

    /// The standard error so far, without colours.
    pub fn log(&self) -> String {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let mut plain = String::new();
        let mut escaped = false;
        for c in log.chars() {
            match c {
                '\x1b' => escaped = true,
                'm' if escaped => escaped = false,
                c if !escaped => plain.push(c),
                _ => {}
            }
        }
        plain
    }

    /// `http://host:port` of its REST API, once it is ready; `None` when it ends before.
    pub async fn api(&mut self) -> Option<String> {
        let deadline = tokio::time::Instant::now() + SOON;
        loop {
            let log = self.log();
            let ready = log.lines().find(|line| line.contains("ready http="));
            if let Some(line) = ready {
                let (_, rest) = line.split_once("http=").unwrap();
                let address = rest.split_whitespace().next().unwrap();
                return Some(format!("http://{address}"));
            }
            assert!(tokio::time::Instant::now() < deadline, "not ready: {log}");
            if self.child.try_wait().unwrap().is_some() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Makes it reload its settings.
    pub async fn hang_up(&self) {
        self.signal("-HUP").await;
    }

    /// Stops it where it is, as a debugger or a host without memory does.
    pub async fn freeze(&self) {
        self.signal("-STOP").await;
    }

    pub async fn thaw(&self) {
        self.signal("-CONT").await;
    }

    /// Waits until it has written that to standard error.
    pub async fn logs(&self, text: &str) {
        eventually(text, async || self.log().contains(text)).await;
    }

    pub async fn kill(mut self) -> String {
        self.child.kill().await.unwrap();
        self.into_log().await
    }

    /// Asks it to stop as a service manager does, and waits for its end.
    pub async fn terminate(mut self) -> (ExitStatus, String) {
        self.signal("-TERM").await;
        let ended = tokio::time::timeout(SOON, self.child.wait()).await;
        (ended.unwrap().unwrap(), self.into_log().await)
    }

    async fn signal(&self, signal: &str) {
        let pid = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().await;
        assert!(sent.unwrap().success());
    }

    async fn into_log(mut self) -> String {
        (&mut self.reader).await.unwrap();
        self.log()
    }
}
