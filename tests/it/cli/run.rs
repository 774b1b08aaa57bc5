use std::process::Stdio;

use sovani_ops::standin::{BotApi, Options};
use tokio::net::TcpListener;

use super::Shell;
use crate::support::deadline::eventually;

const TOKEN: &str = "4242:SECRET";

#[tokio::test]
async fn without_a_token_it_says_where_to_get_one() {
    for arguments in [&["run"][..], &[]] {
        let said = Shell::new().runs(arguments).await;
        let told = said.fails_with(2);
        assert!(
            told.contains("TELEGRAM_TOKEN is not set") && told.contains("@BotFather"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn all_bad_settings_are_listed_without_their_values() {
    let shell = Shell::new()
        .with_file(
            ".env",
            "TELEGRAM_TOKEN=SECRET\nALERT_CHAT_IDS=x:SECRET\nADMIN_TOKEN=SECRET\n",
        )
        .with("OPS_CHECK_INTERVAL_SEC", "SECRET");

    for command in ["run", "check", "migrate"] {
        let said = shell.runs(&[command]).await;
        let told = said.fails_with(2);
        assert!(told.starts_with("error: 4 settings are wrong"), "{told}");
        for name in [
            "TELEGRAM_TOKEN",
            "ALERT_CHAT_IDS",
            "ADMIN_TOKEN",
            "OPS_CHECK_INTERVAL_SEC",
        ] {
            assert!(told.contains(&format!("\n  {name}: expected ")), "{told}");
        }
        assert!(!told.contains("SECRET"), "{told}");
    }
}

#[tokio::test]
async fn a_bad_line_in_the_file_is_told_without_its_content() {
    let shell = Shell::new().with_file(".env", "LOG_FORMAT=text\nTELEGRAM_TOKEN='4242:SECRET\n");

    let said = shell.runs(&["run"]).await;

    let told = said.fails_with(2);
    assert!(
        told.contains(".env") && told.contains("NAME=value") && !told.contains("SECRET"),
        "{told}"
    );
}

#[tokio::test]
async fn the_environment_has_precedence_over_the_file() {
    let shell = Shell::new()
        .with_file(
            ".env",
            "LOG_FORMAT=yaml\nDATABASE_URL=sqlite:///from-file.db\n",
        )
        .with("LOG_FORMAT", "text")
        .with("DATABASE_URL", "sqlite:///from-environment.db");

    let said = shell.runs(&["migrate"]).await;

    assert_eq!(
        said.succeeds(),
        "sqlite:from-environment.db was made: it has none of the platform's tables yet\n"
    );
    assert!(!shell.folder.path().join("from-file.db").exists());
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let telegram = BotApi::start(Options::new(TOKEN, "ops_bot")).await.unwrap();
    let shell = Shell::new()
        .with("TELEGRAM_TOKEN", TOKEN)
        .with("TELEGRAM_API_URL", telegram.url())
        .with("HTTP_LISTEN", &address);

    let said = shell.runs(&["run"]).await;

    let told = said.fails_with(2);
    assert!(
        told.contains(&format!("HTTP_LISTEN={address} cannot be listened on")),
        "{told}"
    );
    assert!(!told.contains("SECRET"), "{told}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_an_error_and_is_made_on_request() {
    let telegram = BotApi::start(Options::new(TOKEN, "ops_bot")).await.unwrap();
    let shell = Shell::new()
        .with("TELEGRAM_TOKEN", TOKEN)
        .with("TELEGRAM_API_URL", telegram.url())
        .with("HTTP_LISTEN", "127.0.0.1:0")
        .with("DATABASE_URL", "sqlite:///mistyped.db");
    let file = shell.folder.path().join("mistyped.db");

    for arguments in [&["run"][..], &[]] {
        let said = shell.runs(arguments).await;
        let told = said.fails_with(2);
        assert!(
            told.contains("there is no database sqlite:mistyped.db; check DATABASE_URL")
                && told.contains("sovani-ops run --create"),
            "{told}"
        );
        assert!(!file.exists());
    }

    let mut run = shell
        .command(&["run", "--create"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("a new database", async || file.exists()).await;
    run.kill().await.unwrap();
}

#[tokio::test]
async fn an_address_that_all_can_reach_needs_a_word_on_public_reading() {
    let said = Shell::new()
        .with("HTTP_LISTEN", "0.0.0.0:0")
        .runs(&["run"])
        .await;

    let told = said.fails_with(2);
    assert!(told.contains("API_PUBLIC_READ"), "{told}");
}

#[tokio::test]
async fn the_help_shows_every_command() {
    let said = Shell::new().runs(&["--help"]).await;

    let help = said.succeeds();
    for command in ["run", "check", "migrate", "probe", "demo"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
    assert!(help.contains(".env.example"), "{help}");
}

#[tokio::test]
async fn a_command_that_does_not_exist_is_answered_with_the_way_to_the_help() {
    let said = Shell::new().runs(&["chekc"]).await;

    let told = said.fails_with(2);
    assert!(told.contains("check") && told.contains("--help"), "{told}");
}
