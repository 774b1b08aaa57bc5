//! The captions of trend charts.

use chrono::NaiveDate;

use super::{Html, Message, Voice, clip, say};
use crate::{
    domain::{Money, Timestamp, megabytes},
    facts::CashHistory,
};

const NAME_UNITS: usize = 60;

/// A caption: it fits below a picture, and says all that the picture shows when there is none.
pub fn trends(voice: &Voice, (from, to): (NaiveDate, NaiveDate), lines: &[Html]) -> Message {
    let days = say!(
        voice,
        "chart-days",
        from = voice.day(from),
        to = voice.day(to)
    );
    Html::caption()
        .text("📈 ")
        .bold(&days)
        .list(voice, lines, "/health")
        .into()
}

pub fn no_data(voice: &Voice, title: &str) -> Html {
    Html::new()
        .text(&format!("{title}: "))
        .text(&say!(voice, "trend-no-data"))
}

pub fn cash(voice: &Voice, history: &CashHistory, threshold: Money) -> Vec<Html> {
    let mut balances: Vec<(String, Vec<Option<Money>>)> = history
        .marketplaces
        .iter()
        .map(|(name, days)| (clip(name, NAME_UNITS), days.clone()))
        .collect();
    // With one marketplace the total says the same.
    if balances.len() > 1 {
        balances.insert(0, (say!(voice, "chart-total"), history.total()));
    }
    let balances = balances
        .iter()
        .filter_map(|(name, days)| balance(voice, name, days, threshold));
    let threshold = say!(voice, "chart-threshold", amount = voice.money(threshold));
    let title = Html::new()
        .bold(&say!(voice, "trend-cash"))
        .text(&format!(", {threshold}"));
    [title].into_iter().chain(balances).collect()
}

fn balance(voice: &Voice, name: &str, days: &[Option<Money>], threshold: Money) -> Option<Html> {
    let mut known = days.iter().flatten();
    let first = *known.next()?;
    let newest = known.next_back().copied().unwrap_or(first);
    let change = newest - first;
    let sign = if change > Money::default() { "+" } else { "" };
    let mark = if newest < threshold { "🚨 " } else { "" };
    Some(
        Html::new()
            .text(&format!("{mark}{name}: "))
            .bold(&voice.money(newest))
            .text(&format!(" ({sign}{})", voice.money(change))),
    )
}

pub fn size(voice: &Voice, samples: &[(Timestamp, i64)], threshold_mb: f64) -> Vec<Html> {
    let (Some((_, first)), Some((_, newest))) = (samples.first(), samples.last()) else {
        return Vec::new();
    };
    let change = megabytes(*newest) - megabytes(*first);
    let sign = if change > 0.0 { "+" } else { "" };
    let threshold = say!(voice, "chart-threshold", amount = voice.size(threshold_mb));
    vec![
        Html::new()
            .bold(&say!(voice, "trend-size"))
            .text(&format!(", {threshold}")),
        Html::new()
            .bold(&voice.size(megabytes(*newest)))
            .text(&format!(" ({sign}{})", voice.size(change))),
    ]
}
