//! The answer of each command, on a platform with known faults.

use chrono::{Duration, Utc};
use sovani_ops::{
    bot::commands::COMMANDS,
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::{Money, Timestamp},
};

use super::{ANNA, TODAY, anna, beside, healthy};
use crate::support::{database::TestDatabase, program::TestProgram};

/// One fault that is critical and one that is a warning, taken in by a sweep at this very hour.
async fn with_incidents(database: &TestDatabase) -> TestProgram {
    let now = Timestamp::new(Utc::now());
    let today = now
        .utc()
        .with_timezone(&chrono_tz::Europe::Moscow)
        .date_naive();
    let platform = Platform::healthy(today)
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .commission_outliers(12);
    let setup = beside(database, &platform).await;
    let program = setup
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .at(&Clock::standing_at(now))
        .start()
        .await;
    program.sweep().await;
    program
}

async fn answer(program: &TestProgram, command: &str) -> String {
    program.asks(&anna(program), ANNA, command).await.text
}

#[each_database]
async fn health_counts_the_alerts_and_names_the_open_incidents_worst_first(database: TestDatabase) {
    let program = with_incidents(&database).await;
    let text = answer(&program, "/health").await;
    assert!(
        text.starts_with("🚨 Operational health\nLast sweep: just now (")
            && text.contains("\nAlerts, last hour: 2\nCritical, last 24h: 1\n"),
        "{text}"
    );
    assert!(text.contains("Open incidents: 2\n"), "{text}");
    let cash = text.find("Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)");
    let commissions = text.find("12 commission outliers detected in last 7 days");
    assert!(cash.is_some() && cash < commissions, "{text}");
}

#[each_database]
async fn health_of_a_healthy_platform_has_no_incidents(database: TestDatabase) {
    let program = healthy(&database).await;
    let unseen = answer(&program, "/health").await;
    assert!(
        unseen.starts_with("➖ Operational health\nLast sweep: none yet\n"),
        "{unseen}"
    );
    program.sweep().await;
    let text = answer(&program, "/health").await;
    assert!(text.starts_with("✅ Operational health"), "{text}");
    assert!(text.ends_with("No open incidents."), "{text}");
}

#[each_database]
async fn alerts_are_listed_newest_first_and_by_severity(database: TestDatabase) {
    let program = with_incidents(&database).await;
    let all = answer(&program, "/alerts").await;
    assert!(
        all.contains("Cash balance -15000.00") && all.contains("12 commission outliers"),
        "{all}"
    );
    let critical = answer(&program, "/alerts critical").await;
    assert!(
        critical.starts_with("The newest critical alerts"),
        "{critical}"
    );
    assert!(critical.contains("Cash balance"), "{critical}");
    assert!(!critical.contains("commission"), "{critical}");
    let newest = answer(&program, "/alerts 1").await;
    assert_eq!(newest.matches('#').count(), 1, "{newest}");
    assert_eq!(
        answer(&program, "/alerts info 3").await,
        "No info alerts on record."
    );
}

#[each_database]
async fn slo_judges_the_last_week_and_names_unmeasured_targets(database: TestDatabase) {
    let platform = Platform::healthy(TODAY).missing_day(TODAY - Duration::days(3));
    let program = beside(&database, &platform).await.start().await;
    let text = answer(&program, "/slo").await;
    assert!(
        text.contains("26 Sep to 2 Oct: 6 days, 1 not due yet"),
        "{text}"
    );
    assert!(
        text.contains("❌ Ingest success: 83.33% (target ≥ 99%)"),
        "{text}"
    );
    assert!(text.contains("➖ API latency p95: not measured"), "{text}");
    let two_days = answer(&program, "/slo 2").await;
    assert!(
        two_days.contains("✅ Ingest success: 100.00%"),
        "{two_days}"
    );
}

#[each_database]
async fn status_tells_the_state_of_the_program_and_no_password(database: TestDatabase) {
    let program = healthy(&database).await;
    let text = answer(&program, "/status").await;
    for line in [
        "Started: just now (12:00)",
        "Last sweep: none yet",
        "Outbox: empty",
        "Alert chats: 1",
        "Remediation: enabled",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}: {text}");
    }
    let password = database
        .url()
        .split([':', '@'])
        .nth(2)
        .filter(|_| database.is_postgres());
    assert!(
        password.is_none_or(|password| !text.contains(password)),
        "{text}"
    );
    program.sweep().await;
    let text = answer(&program, "/status").await;
    assert!(text.contains("Last sweep: just now (12:00)"), "{text}");
}

mod on_sqlite {
    use super::{ANNA, COMMANDS, anna, answer, healthy};
    use crate::support::{checks::detector_names, database::on_sqlite};

    #[tokio::test]
    async fn start_greets_by_name_and_whoami_tells_id_and_role() {
        on_sqlite(async |database| {
            let program = healthy(&database).await;
            let text = answer(&program, "/start from_a_link").await;
            assert!(text.starts_with("Hello Anna. "), "{text}");
            assert!(text.contains("Your role is admin."), "{text}");
            assert_eq!(
                answer(&program, "/whoami").await,
                "You are Anna, id 7, role admin."
            );
        })
        .await;
    }

    #[tokio::test]
    async fn help_lists_every_command_with_its_arguments() {
        on_sqlite(async |database| {
            let program = healthy(&database).await;
            let text = answer(&program, "/help").await;
            for command in COMMANDS {
                assert!(text.lines().any(|line| line == command.usage()), "{text}");
                assert!(
                    text.contains(&command.about(&program.cx().voice())),
                    "{text}"
                );
            }
        })
        .await;
    }

    #[tokio::test]
    async fn a_runbook_is_named_or_chosen_with_a_tap() {
        on_sqlite(async |database| {
            let program = healthy(&database).await;
            let list = program.asks(&anna(&program), ANNA, "/runbook").await;
            assert_eq!(list.keyboard.rows.len(), detector_names().len());
            let press = anna(&program)
                .presses(ANNA, list.id, "check_db_growth")
                .unwrap();
            assert_eq!(program.told(&press).await, "");
            let tapped = program.answer_after(ANNA, list.id).await;
            assert_eq!(tapped.reply_to, Some(list.id));
            let named = answer(&program, "/runbook check_db_growth").await;
            assert_eq!(tapped.text, named);
        })
        .await;
    }

    #[tokio::test]
    async fn wrong_arguments_get_the_usage_line_of_that_command() {
        const WRONG: [(&str, &str); 10] = [
            ("/health now", "Usage: /health"),
            ("/help me", "Usage: /help"),
            ("/status all", "Usage: /status"),
            ("/whoami really", "Usage: /whoami"),
            (
                "/alerts 0",
                "severity is info, warning, error or critical; n is from 1 to 20\nUsage: /alerts [severity] [n]",
            ),
            ("/alerts critical 5 6", "Usage: /alerts [severity] [n]"),
            ("/slo 91", "days is from 1 to 90\nUsage: /slo [days]"),
            ("/slo 1 2", "Usage: /slo [days]"),
            ("/run check_db_growth twice", "Usage: /run [detector]"),
            ("/remediate a b", "Usage: /remediate [detector]"),
        ];
        on_sqlite(async |database| {
            let program = healthy(&database).await;
            for (command, usage) in WRONG {
                assert_eq!(answer(&program, command).await, usage, "{command}");
            }
            let counted = &program.cx().metrics.bot_commands_total;
            assert_eq!(counted.with_label_values(&["slo", "usage"]).get(), 2);
        })
        .await;
    }

    #[tokio::test]
    async fn an_unknown_detector_is_answered_with_those_there_are() {
        on_sqlite(async |database| {
            let program = healthy(&database).await;
            let text = answer(&program, "/run check_db").await;
            assert!(
                text.starts_with("there is no detector \"check_db\"; there are: "),
                "{text}"
            );
            for name in detector_names() {
                assert!(text.contains(name), "{text}");
            }
            assert!(text.ends_with("\nUsage: /run [detector]"), "{text}");
        })
        .await;
    }
}
