//! How the database grows towards its threshold.

use super::{Look, Seen, Trend};
use crate::{charts, detectors::db_growth, domain::Timestamp, views::trends};

pub const TREND: Trend = Trend {
    name: "size",
    source: db_growth::DETECTOR.name,
    title: "trend-size",
    look: |look| Box::pin(look_at(look)),
};

#[expect(clippy::cast_precision_loss, reason = "a size in MB")]
async fn look_at(
    Look {
        cx, voice, from, ..
    }: Look<'_>,
) -> sqlx::Result<Option<Seen>> {
    let settings = cx.settings.get();
    let beginning = settings.calendar().start_of(from);
    let samples: Vec<(Timestamp, i64)> = cx.db.sizes_since(beginning).await?;
    let threshold_mb = settings.threshold(&db_growth::THRESHOLD_MB) as f64;
    let panel = charts::size(voice, from, &samples, threshold_mb);
    Ok(panel.map(|panel| Seen {
        panel,
        lines: trends::size(voice, &samples, threshold_mb),
    }))
}
