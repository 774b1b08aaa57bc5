//! `[[check]]`: checks of an operator's own, each a query.

mod condition;

use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};

use toml::Value;

use self::condition::Condition;
use super::{
    Surroundings,
    fields::{Entry, Fields, time_limit},
};
use crate::{
    domain::{
        DATABASE, Scope, Span,
        sql_check::{Empty, Parameter, SqlCheck, Statement, StatementError, Template, is_column},
    },
    settings::{nearest::nearest, parse::own},
    small_file,
};

/// More would not be done between two sweeps if each took its time.
const CHECKS_MAX: usize = 100;
/// A button's payload has 64 bytes.
const NAME_LENGTH: usize = 40;
/// More columns would make a key longer than an incident keeps.
const KEY_COLUMNS: usize = 5;
const TIMEOUT: Duration = Duration::from_secs(5);
/// The limit of every query of this program.
const TIMEOUT_MAX: Duration = Duration::from_secs(30);
const ROWS: u16 = 100;
const ROWS_MAX: u16 = 1_000;
const RUNS_MAX: u16 = 100;
/// More than a chat can show in a dozen pages.
const RUNBOOK_BYTES: u64 = 16 * 1024;

/// The names of the entries, as far as they can be read.
pub fn names(entries: &[Entry]) -> Vec<String> {
    let names = entries
        .iter()
        .filter_map(|entry| entry.table.get("name")?.as_str());
    names
        .filter(|name| check_name(name, &[]).is_ok())
        .map(str::to_owned)
        .collect()
}

/// `actions` are the names of those that the file defines.
pub fn parse(
    entries: Vec<Entry>,
    actions: &[String],
    around: Surroundings<'_>,
    faults: &mut Vec<String>,
) -> Vec<Arc<SqlCheck>> {
    if entries.len() > CHECKS_MAX {
        faults.push(format!("check: expected {CHECKS_MAX} entries at most"));
        return Vec::new();
    }
    let mut names = HashSet::new();
    let mut checks = Vec::with_capacity(entries.len());
    for (entry, number) in entries.into_iter().zip(1..) {
        let name = entry.table.get("name").and_then(Value::as_str);
        let name = name.filter(|name| check_name(name, &[]).is_ok());
        let twice = name.is_some_and(|name| !names.insert(name.to_owned()));
        let place = name.map_or_else(
            || format!("check {number}: "),
            |name| format!("check {name:?}: "),
        );
        let mut fields = Fields::new(place, entry);
        if twice {
            fields.fault("name", "this check stands here twice");
        }
        let check = check(&mut fields, actions, around);
        faults.extend(fields.unknown());
        checks.extend(check.map(Arc::new));
    }
    checks
}

fn check(fields: &mut Fields, actions: &[String], around: Surroundings<'_>) -> Option<SqlCheck> {
    for (field, expected) in [
        ("name", "expected the check's name, such as check_prices"),
        ("sql", "expected its query"),
        ("text", "expected the text of its alerts"),
    ] {
        if !fields.has(field) {
            fields.fault(field, expected);
        }
    }
    let name = fields.text("name", |name| check_name(name, &around.known.detectors));
    let statement = fields.text("sql", statement);
    let key = keys(fields);
    let value = fields.text("value", column);
    let condition = condition::read(fields);
    let text = fields.text("text", own::<Template>);
    let text_ru = fields.text("text_ru", own::<Template>);
    let every = fields.text("every", own::<Span>).map(Span::duration);
    let runs = fields.number("for", 1..=RUNS_MAX);
    let timeout = fields.text("timeout", timeout);
    let max_rows = fields.number("max_rows", 1..=ROWS_MAX);
    let runbook = fields.text("runbook", |path| runbook(around.folder, path));
    let action = fields.text("action", |name| action(name, actions));
    let Condition {
        when,
        severity,
        steps,
        empty,
    } = condition?;
    let check = SqlCheck {
        name: name?,
        statement: statement?,
        key: key?,
        value,
        when,
        severity,
        steps,
        text_ru: text_ru.or_else(|| text.clone())?,
        text: text?,
        every,
        runs: runs.unwrap_or(1).into(),
        empty: empty.unwrap_or(Empty::Unknown),
        timeout: timeout.unwrap_or(TIMEOUT),
        max_rows: max_rows.unwrap_or(ROWS).into(),
        runbook,
        action,
    };
    condition::agree(&check, empty.is_some(), fields);
    Some(check)
}

/// It is the source of incidents: in commands, in messages and in buttons.
fn check_name(name: &str, taken: &[String]) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let can_name = (1..=NAME_LENGTH).contains(&name.len())
        && name.bytes().all(plain)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name != DATABASE
        && matches!(name.parse(), Ok(Scope::Detector(_)));
    if !can_name {
        return Err(format!(
            "expected up to {NAME_LENGTH} small letters, digits and _, first a letter"
        ));
    }
    if taken.iter().any(|taken| taken == name) {
        return Err("there is a built-in check of this name; choose another".to_owned());
    }
    Ok(name.to_owned())
}

fn statement(text: &str) -> Result<Statement, String> {
    Statement::read(text).map_err(|error| match &error {
        StatementError::Parameter(given) => {
            let names: Vec<String> = Parameter::names()
                .iter()
                .map(|name| format!(":{name}"))
                .collect();
            let near = nearest(&format!(":{given}"), names.iter().map(String::as_str));
            format!("{error}{near}")
        }
        _ => error.to_string(),
    })
}

fn keys(fields: &mut Fields) -> Option<Vec<String>> {
    let given = fields.has("key");
    let keys = fields.texts("key", column);
    if !given {
        return Some(Vec::new());
    }
    let keys = keys?;
    let distinct: HashSet<&String> = keys.iter().collect();
    if distinct.len() < keys.len() || !(1..=KEY_COLUMNS).contains(&keys.len()) {
        let problem = format!("expected up to {KEY_COLUMNS} different columns");
        fields.fault("key", &problem);
        return None;
    }
    Some(keys)
}

fn column(name: &str) -> Result<String, String> {
    if is_column(name) {
        Ok(name.to_owned())
    } else {
        Err(
            "expected names of columns as the query gives them: letters, digits and _, first no digit"
                .to_owned(),
        )
    }
}

fn timeout(text: &str) -> Result<Duration, String> {
    time_limit(text, TIMEOUT_MAX)
        .ok_or_else(|| "expected a length of time up to 30s, such as 5s".to_owned())
}

fn runbook(folder: &Path, path: &str) -> Result<String, String> {
    let file = folder.join(path);
    let text = small_file::read(&file, RUNBOOK_BYTES).and_then(|small| Ok(small.text()?));
    let text = text.map_err(|error| {
        format!(
            "expected a file of Markdown, whose path begins at the folder of this file; it cannot be read: {error}"
        )
    })?;
    if text.trim().is_empty() {
        return Err("expected a file of Markdown; it is empty".to_owned());
    }
    Ok(text)
}

fn action(name: &str, actions: &[String]) -> Result<String, String> {
    if actions.iter().any(|known| known == name) {
        return Ok(name.to_owned());
    }
    let near = nearest(name, actions.iter().map(String::as_str));
    Err(match actions {
        [] => {
            "expected an action that this file defines with [[action]]; it defines none".to_owned()
        }
        _ => format!("expected one of {}{near}", actions.join(", ")),
    })
}
