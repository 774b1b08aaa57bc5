//! Notifications to the service manager, on a socket like systemd's.

use std::time::Duration;

use sovani_ops::standin::BotApi;
use tempfile::TempDir;
use tokio::net::UnixDatagram;

use crate::support::{
    database::{TestDatabase, on_sqlite},
    process::{self, Process},
};

/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(20);

struct Manager {
    socket: UnixDatagram,
    folder: TempDir,
}

impl Manager {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        Self { socket, folder }
    }

    fn starts(
        &self,
        database: &TestDatabase,
        telegram: &BotApi,
        settings: &[(&str, &str)],
    ) -> Process {
        let address = self.folder.path().join("notify");
        let mut all = vec![
            ("NOTIFY_SOCKET", address.to_str().unwrap()),
            ("WATCHDOG_USEC", "200000"),
        ];
        all.extend(settings);
        Process::start(database, telegram, &all)
    }

    /// The next message, which may have several lines.
    async fn hears(&self) -> String {
        let mut buffer = [0; 1024];
        let received = tokio::time::timeout(SOON, self.socket.recv(&mut buffer)).await;
        let length = received
            .expect("the service manager hears nothing")
            .unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    /// Everything up to the message that begins so, and that message.
    async fn hears_until(&self, beginning: &str) -> (Vec<String>, String) {
        let mut before = Vec::new();
        loop {
            let message = self.hears().await;
            if message.starts_with(beginning) {
                return (before, message);
            }
            assert!(before.len() < 1000, "no {beginning} in {before:?}");
            before.push(message);
        }
    }
}

#[tokio::test]
async fn ready_is_said_once_it_listens_then_that_it_is_alive_and_at_last_that_it_stops() {
    on_sqlite(async |database| {
        let (manager, telegram) = (Manager::new(), process::telegram().await);
        let mut program = manager.starts(&database, &telegram, &[]);

        manager.hears_until("READY=1").await;
        let api = program.api().await.unwrap();
        let alive = reqwest::get(format!("{api}/healthz")).await.unwrap();
        assert_eq!(alive.status(), 200);
        manager.hears_until("STATUS=Last sweep 20").await;
        for _ in 0..3 {
            manager.hears_until("WATCHDOG=1").await;
        }
        program.terminate().await;
        manager.hears_until("STOPPING=1").await;
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_held_is_no_reason_to_be_killed() {
    on_sqlite(async |database| {
        let (manager, telegram) = (Manager::new(), process::telegram().await);
        let program = manager.starts(&database, &telegram, &[]);
        manager.hears_until("STATUS=Last sweep").await;

        let sovani_ops::db::Db::Sqlite(pool, ..) = database.db() else {
            unreachable!()
        };
        let mut held = pool.acquire().await.unwrap();
        sqlx::query("BEGIN EXCLUSIVE")
            .execute(&mut *held)
            .await
            .unwrap();
        for _ in 0..20 {
            manager.hears_until("WATCHDOG=1").await;
        }

        sqlx::query("ROLLBACK").execute(&mut *held).await.unwrap();
        drop(held);
        program.terminate().await;
    })
    .await;
}

#[tokio::test]
async fn a_reload_is_told_and_ends_whether_the_settings_are_good_or_not() {
    on_sqlite(async |database| {
        let (manager, telegram) = (Manager::new(), process::telegram().await);
        let jobs = manager.folder.path().join("sovani-ops.toml");
        std::fs::write(&jobs, "").unwrap();
        let config = jobs.to_str().unwrap().to_owned();
        let mut program = manager.starts(&database, &telegram, &[("OPS_CONFIG", &config)]);
        manager.hears_until("READY=1").await;
        program.api().await.unwrap();

        for (text, said) in [
            (
                "[[job]]\nname = \"nightly\"\nevery = \"1d\"\n",
                "the settings were reloaded",
            ),
            ("no toml", "the settings stay as they were"),
        ] {
            std::fs::write(&jobs, text).unwrap();
            program.hang_up().await;
            let (_, reloading) = manager.hears_until("RELOADING=1").await;
            let time = reloading
                .lines()
                .find_map(|line| line.strip_prefix("MONOTONIC_USEC="));
            assert!(time.unwrap().parse::<u64>().unwrap() > 0, "{reloading}");
            manager.hears_until("READY=1").await;
            program.logs(said).await;
        }
        assert_eq!(
            database
                .texts("SELECT outcome FROM ops_audit WHERE act = 'reload_settings' ORDER BY id")
                .await,
            ["done", "failed"]
        );
        program.terminate().await;
    })
    .await;
}

#[tokio::test]
async fn without_a_service_manager_it_runs_all_the_same() {
    on_sqlite(async |database| {
        let telegram = process::telegram().await;
        let gone = [("NOTIFY_SOCKET", "/nonexistent/notify")];
        let mut program = Process::start(&database, &telegram, &gone);

        assert!(program.api().await.is_some());
        let (status, _) = program.terminate().await;
        assert!(status.success());
    })
    .await;
}
