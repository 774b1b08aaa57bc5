//! The settings change between the proposal and the press: only what was shown is run.

use std::{fs, path::PathBuf};

use chrono::NaiveDate;
use sovani_ops::{demo::Platform, domain::Who, standin::Message};
use tempfile::TempDir;

use super::{detector, history, remediate_by_hand};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ALERT_CHAT, Setup, TestProgram},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const ANNA: i64 = 7;
const BORIS: i64 = 8;
const CLARA: i64 = 9;
const CONFIRM: &str = "✅ Confirm";
const GROWTH: &str = "check_db_growth";
const WITHDRAWN: &str =
    "Withdrawn: the settings were changed since this was shown. Nothing was run.";
const IN_PLACE: &str = "🚪 Withdrawn: the settings were changed since this was shown";

struct Scene {
    program: TestProgram,
    folder: TempDir,
}

impl Scene {
    async fn with(database: &TestDatabase, actions: &str) -> Self {
        Platform::healthy(TODAY)
            .create(database.db())
            .await
            .unwrap();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("ops.toml");
        fs::write(&file, actions).unwrap();
        let program = Setup::beside(database)
            .with("ADMIN_USER_IDS", format!("{ANNA},{BORIS},{CLARA}"))
            .with("OPS_CONFIG", file.display().to_string())
            .with("SCHEDULER_RESTART_CMD", "/bin/echo once")
            .with("AUTO_REMEDIATION_MAX_RETRIES", "3")
            .start_on_file(&folder.path().join(".env"))
            .await;
        Self { program, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn change(&self, actions: &str) {
        fs::write(self.path("ops.toml"), actions).unwrap();
        self.reload().await;
    }

    async fn change_setting(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(".env")).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(self.path(".env"), text.replace(from, to)).unwrap();
        self.reload().await;
    }

    async fn reload(&self) {
        let who = Who::on_signal("SIGHUP");
        self.program.cx().reload_settings(&who).await.unwrap();
    }

    async fn question(&self, detector: &str, action: &str) -> Message {
        let anna = self.program.person(ANNA, "Anna");
        let command = format!("/remediate {detector}");
        let answer = self.program.asks(&anna, ALERT_CHAT, &command).await;
        if !answer.text.contains("Which action") {
            return answer;
        }
        anna.presses(ALERT_CHAT, answer.id, action).unwrap();
        // Below the choice.
        self.program.answer_after(ALERT_CHAT, answer.id).await
    }

    /// The answer to the press.
    async fn press(&self, user: i64, question: &Message) -> String {
        let name = ["Anna", "Boris", "Clara"][usize::try_from(user - ANNA).unwrap()];
        let person = self.program.person(user, name);
        let press = person.presses(ALERT_CHAT, question.id, CONFIRM).unwrap();
        self.program.told(&press).await
    }
}

fn echo(word: &str, more: &str) -> String {
    format!(
        "[[action]]\nname = \"clean\"\nkind = \"command\"\ncommand = [\"/bin/echo\", \"{word}\"]\ndetectors = [\"{GROWTH}\"]\n{more}\n"
    )
}

fn call(lines: &str) -> String {
    format!("[[action]]\nname = \"clean\"\nkind = \"http\"\ndetectors = [\"{GROWTH}\"]\n{lines}\n")
}

fn mode_of_vacuum(mode: &str) -> String {
    format!("[[action]]\nname = \"remediate_vacuum_db\"\nmode = \"{mode}\"\n")
}

#[each_database]
async fn a_command_that_was_changed_after_it_was_shown_does_not_run(database: TestDatabase) {
    let mut scene = Scene::with(&database, &echo("one", "")).await;
    let question = scene.question(GROWTH, "clean").await;
    assert!(
        question.text.contains("[\"/bin/echo\",\"one\"]"),
        "{}",
        question.text
    );
    scene.change(&echo("other", "")).await;

    assert_eq!(scene.press(BORIS, &question).await, WITHDRAWN);

    let withdrawn = scene.program.reads(&question, IN_PLACE).await;
    assert!(
        withdrawn.text.contains("/remediate check_db_growth") && withdrawn.keyboard.is_empty(),
        "{withdrawn:?}"
    );
    assert!(history(&database).await.is_empty());
    let on_record =
        "SELECT actor || ' ' || outcome || ' ' || detail FROM ops_audit WHERE act = 'confirm'";
    assert_eq!(
        database.texts(on_record).await,
        ["user:8 refused withdrawn: what it would do was changed since it was shown"]
    );
    // A new proposal runs what it shows.
    let question = scene.question(GROWTH, "clean").await;
    assert_eq!(scene.press(BORIS, &question).await, "Running…");
    scene
        .program
        .reads(&question, "/bin/echo succeeded: other")
        .await;
    scene.program.stop().await;
}

#[each_database]
async fn the_stricter_of_the_two_modes_holds(database: TestDatabase) {
    let mut scene = Scene::with(&database, "").await;
    let modes = [
        ("two-person", "approve"),
        ("two-person", "auto"),
        ("approve", "two-person"),
        ("auto", "two-person"),
    ];
    for (runs, (shown, now)) in modes.into_iter().enumerate() {
        scene.change(&mode_of_vacuum(shown)).await;
        let question = scene.question(GROWTH, "remediate_vacuum_db").await;
        scene.change(&mode_of_vacuum(now)).await;
        assert_eq!(
            scene.press(ANNA, &question).await,
            "Noted. Another administrator must confirm too.",
            "{shown} {now}"
        );
        assert_eq!(history(&database).await.len(), runs);
        assert_eq!(scene.press(BORIS, &question).await, "Running…");
        scene
            .program
            .reads(&question, "Database vacuumed successfully")
            .await;
    }
    scene.program.stop().await;
}

#[each_database]
async fn the_confirmation_of_who_is_no_administrator_any_more_does_not_count(
    database: TestDatabase,
) {
    let mut scene = Scene::with(&database, &mode_of_vacuum("two-person")).await;
    let question = scene.question(GROWTH, "remediate_vacuum_db").await;
    scene.press(ANNA, &question).await;
    scene.change_setting("'7,8,9'", "'8,9'").await;

    let told = scene.press(BORIS, &question).await;

    assert_eq!(
        told,
        "User 7, who confirmed first, is no longer an administrator, so that does not count. \
        Yours counts as the first; another administrator must confirm too."
    );
    let half = scene
        .program
        .reads(&question, "👤 Confirmed by Boris.")
        .await;
    assert!(!half.text.contains("Anna"), "{}", half.text);
    assert!(history(&database).await.is_empty());
    assert!(
        scene
            .press(BORIS, &question)
            .await
            .starts_with("You have confirmed already.")
    );
    assert_eq!(scene.press(CLARA, &question).await, "Running…");
    scene
        .program
        .reads(&question, "Database vacuumed successfully")
        .await;
    scene.program.stop().await;
}

#[each_database]
async fn a_proposal_of_an_older_version_is_made_again(database: TestDatabase) {
    let mut scene = Scene::with(&database, "").await;
    let question = scene.question(GROWTH, "remediate_vacuum_db").await;
    database
        .execute("UPDATE ops_proposals SET seal = NULL, mode = NULL")
        .await;
    assert_eq!(scene.press(ANNA, &question).await, WITHDRAWN);
    assert!(history(&database).await.is_empty());
    scene.program.stop().await;
}

#[tokio::test]
async fn every_relevant_change_of_the_action_withdraws_the_proposal() {
    let url = "url = \"http://127.0.0.1:9/a?b=1\"";
    let unit = |name: &str| {
        format!(
            "[[action]]\nname = \"clean\"\nkind = \"systemd\"\nunit = \"{name}\"\ndetectors = [\"{GROWTH}\"]\n"
        )
    };
    let elsewhere = "[[action]]\nname = \"clean\"\nkind = \"command\"\ncommand = [\"/bin/echo\", \"one\"]\ndetectors = [\"check_scheduler_on_time\"]\n";
    let changes = [
        (echo("one", ""), echo("one", "timeout = \"5s\"")),
        (echo("one", ""), echo("one", "env = [\"HOME\"]")),
        (echo("one", ""), echo("one", "cwd = \"/\"")),
        (echo("one", ""), echo("one\", \"two", "")),
        (echo("one", ""), echo("one", "mode = \"off\"")),
        (echo("one", ""), String::new()),
        (echo("one", ""), elsewhere.to_owned()),
        (echo("one", ""), call(url)),
        (call(url), call("url = \"http://127.0.0.1:9/a?b=2\"")),
        (call(url), call(&format!("{url}\nmethod = \"PUT\""))),
        (call(url), call(&format!("{url}\nexpect = [204]"))),
        (
            call(url),
            call(&format!("{url}\nheaders = {{ X-Target = \"all\" }}")),
        ),
        (unit("one.service"), unit("two.service")),
    ];
    on_sqlite(async |database| {
        let mut scene = Scene::with(&database, "").await;
        for (shown, now) in changes {
            scene.change(&shown).await;
            let question = scene.question(GROWTH, "clean").await;
            scene.change(&now).await;
            assert_eq!(
                scene.press(BORIS, &question).await,
                WITHDRAWN,
                "{shown}{now}"
            );
        }
        assert!(history(&database).await.is_empty());
        scene.program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn settings_that_a_built_in_action_rests_on_withdraw_it_too() {
    on_sqlite(async |database| {
        let mut scene = Scene::with(&database, "").await;
        let changes = [
            (
                "check_scheduler_on_time",
                "remediate_restart_scheduler",
                "/bin/echo once",
                "/bin/echo twice",
            ),
            (
                "check_cash_balance_threshold",
                "remediate_notify_admin",
                "MANAGER_CHAT_ID='77'",
                "MANAGER_CHAT_ID='78'",
            ),
            (
                GROWTH,
                "remediate_vacuum_db",
                "ADMIN_USER_IDS",
                "AUTO_REMEDIATION_ENABLED='false'\nADMIN_USER_IDS",
            ),
        ];
        for (detector, action, from, to) in changes {
            let question = scene.question(detector, action).await;
            scene.change_setting(from, to).await;
            assert_eq!(scene.press(BORIS, &question).await, WITHDRAWN, "{action}");
        }
        assert!(history(&database).await.is_empty());
        scene.program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_change_that_makes_no_difference_withdraws_nothing() {
    on_sqlite(async |database| {
        let mut scene = Scene::with(&database, &echo("one", "")).await;
        let question = scene.question(GROWTH, "clean").await;
        scene
            .change(&(echo("one", "timeout = \"60s\"") + &mode_of_vacuum("off")))
            .await;
        scene.program.restart().await;
        assert_eq!(scene.press(BORIS, &question).await, "Running…");
        scene
            .program
            .reads(&question, "/bin/echo succeeded: one")
            .await;
        scene.program.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_run_is_not_tried_again_once_its_settings_were_changed() {
    on_sqlite(async |database| {
        let fails = |code: u8| {
            format!(
                "[[action]]\nname = \"clean\"\nkind = \"command\"\ncommand = [\"/bin/sh\", \"-c\", \"exit {code}\"]\ndetectors = [\"{GROWTH}\"]\n"
            )
        };
        let scene = Scene::with(&database, &fails(3)).await;
        let detector = detector(GROWTH);
        let who = super::anna();
        let run = remediate_by_hand(scene.program.cx(), &detector, Some("clean"), &who);
        let change = async {
            eventually("a first failure", async || {
                database
                    .number("SELECT COUNT(*) FROM ops_remediation_history WHERE retry_count = 1")
                    .await
                    == 1
            })
            .await;
            scene.change(&fails(4)).await;
        };
        let (report, ()) = tokio::join!(run, change);
        let report = report.unwrap();
        assert!(
            report.details.starts_with("the settings of this action were changed meanwhile; it was not tried again"),
            "{}",
            report.details
        );
        assert!(report.details.contains("exit status: 3") && !report.details.contains("exit status: 4"));
        assert_eq!(report.retry_count, 1);
    })
    .await;
}
