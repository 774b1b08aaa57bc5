//! Cash balances, and how near their threshold they come.

use super::{Look, Seen, Trend};
use crate::{charts, detectors::cash_balance, views::trends};

const TABLE: &str = "cashflow_daily";

pub const TREND: Trend = Trend {
    name: "cash",
    source: cash_balance::DETECTOR.name,
    title: "trend-cash",
    look: |look| Box::pin(look_at(look)),
};

async fn look_at(
    Look {
        cx,
        voice,
        from,
        to,
    }: Look<'_>,
) -> sqlx::Result<Option<Seen>> {
    if !cx.db.relations().await?.contains(TABLE) {
        return Ok(None);
    }
    let settings = cx.settings.get();
    let facts = cx.facts.reader(settings.timezone, to).await;
    let history = facts.cash_history((from, to)).await?;
    let threshold = settings.threshold(&cash_balance::THRESHOLD);
    let panel = charts::cash(voice, &history, threshold);
    Ok(panel.map(|panel| Seen {
        panel,
        lines: trends::cash(voice, &history, threshold),
    }))
}
