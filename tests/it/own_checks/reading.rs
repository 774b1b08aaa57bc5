//! The entries of the file, and what is told of wrong ones.

use std::time::Duration;

use sovani_ops::{
    detectors::DETECTORS,
    domain::{
        Severity,
        sql_check::{Empty, When},
    },
    settings::{Settings, SettingsError, Source},
};

use super::*;

fn load(text: &str) -> Result<Settings, SettingsError> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    fs::write(&file, text).unwrap();
    fs::write(folder.path().join("empty.md"), "\n").unwrap();
    let source = Source::fixed([]).with("OPS_CONFIG", file.display().to_string());
    Settings::load(&source, &sovani_ops::actions::known())
}

fn problems(text: &str) -> Vec<String> {
    let faults = load(text).unwrap_err().0.into_iter();
    faults.map(|fault| fault.problem).collect()
}

#[test]
fn an_entry_needs_a_name_a_query_a_condition_and_a_text() {
    let settings = load(&check(
        "check_own",
        "sql = \"SELECT 1 FROM t WHERE d = :today\"\nwhen = \"rows\"\ntext = \"{a} is wrong\"",
    ))
    .unwrap();
    let [check] = settings.sql_checks() else {
        panic!();
    };
    assert_eq!(
        (check.when, check.severity, check.empty, check.runs),
        (When::Rows, Severity::Warning, Empty::Unknown, 1)
    );
    assert_eq!(
        (check.timeout, check.max_rows, check.every),
        (Duration::from_secs(5), 100, None)
    );
    assert_eq!(check.columns(), ["a"]);
    assert_eq!(check.text, check.text_ru);
}

#[test]
fn every_wrong_field_is_told_at_once_with_its_line_and_the_nearest_name() {
    let told = problems(
        "[[check]]\nname = \"check_own\"\nsql = \"SELECT 1 WHERE d = :yesterdy\"\nwhen = \"row\"\n\
         severity = \"waring\"\ntext = \"{a\"\nevry = \"1h\"\n\
         \n[[check]]\nname = \"check_db_growth\"\nsql = \"\"\"\nDELETE\nFROM t\"\"\"\nkey = [\"a\", \"a\"]\nwhen = \"< x\"\n\
         severity = [{ when = \"< 0\" }]\ntext = \"x\"\nempty = \"fial\"\nfor = 0\ntimeout = \"1m\"\nmax_rows = \"x\"\n\
         action = \"restrat\"\nrunbook = \"none.md\"\nvalue = \"a b\"\nevery = \"x\"\ntext_ru = 1\n\
         \n[[check]]\n\
         \n[[check]]\nname = \"check_own\"\nsql = \"SELECT 1\"\nwhen = \"no rows\"\nkey = [\"a\"]\nempty = \"pass\"\n\
         text = \"{value}\"\nrunbook = \"empty.md\"\n\
         [[action]]\nname = \"restart\"\nkind = \"command\"\ncommand = [\"/bin/true\"]\ndetectors = [\"check_ow\"]\n",
    );
    let expected = [
        "line 42: action \"restart\": detectors: expected some of check_api_latency_p95, check_ingest_success_rate, \
         check_scheduler_on_time, check_cash_balance_threshold, check_commission_outliers, check_db_growth, check_own; \
         the nearest is check_own",
        "line 3: check \"check_own\": sql: there is no parameter :yesterdy; the nearest is :yesterday",
        "line 4: check \"check_own\": when: expected rows, no rows, or a comparison such as \"< 5\" or \">= 10\"; the \
         nearest is rows",
        "line 5: check \"check_own\": severity: expected one of: info, warning, error, critical; the nearest is warning",
        "line 6: check \"check_own\": text: expected columns between braces, such as {article}; write {{ and }} for braces \
         themselves",
    ];
    for expected in expected {
        assert!(
            told.iter().any(|told| told == expected),
            "{expected}\n{told:#?}"
        );
    }
    let beginnings = [
        "line 7: check \"check_own\": \"evry\": there is no such field; there are name, sql, key, value, ",
        "line 10: check \"check_db_growth\": name: there is a built-in check of this name",
        "line 11: check \"check_db_growth\": sql: expected one statement that begins with SELECT or WITH",
        "line 14: check \"check_db_growth\": key: expected up to 5 different columns",
        "line 15: check \"check_db_growth\": when: expected rows, no rows",
        "line 16: check \"check_db_growth\": severity: expected steps such as",
        "line 18: check \"check_db_growth\": empty: expected one of: pass, fail, unknown; the nearest is fail",
        "line 19: check \"check_db_growth\": for: expected a number from 1 to 100",
        "line 20: check \"check_db_growth\": timeout: expected a length of time up to 30s",
        "line 21: check \"check_db_growth\": max_rows: expected a number from 1 to 1000",
        "line 22: check \"check_db_growth\": action: expected one of restart; the nearest is restart",
        "line 23: check \"check_db_growth\": runbook: expected a file of Markdown",
        "line 24: check \"check_db_growth\": value: expected names of columns",
        "line 25: check \"check_db_growth\": every: expected a length such as 30m",
        "line 26: check \"check_db_growth\": text_ru: expected text between quotes",
        "line 28: check 3: name: expected the check's name",
        "line 28: check 3: sql: expected its query",
        "line 28: check 3: when: expected rows, no rows",
        "line 28: check 3: text: expected the text of its alerts",
        "line 31: check \"check_own\": name: this check stands here twice",
        "line 37: check \"check_own\": runbook: expected a file of Markdown; it is empty",
    ];
    for beginning in beginnings {
        assert!(
            told.iter().any(|told| told.starts_with(beginning)),
            "{beginning}\n{told:#?}"
        );
    }
}

#[test]
fn fields_that_do_not_go_together_are_told() {
    let lines =
        |lines: &str| problems(&check("check_own", &format!("sql = \"SELECT 1\"\n{lines}")));
    for (given, told) in [
        (
            "when = \"no rows\"\nkey = [\"a\"]\ntext = \"x\"",
            "key: without rows there is nothing to tell apart",
        ),
        (
            "when = \"no rows\"\ntext = \"{a}\"",
            "text: without rows there are no columns to show",
        ),
        (
            "when = \"< 5\"\ntext = \"x\"",
            "value: expected the column with the figure",
        ),
        (
            "when = \"rows\"\ntext = \"{value}\"",
            "value: expected the column with the figure",
        ),
        (
            "when = \"rows\"
empty = \"fail\"
text = \"x\"",
            "empty: with rows, no rows are a pass; for the opposite write when",
        ),
    ] {
        let said = lines(given);
        assert!(
            said.len() == 1 && said[0].contains(told),
            "{given}: {said:?}"
        );
    }
}

#[each_database]
async fn a_reload_takes_all_or_nothing_and_is_audited(database: TestDatabase) {
    let shop = Shop::with(&database, &margins("when = \"rows\"")).await;

    let wrong =
        margins("when = \"rows\"") + &check("check_own_other", "sql = \"DROP TABLE margins\"");
    let refusal = shop.reload(&wrong).await.unwrap_err().to_string();

    assert!(
        refusal.contains("line 11: check \"check_own_other\": sql:"),
        "{refusal}"
    );
    assert_eq!(shop.program.sweep().await.total, DETECTORS.len() + 1);
    let recorded = "SELECT outcome FROM ops_audit WHERE act = 'reload_settings' ORDER BY id";
    assert_eq!(database.texts(recorded).await, ["failed"]);

    shop.reload("").await.unwrap();
    assert_eq!(shop.program.sweep().await.total, DETECTORS.len());
    assert_eq!(database.texts(recorded).await, ["failed", "done"]);
}
