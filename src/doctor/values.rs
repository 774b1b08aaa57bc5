//! Checks that the platform's columns hold the types that detectors read.

use std::collections::HashMap;

use sqlx::AssertSqlSafe;

use super::{Finding, Installation, reads::Reads};
use crate::{
    db::{
        Column, Db, Holds,
        reading::{NAME_CHARS, Written},
    },
    detectors::unreadable,
    domain::{one_line, spelt_differently},
};

/// The tables that name marketplaces.
const NAMING: [&str; 2] = ["sku", "cashflow_daily"];
/// Limit for the spellings that are read.
const SPELLINGS: u32 = 10_000;
/// Limit for the marketplaces that are named.
const TOLD: usize = 5;

/// Checks a table with its declared columns.
pub async fn look(
    installation: &Installation,
    db: &Db,
    reads: &Reads<'_>,
    declared: &HashMap<String, String>,
) -> sqlx::Result<Vec<Finding>> {
    let table = reads.object;
    let columns = reads.columns.iter();
    let mut findings: Vec<Finding> = columns
        .filter_map(|column| judge_type(table, column, declared.get(column.name)?))
        .collect();
    let calendar = installation.settings.calendar();
    let today = calendar.today(installation.clock.now());
    for column in db
        .unreadable(table, &reads.columns, today, calendar.zone)
        .await?
    {
        findings.push(Finding::error(
            format!("values that cannot be read: {}", unreadable::told(&column)),
            "mend them in the platform's table; until then the check judges the other rows, and tells of these",
        ));
    }
    Ok(findings)
}

/// `None` if the type is one that the platform has given it, or as good.
pub fn judge_type(table: &str, column: &Column, declared: &str) -> Option<Finding> {
    let (fits, wanted): (&[&str], _) = match column.holds {
        Holds::Day => (&["date"], "date"),
        Holds::Moment | Holds::End => (&["timestamp", "datetime"], "timestamp without time zone"),
        Holds::Amount => (&["num", "dec", "int", "real", "double", "float"], "numeric"),
        Holds::Flag => (&["int", "bool", "num"], "integer"),
        Holds::Name => (&["char", "text", "clob", "string", "enum"], "text"),
        Holds::Anything => return None,
    };
    // A view's columns have none on SQLite, and types of their own are read by their text.
    let is_own = column.holds == Holds::Name
        && !["json", "bytea", "blob", "int", "num", "real"]
            .iter()
            .any(|kind| declared.contains(kind));
    let exact = column.holds == Holds::Day && declared != "date";
    if declared.is_empty() || is_own || (!exact && fits.iter().any(|kind| declared.contains(kind)))
    {
        return None;
    }
    let name = column.name;
    Some(Finding::warning(
        format!(
            "{table}.{name} is of the type {}: what can be read in it is read, and the rest is told as a fault",
            one_line(declared)
        ),
        format!("let the platform's migrations make it {wanted}"),
    ))
}

/// Marketplaces whose name is spelt in several ways, each once.
pub async fn spellings(db: &Db) -> sqlx::Result<Vec<Finding>> {
    let mut spellings = Vec::new();
    for table in NAMING {
        if !db.column_types(table).await?.contains_key("marketplace") {
            continue;
        }
        spellings.extend(spellings_in(db, table).await?);
    }
    let several = spelt_differently(spellings);
    Ok(several
        .iter()
        .take(TOLD)
        .map(|spellings| {
            let quoted: Vec<String> = spellings
                .iter()
                .take(TOLD)
                .map(|spelling| format!("\"{}\"", one_line(spelling)))
                .collect();
            Finding::warning(
                format!(
                    "{} are one marketplace, and are judged as one",
                    quoted.join(" and ")
                ),
                "let the platform write its name in one way, in sku and in cashflow_daily",
            )
        })
        .collect())
}

/// The ways in which the marketplaces' names are written in a table, the first of them.
async fn spellings_in(db: &Db, table: &'static str) -> sqlx::Result<Vec<String>> {
    let name = db.reading(table).await?.text("marketplace", NAME_CHARS);
    let sql =
        format!("SELECT DISTINCT {name} AS name FROM {table} ORDER BY name LIMIT {SPELLINGS}");
    let names: Vec<Option<Written>> = db.query(AssertSqlSafe(sql)).fetch_values().await?;
    Ok(names.into_iter().flatten().map(|name| name.0).collect())
}
