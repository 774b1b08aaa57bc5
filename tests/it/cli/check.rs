use chrono::{NaiveDate, Utc};
use sovani_ops::{
    demo::{Marketplace, Platform},
    domain::Money,
};

use super::Shell;
use crate::support::{checks::detector_names, database::TestDatabase};

/// The program under test has the system's clock.
fn today() -> NaiveDate {
    Utc::now()
        .with_timezone(&chrono_tz::Europe::Moscow)
        .date_naive()
}

fn beside(database: &TestDatabase) -> Shell {
    Shell::new().with("DATABASE_URL", database.url())
}

#[each_database]
async fn a_healthy_platform_exits_with_zero_and_a_line_for_each_detector(database: TestDatabase) {
    Platform::healthy(today())
        .create(database.db())
        .await
        .unwrap();

    let said = beside(&database).runs(&["check"]).await;

    let lines: Vec<Vec<&str>> = said
        .succeeds()
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let names: Vec<_> = lines.iter().map(|line| line[0]).collect();
    assert_eq!(names, detector_names());
    for line in lines {
        let needs_a_source =
            ["check_api_latency_p95", "check_scheduler_on_time"].contains(&line[0]);
        assert_eq!(
            line[1],
            if needs_a_source { "-" } else { "pass" },
            "{line:?}"
        );
    }
    assert_eq!(said.err, "");
}

#[each_database]
async fn a_failing_check_exits_with_one(database: TestDatabase) {
    Platform::healthy(today())
        .low_cash(Marketplace::Ozon, Money::from_roubles(-15_000))
        .create(database.db())
        .await
        .unwrap();
    let shell = beside(&database);

    let all = shell.runs(&["check"]).await;
    let one = shell.runs(&["check", "check_cash_balance_threshold"]).await;
    let other = shell.runs(&["check", "check_db_growth"]).await;

    all.fails_with(1);
    one.fails_with(1);
    assert_eq!(
        one.out,
        "check_cash_balance_threshold  critical  Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)\n"
    );
    assert_eq!(other.succeeds().lines().count(), 1);
}

#[each_database]
async fn a_check_that_could_not_look_exits_with_two(database: TestDatabase) {
    database
        .execute("CREATE TABLE cashflow_daily (unheard_of INTEGER)")
        .await;

    let said = beside(&database).runs(&["check"]).await;

    said.fails_with(2);
    assert!(
        said.out
            .contains("Detector check_cash_balance_threshold crashed: "),
        "{}",
        said.out
    );
}

#[each_database]
async fn text_in_the_database_does_not_control_the_terminal(database: TestDatabase) {
    database
        .execute("CREATE TABLE cashflow_daily (d DATE, marketplace VARCHAR, net NUMERIC)")
        .await;
    database
        .execute("INSERT INTO cashflow_daily VALUES ('2025-10-01', '\u{1b}[31mWB\u{7}\n', -20000)")
        .await;

    let said = beside(&database)
        .runs(&["check", "check_cash_balance_threshold"])
        .await;

    said.fails_with(1);
    assert_eq!(said.out.lines().count(), 1);
    assert!(!said.out.contains(['\u{1b}', '\u{7}']), "{:?}", said.out);
}

#[tokio::test]
async fn an_unknown_detector_is_answered_with_those_there_are() {
    let said = Shell::new().runs(&["check", "nonsense"]).await;

    let told = said.fails_with(2);
    for name in detector_names() {
        assert!(told.contains(name), "{told}");
    }
    assert!(!told.contains("panicked"), "{told}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made_by_a_look_at_it() {
    let shell = Shell::new().with("DATABASE_URL", "sqlite:///./absent.db");

    let said = shell.runs(&["check"]).await;

    let told = said.fails_with(2);
    assert!(
        told.contains("absent.db") && told.contains("DATABASE_URL"),
        "{told}"
    );
    assert!(!shell.folder.path().join("absent.db").exists());
}

#[tokio::test]
async fn a_misspelt_setting_is_warned_of_and_a_foreign_one_is_not() {
    let shell = Shell::new()
        .with_file("x.db", "")
        .with_file(".env", "DATABASE_URL=sqlite:///x.db\nALERT_CHAT_ID=SECRET\nADMIN_USERS_IDS=SECRET\nWB_API_TOKEN=SECRET\n");

    let said = shell.runs(&["check"]).await;

    said.succeeds();
    assert!(
        said.err.contains("ALERT_CHAT_ID in .env is no setting")
            && said.err.contains("is ALERT_CHAT_IDS meant?"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("is ADMIN_USER_IDS meant?"),
        "{}",
        said.err
    );
    assert!(
        !said.err.contains("WB_API_TOKEN") && !said.err.contains("SECRET"),
        "{}",
        said.err
    );
}

const OWN: &str = "[[check]]\nname = \"check_own\"\nsql = \"SELECT marketplace, COUNT(*) AS n FROM sku WHERE :today > '2025-01-01' \
                   GROUP BY marketplace\"\nkey = [\"marketplace\"]\nvalue = \"n\"\nwhen = \"rows\"\ntext = \"{marketplace}: {value}\"\n";

#[each_database]
async fn a_query_of_the_file_runs_and_is_explained(database: TestDatabase) {
    Platform::healthy(today())
        .create(database.db())
        .await
        .unwrap();
    let shell = beside(&database).with_file("sovani-ops.toml", OWN);

    let said = shell.runs(&["check", "check_own", "--explain"]).await;

    assert_eq!(said.code, Some(1), "{}", said.err);
    for part in [
        "WHERE $1 >",
        "$1 = 20",
        "plan:",
        "rows in",
        "of 5000 at most",
        "2 faults: ",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let refused = shell.runs(&["check", "check_db_growth", "--explain"]).await;
    assert_eq!(refused.code, Some(2), "{}", refused.err);
    assert!(
        refused.err.contains("check_db_growth is built in"),
        "{}",
        refused.err
    );
}
