//! Charts of the last 30 days. Each trend is a file with a query and a panel, and a line in [`TRENDS`].

mod cash;
mod size;

use chrono::{Days, NaiveDate};
use futures::future::BoxFuture;

use crate::{
    charts::{Chart, Panel},
    context::Context,
    views::{Html, Message, Voice, say, trends as words},
};

const DAYS: u64 = 30;

pub struct Trend {
    /// The name in a button's payload.
    pub name: &'static str,
    /// The detector whose incidents it belongs to.
    pub source: &'static str,
    /// The text of its name.
    title: &'static str,
    look: for<'a> fn(Look<'a>) -> BoxFuture<'a, sqlx::Result<Option<Seen>>>,
}

#[derive(Clone, Copy)]
struct Look<'a> {
    cx: &'a Context,
    voice: &'a Voice,
    from: NaiveDate,
    to: NaiveDate,
}

/// A trend in a picture and in words.
struct Seen {
    panel: Panel,
    lines: Vec<Html>,
}

pub static TRENDS: &[Trend] = &[cash::TREND, size::TREND];

/// The trend behind a detector's incidents.
pub fn of(source: &str) -> Option<&'static Trend> {
    TRENDS.iter().find(|trend| trend.source == source)
}

pub fn find(name: &str) -> Option<&'static Trend> {
    TRENDS.iter().find(|trend| trend.name == name)
}

/// The picture and the message below it; no picture if there is no data yet.
pub async fn show(
    cx: &Context,
    trends: &[&'static Trend],
) -> sqlx::Result<(Option<Chart>, Message)> {
    let voice = cx.voice();
    let to = cx.settings.get().calendar().today(cx.clock.now());
    let look = Look {
        cx,
        voice: &voice,
        from: to - Days::new(DAYS - 1),
        to,
    };
    let mut panels = Vec::new();
    let mut lines = Vec::new();
    let mut any = false;
    for trend in trends {
        let title = voice.text(trend.title, &[]);
        let seen = (trend.look)(look).await?;
        any |= seen.is_some();
        let seen = seen.unwrap_or_else(|| Seen {
            lines: vec![words::no_data(&voice, &title)],
            panel: Panel::Note {
                title,
                text: say!(voice, "trend-no-data"),
            },
        });
        panels.push(seen.panel);
        lines.extend(seen.lines);
    }
    let chart = any.then(|| Chart {
        title: title(&voice, trends),
        from: look.from,
        to,
        panels,
    });
    Ok((chart, words::trends(&voice, (look.from, to), &lines)))
}

fn title(voice: &Voice, trends: &[&'static Trend]) -> String {
    match trends {
        [one] => voice.text(one.title, &[]),
        _ => say!(voice, "trends-title"),
    }
}
