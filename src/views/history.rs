//! Pages of history, newest first.

use std::fmt::Display;

use super::{Html, Message, Voice, buttons::pager, say};
use crate::db::Turn;

/// Length limit for all rows together: a row that is left out would appear on no page.
const PAGE_UNITS: usize = 3900;

/// A page of rows, and its position.
pub(super) struct Page<'a> {
    pub title: &'a str,
    pub lines: &'a [Html],
    /// The ids of the newest and the oldest row of the page.
    pub ends: (i64, i64),
    /// How many rows there are on either side of it.
    pub newer: i64,
    pub older: i64,
    /// The command that shows everything, in case a page is truncated.
    pub command: &'a str,
    pub button: &'a str,
}

/// The length available to each of `rows` rows beyond its fixed part.
pub(super) fn room(rows: usize, fixed: usize) -> usize {
    (PAGE_UNITS / rows.max(1)).saturating_sub(fixed)
}

/// The page, with buttons to those next to it; `press` is what they send.
pub(super) fn page<P: Display>(
    voice: &Voice,
    page: &Page<'_>,
    press: impl Fn(Turn) -> P,
) -> Message {
    let shown = i64::try_from(page.lines.len()).unwrap_or(i64::MAX);
    let where_it_is = say!(
        voice,
        "alerts-shown",
        first = page.newer + 1,
        last = page.newer + shown,
        total = page.newer + shown + page.older
    );
    let html = Html::new()
        .bold(page.title)
        .text(" ")
        .text(&where_it_is)
        .list(voice, page.lines, page.command);
    let (newest, oldest) = page.ends;
    let newer = (page.newer > 0).then(|| press(Turn::Newer(newest)));
    let older = (page.older > 0).then(|| press(Turn::Older(oldest)));
    Message::from(html).with_buttons(pager(
        page.button,
        newer.map(|press| (say!(voice, "button-newer"), press)),
        older.map(|press| (say!(voice, "button-older"), press)),
    ))
}
