//! The program in Russian.

use std::time::Duration;

use serde_json::{Value, json};
use sovani_ops::{
    bot::commands::COMMANDS,
    demo::{Marketplace, Platform},
    domain::{Lang, Money},
};

use super::voice;
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{Setup, TestProgram},
};

const SOON: Duration = Duration::from_secs(20);
const ANNA: i64 = 7;
const BORIS: i64 = 66;
const TODAY: chrono::NaiveDate = chrono::NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

async fn in_russian(database: &TestDatabase) -> Setup {
    Platform::healthy(TODAY)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    Setup::beside(database)
        .with("ADMIN_USER_IDS", ANNA.to_string())
        .with("BOT_LANG", "ru")
        .with("AUTO_REMEDIATION_ENABLED", "false")
}

async fn answer(program: &TestProgram, command: &str) -> String {
    let anna = program.person(ANNA, "Анна");
    program.asks(&anna, ANNA, command).await.text
}

fn announced(lang: Lang) -> Value {
    COMMANDS
        .iter()
        .map(|command| json!({"command": command.name, "description": command.about(&voice(lang))}))
        .collect()
}

async fn hears_commands(program: &TestProgram, lang: Lang) {
    let wanted = announced(lang);
    program
        .telegram()
        .wait_for(SOON, |state| {
            state
                .calls_of("setMyCommands")
                .any(|call| call.params["commands"] == wanted)
                .then_some(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn answers_come_in_russian() {
    on_sqlite(async |database| {
        let program = in_russian(&database).await.start().await;
        program.sweep().await;
        let health = answer(&program, "/health").await;
        assert!(
            health.starts_with("🚨 Состояние системы\nПоследняя проверка: только что (12:00)\n"),
            "{health}"
        );
        let alerts = answer(&program, "/alerts").await;
        assert!(
            alerts.starts_with("Последние алерты 1–1 из 1\n"),
            "{alerts}"
        );
        assert!(
            alerts.contains(
                "Остаток \u{2212}15\u{a0}000,00\u{a0}₽ ниже порога \u{2212}10\u{a0}000,00\u{a0}₽"
            ),
            "{alerts}"
        );
        let help = answer(&program, "/help").await;
        assert!(help.starts_with("Команды\n"), "{help}");
        assert!(help.contains("/slo [days]\n   Уровень сервиса"), "{help}");
        assert_eq!(
            answer(&program, "/slo 91").await,
            "days — от 1 до 90\nФормат: /slo [days]"
        );
        let refused = answer(&program, "/remediate check_db_growth").await;
        assert!(refused.starts_with("исправления выключены"), "{refused}");
        let boris = program.person(BORIS, "Борис");
        let stranger = program.asks(&boris, BORIS, "/health").await.text;
        assert_eq!(
            stranger,
            "У вас нет доступа. Ваш id — 66; администратор может его добавить."
        );
    })
    .await;
}

#[tokio::test]
async fn every_check_is_told_in_russian() {
    on_sqlite(async |database| {
        let program = in_russian(&database).await.start().await;
        let anna = program.person(ANNA, "Анна");
        let begun = program.asks(&anna, ANNA, "/run").await;
        let done = program.reads(&begun, "Пройдено: ").await;
        let english: Vec<&str> = done
            .text
            .lines()
            .filter(|line| !line.contains("check_") && !line.is_empty())
            .filter(|line| !line.contains(|c: char| ('а'..='я').contains(&c)))
            .collect();
        assert!(english.is_empty(), "{english:?}");
    })
    .await;
}

#[tokio::test]
async fn telegram_is_given_the_commands_in_the_language_of_the_chats() {
    on_sqlite(async |database| {
        let program = in_russian(&database).await.start().await;
        hears_commands(&program, Lang::Ru).await;
    })
    .await;
}

#[tokio::test]
async fn a_change_of_language_takes_effect_while_the_program_runs() {
    on_sqlite(async |database| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".env");
        let program = in_russian(&database).await.start_on_file(&file).await;
        hears_commands(&program, Lang::Ru).await;
        let settings = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, settings.replace("BOT_LANG='ru'", "BOT_LANG='en'")).unwrap();
        program.cx().settings.reload().unwrap();
        hears_commands(&program, Lang::En).await;
        assert!(answer(&program, "/help").await.starts_with("Commands\n"));
    })
    .await;
}
