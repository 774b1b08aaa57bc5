//! `sovani-ops check NAME --explain`: how the database answers a check's query.

use std::time::Instant;

use crate::{
    clock::Clock,
    detectors::{Entry, QuerySource},
    domain::{one_line, sql_check::ParameterValue},
    settings::Settings,
};

pub async fn explain(entry: &Entry, settings: &Settings) -> anyhow::Result<()> {
    let Some(check) = entry.query() else {
        anyhow::bail!(
            "{} is built in: only a check of sovani-ops.toml has a query to explain",
            entry.name()
        );
    };
    let now = Clock::system().now();
    let (sql, parameters) = check.statement.numbered();
    println!("{}", sql.trim());
    for (number, parameter) in (1..).zip(parameters) {
        let value = match parameter.value(settings.calendar(), now) {
            ParameterValue::Day(day) => day.to_string(),
            ParameterValue::Moment(moment) => moment.to_string(),
        };
        println!("  ${number} = {value}");
    }
    let source = QuerySource::new(settings);
    println!("plan:");
    for step in source.plan(check, settings, now).await? {
        println!("  {}", one_line(&step));
    }
    let begun = Instant::now();
    let answer = source.ask(check, settings, now).await?;
    let more = if answer.more { " and more" } else { "" };
    println!(
        "{}{more} rows in {} ms, of {} at most",
        answer.rows.len(),
        begun.elapsed().as_millis(),
        check.timeout.as_millis()
    );
    Ok(())
}
