//! The findings of a check that could not judge.

use std::time::Duration;

use crate::domain::{Arg, Finding, Severity, Verdict, sql_check::BadAnswer};

pub fn timeout(key: &str, limit: Duration) -> Verdict {
    let finding = Finding::new("finding-sql-timeout").arg("limit", seconds(limit));
    blind(key, finding)
}

pub fn suspended(key: &str, timeouts: u32) -> Verdict {
    blind(
        key,
        Finding::new("finding-sql-suspended").arg("timeouts", Arg::count(timeouts)),
    )
}

pub fn acts(key: &str, functions: &[String]) -> Verdict {
    blind(
        key,
        Finding::new("finding-sql-acts").text("functions", functions.join(", ")),
    )
}

pub fn bad_answer(key: &str, bad: &BadAnswer) -> Verdict {
    let (text, column) = match bad {
        BadAnswer::NullKey { column } => ("finding-sql-null-key", column),
        BadAnswer::KeyKind { column } => ("finding-sql-key-kind", column),
        BadAnswer::LongKey { column } => ("finding-sql-long-key", column),
        BadAnswer::NullValue { column } => ("finding-sql-null-value", column),
        BadAnswer::ValueKind { column } => ("finding-sql-value-kind", column),
        BadAnswer::TooMany { rows } => {
            let finding = Finding::new("finding-sql-too-many");
            return blind(key, finding.arg("read_rows", Arg::count(*rows)));
        }
    };
    blind(key, Finding::new(text).text("column", column))
}

fn blind(key: &str, finding: Finding) -> Verdict {
    Verdict {
        severity: Some(Severity::Error),
        ..Verdict::blind(key, finding)
    }
}

fn seconds(limit: Duration) -> Arg {
    Arg::Span(i64::try_from(limit.as_secs()).unwrap_or(i64::MAX))
}
