//! Checks that measure nothing: kept for those who ask, and told to the chats when a table is missing.

use std::collections::BTreeSet;

use crate::{
    context::Context,
    domain::{Check, Unmeasured, missing_tables},
    views,
};

/// Takes note of what a sweep could not measure. The chats are told of missing tables: of all after a start, and then of
/// those that go missing. A wrong database would stay silent for ever otherwise.
pub async fn note(cx: &Context, checks: &[Check]) {
    let unmeasured = Unmeasured::among(checks);
    if let Err(error) = cx.db.replace_unmeasured(&unmeasured).await {
        tracing::warn!(%error, "what is not measured is not on record");
    }
    let missing = missing_tables(&unmeasured);
    let news = cx.sweeps.newly_missing(missing);
    if news.is_empty() {
        return;
    }
    tracing::warn!(tables = ?news, "tables are missing, and what is read there is not measured");
    if let Err(error) = tell(cx, &news, &unmeasured).await {
        tracing::error!(%error, "missing tables cannot be told");
    }
}

async fn tell(
    cx: &Context,
    tables: &BTreeSet<String>,
    unmeasured: &[Unmeasured],
) -> sqlx::Result<()> {
    let settings = cx.settings.get();
    let checks: Vec<&str> = unmeasured
        .iter()
        .filter(|check| {
            check
                .missing_table()
                .is_some_and(|table| tables.contains(table))
        })
        .map(|check| check.source.as_str())
        .collect();
    let database = settings.database_url.to_string();
    let told = views::missing_tables(&cx.voice(), &database, tables, &checks);
    cx.post(&settings.alert_chats, told).await.map(drop)
}
