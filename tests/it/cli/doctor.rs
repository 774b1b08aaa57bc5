//! `sovani-ops doctor`: each finding, in an installation that has the fault.

mod database;
mod telegram;

use std::{fs, os::unix::fs::PermissionsExt};

use chrono::Utc;
use serde_json::Value;
use sovani_ops::{
    demo::Platform,
    standin::{BotApi, ChatAccess, ChatKind, Fault, Membership, Options, Scope, Times},
};
use tokio::net::TcpListener;

use super::Shell;
use crate::support::database::{TestDatabase, on_sqlite};

const TOKEN: &str = "4242:AAE-doctor-under-test";
const ANNA: i64 = 1001;
const GROUP: i64 = -1007;
const FORUM: i64 = -1008;

/// An installation in which all is well.
struct Patient {
    telegram: BotApi,
    shell: Shell,
    topic: i32,
}

impl Patient {
    async fn healthy(database: &TestDatabase) -> Self {
        let today = Utc::now()
            .with_timezone(&chrono_tz::Europe::Moscow)
            .date_naive();
        Platform::healthy(today)
            .create(database.db())
            .await
            .unwrap();
        database.db().migrate().await.unwrap();
        Self::on(database.url()).await
    }

    async fn on(database: &str) -> Self {
        let telegram = BotApi::start(Options::new(TOKEN, "ops_bot")).await.unwrap();
        telegram.add_chat(ANNA, ChatKind::Private, "Anna");
        telegram.add_chat(GROUP, ChatKind::Supergroup, "Ops");
        telegram.add_chat(FORUM, ChatKind::Forum, "Forum");
        let topic = telegram.add_topic(FORUM, "Alerts").unwrap();
        let env = format!(
            "TELEGRAM_TOKEN={TOKEN}\nADMIN_USER_IDS={ANNA}\nALERT_CHAT_IDS={GROUP},{FORUM}:{topic}\nMANAGER_CHAT_ID={ANNA}\nDATABASE_URL='{database}'\nDEADMAN_PING_URL=http://127.0.0.1:1/SECRET\n"
        );
        let shell = Shell::new()
            .with("TELEGRAM_API_URL", telegram.url())
            .with("HTTP_LISTEN", "127.0.0.1:0")
            .with_file(".env", env)
            .with_file(
                "sovani-ops.toml",
                "[[job]]\nname = \"collect_yesterday_data\"\ncron = \"0 2 * * *\"\n",
            );
        let env = shell.folder.path().join(".env");
        fs::set_permissions(env, fs::Permissions::from_mode(0o600)).unwrap();
        Self {
            telegram,
            shell,
            topic,
        }
    }

    fn with(self, name: &str, value: impl Into<String>) -> Self {
        Self {
            shell: self.shell.with(name, value),
            ..self
        }
    }

    async fn examined(&self) -> Examined {
        let said = self.shell.runs(&["doctor", "--json"]).await;
        let report: Value = serde_json::from_str(&said.out)
            .unwrap_or_else(|_| panic!("no JSON: {}\n{}", said.out, said.err));
        let errors = report["summary"]["error"].as_u64().unwrap();
        assert_eq!(said.code, Some(i32::from(errors > 0)), "{}", said.out);
        assert!(
            !said.out.contains(TOKEN) && !said.out.contains("SECRET"),
            "{}",
            said.out
        );
        Examined(report)
    }
}

struct Examined(Value);

#[each_database]
async fn escalation_that_goes_nowhere_is_a_warning(database: TestDatabase) {
    let patient = Patient::healthy(&database).await;
    patient
        .examined()
        .await
        .finds("manager", "ok", "within 15 minutes go to 1001");
    let alone = patient.with("MANAGER_CHAT_ID", "");
    alone
        .examined()
        .await
        .finds("manager", "warning", "are escalated to nobody");
    let never = alone.with("ESCALATE_AFTER_SEC", "0");
    never
        .examined()
        .await
        .finds("manager", "ok", "nothing is escalated");
}

impl Examined {
    fn of(&self, check: &str) -> Vec<&Value> {
        let findings = self.0["findings"].as_array().unwrap();
        findings
            .iter()
            .filter(|finding| finding["check"] == check)
            .collect()
    }

    /// One finding of the check has that status, says this, and has some advice unless all is well.
    fn finds(&self, check: &str, status: &str, message: &str) {
        let found = self.of(check).into_iter().any(|finding| {
            finding["status"] == status
                && finding["message"].as_str().unwrap().contains(message)
                && finding["advice"].is_string() == (status != "ok")
        });
        assert!(found, "{check} {status} {message:?}: {:#}", self.0);
    }

    /// Nothing but this is an error.
    fn fails_alone(&self, check: &str, message: &str) {
        self.finds(check, "error", message);
        let findings = self.0["findings"].as_array().unwrap();
        for finding in findings {
            assert!(
                finding["status"] != "error" || finding["check"] == check,
                "{finding:#}"
            );
        }
    }
}

#[each_database]
async fn in_a_healthy_installation_it_finds_no_error_and_changes_nothing(database: TestDatabase) {
    let patient = Patient::healthy(&database).await;
    let anna = patient.telegram.person(ANNA, "Anna");
    anna.says(ANNA, "/whoami").unwrap();

    let examined = patient.examined().await;
    let said = patient.shell.runs(&["doctor"]).await;

    for (check, message) in [
        ("settings", "can be read"),
        ("files", ".env has mode 0600"),
        ("database", "up to date"),
        ("schema", "all that the detectors read is there"),
        ("telegram", "@ops_bot"),
        ("webhook", "none is set"),
        ("poller", "nobody else"),
        ("chats", "-1007 (Ops)"),
        ("chats", "(Forum)"),
        ("admins", "1001"),
        ("clock", "agrees with Telegram"),
        ("clock", "APP_TIMEZONE=Europe/Moscow"),
        ("jobs", "all have run"),
        ("http", "is free"),
        ("deadman", "http://127.0.0.1:1"),
    ] {
        examined.finds(check, "ok", message);
    }
    let disk = if database.is_postgres() {
        "not_checked"
    } else {
        "ok"
    };
    examined.finds("disk", disk, "");
    examined.finds("latency", "not_checked", "no source");
    assert!(
        said.succeeds().contains("not checked  latency"),
        "{}",
        said.out
    );
    assert_eq!(said.err, "");
    // Anna's message is still unconfirmed, so the program will get it, and nothing was sent to any chat.
    let updates = patient.telegram.calls_of("getUpdates");
    assert!(
        updates
            .iter()
            .all(|call| call.params.get("offset").is_none()),
        "{updates:?}"
    );
    for chat in [ANNA, GROUP, FORUM] {
        assert_eq!(patient.telegram.bot_messages(chat).len(), 0);
    }
    assert_eq!(patient.telegram.refused_calls().len(), 0);
}

#[tokio::test]
async fn one_that_hangs_keeps_no_other_from_its_result() {
    on_sqlite(|database| async move {
        let patient = Patient::healthy(&database).await;
        let minute = std::time::Duration::from_secs(60);
        patient.telegram.fail(
            Scope::method("getWebhookInfo"),
            Times::UntilCleared,
            Fault::Delay(minute),
        );

        let examined = patient.examined().await;

        examined.fails_alone("webhook", "no answer within 10s");
        examined.finds("chats", "ok", "(Ops)");
    })
    .await;
}

#[tokio::test]
async fn what_can_be_read_or_changed_by_others_is_told_with_the_command_that_mends_it() {
    on_sqlite(|database| async move {
        let patient = Patient::healthy(&database).await;
        for (name, mode) in [(".env", 0o644), ("sovani-ops.toml", 0o666)] {
            let path = patient.shell.folder.path().join(name);
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }

        let examined = patient.examined().await;

        examined.fails_alone(
            "files",
            ".env can be read by everybody on this machine (mode 0644)",
        );
        examined.finds(
            "files",
            "error",
            "sovani-ops.toml can be changed, and with it what the bot runs, by others",
        );
        assert_eq!(examined.of("files")[0]["advice"], "chmod 600 .env");
    })
    .await;
}

#[tokio::test]
async fn settings_that_are_wrong_are_all_told_and_what_does_not_need_them_is_looked_at() {
    on_sqlite(|database| async move {
        let patient = Patient::healthy(&database).await;
        let patient = patient
            .with("ALERT_CHAT_IDS", "SECRET")
            .with("APP_TIMEZONE", "SECRET")
            .with_line("ADMIN_USERS_IDS=1\n");

        let examined = patient.examined().await;

        examined.finds(
            "settings",
            "error",
            "ALERT_CHAT_IDS: expected a numeric chat id",
        );
        examined.finds(
            "settings",
            "error",
            "APP_TIMEZONE: expected an IANA time zone",
        );
        examined.finds(
            "settings",
            "warning",
            "ADMIN_USERS_IDS in .env is no setting",
        );
        examined.finds("chats", "not_checked", "ALERT_CHAT_IDS is wrong");
        examined.finds("clock", "not_checked", "APP_TIMEZONE is wrong");
        examined.finds("admins", "ok", "1001");
    })
    .await;
}

impl Patient {
    fn with_line(self, line: &str) -> Self {
        let path = self.shell.folder.path().join(".env");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, text + line).unwrap();
        self
    }
}

#[tokio::test]
async fn an_empty_installation_is_reported_as_missing_settings() {
    let shell = Shell::new().with("HTTP_LISTEN", "127.0.0.1:0");

    let said = shell.runs(&["doctor"]).await;

    said.fails_with(1);
    for part in [
        "there is no file ./sovani_bot.db",
        "TELEGRAM_TOKEN is not set",
        "ALERT_CHAT_IDS is empty",
        "ADMIN_USER_IDS is empty",
        "run: sovani-ops init",
        "DEADMAN_PING_URL is not set",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    assert_eq!(fs::read_dir(shell.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_locked_file_and_a_busy_port_and_a_silent_source_are_found() {
    on_sqlite(|database| async move {
        let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listen = other.local_addr().unwrap().to_string();
        // It accepts and never answers, as a program of another kind may.
        let patient = Patient::healthy(&database).await;
        let patient = patient
            .with("HTTP_LISTEN", listen)
            .with("API_METRICS_URL", "http://127.0.0.1:1/metrics");
        let lock = database.another_connection().await;
        let sovani_ops::db::Db::Sqlite(pool, ..) = &lock else {
            unreachable!()
        };
        let held = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();

        let examined = patient.examined().await;

        held.rollback().await.unwrap();
        examined.finds("database", "warning", "cannot be written to at the moment");
        examined.finds("http", "error", "another program listens on");
        examined.finds("latency", "error", "metrics page: no connection");
    })
    .await;
}

#[each_database]
async fn each_query_of_the_file_is_run_once_and_its_accounts_rights_are_told(
    database: TestDatabase,
) {
    let patient = Patient::healthy(&database).await;
    let query = |name: &str, sql: &str| {
        format!("[[check]]\nname = \"{name}\"\nsql = \"{sql}\"\nwhen = \"rows\"\ntext = \"x\"\n")
    };
    let queries = query("check_good", "SELECT 1 FROM sku WHERE 1 = 0")
        + &query("check_bad", "SELECT 1 FROM elsewhere");
    fs::write(patient.shell.folder.path().join("sovani-ops.toml"), queries).unwrap();

    let examined = patient.examined().await;

    examined.finds(
        "own_checks",
        "ok",
        "check_good: Nothing is wrong (0 rows), in ",
    );
    examined.finds("own_checks", "error", "elsewhere");
    if database.is_postgres() {
        examined.finds("own_checks", "warning", "the account of these checks ");
    }
}
