//! `/alerts`: the history, page by page.

use super::{
    Html, Message, Voice,
    alert::emoji,
    buttons::{self, AlertsPress},
    clip, finding, say,
};
use crate::{
    db::{AlertRow, AlertsPage, Turn},
    domain::{Extras, Severity},
};

const MESSAGE_UNITS: usize = 300;
const SOURCE_UNITS: usize = 60;
/// What all rows together may take, and what a row takes besides its message: none may be left out, or no page would
/// have it.
const PAGE_UNITS: usize = 3900;
const ROW_UNITS: usize = 175;

/// `count` rows were asked for.
pub fn alerts(voice: &Voice, page: &AlertsPage, severity: Option<Severity>, count: i64) -> Message {
    let (Some(first), Some(last)) = (page.rows.first(), page.rows.last()) else {
        let none = match severity {
            Some(severity) => say!(voice, "alerts-none-of", severity = voice.severity(severity)),
            None => say!(voice, "alerts-none"),
        };
        return Html::new().text(&none).into();
    };
    let title = title(voice, severity, page.newer);
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let where_it_is = say!(
        voice,
        "alerts-shown",
        first = page.newer + 1,
        last = page.newer + shown,
        total = page.newer + shown + page.older
    );
    let room = (PAGE_UNITS / page.rows.len()).saturating_sub(ROW_UNITS);
    let lines: Vec<Html> = page
        .rows
        .iter()
        .map(|row| line(voice, row, room.min(MESSAGE_UNITS)))
        .collect();
    let html = Html::new()
        .bold(&title)
        .text(" ")
        .text(&where_it_is)
        .list(voice, &lines, "/alerts");
    let press = |turn| AlertsPress {
        severity,
        count,
        turn,
    };
    let newer = (page.newer > 0).then(|| press(Turn::Newer(first.id)));
    let older = (page.older > 0).then(|| press(Turn::Older(last.id)));
    Message::from(html).with_buttons(buttons::pager(
        buttons::ALERTS,
        newer.map(|press| (say!(voice, "button-newer"), press)),
        older.map(|press| (say!(voice, "button-older"), press)),
    ))
}

fn title(voice: &Voice, severity: Option<Severity>, newer: i64) -> String {
    match (severity, newer) {
        (None, 0) => say!(voice, "alerts-title"),
        (None, _) => say!(voice, "alerts-title-older"),
        (Some(severity), 0) => {
            say!(
                voice,
                "alerts-title-of",
                severity = voice.severity(severity)
            )
        }
        (Some(severity), _) => say!(
            voice,
            "alerts-title-older-of",
            severity = voice.severity(severity)
        ),
    }
}

fn line(voice: &Voice, row: &AlertRow, room: usize) -> Html {
    let mark = row.severity.parse().map_or("•", emoji);
    let extras = row
        .extras_json
        .as_deref()
        .map(serde_json::from_str::<Extras>);
    let extras = extras.and_then(Result::ok).unwrap_or_default();
    let found = finding(voice, &row.source, &row.message, &extras);
    let mut origin = format!(
        "{} · {}",
        voice.ago_and_when(row.created_at),
        clip(&row.source, SOURCE_UNITS)
    );
    if row.sent_to_chat_ids.as_deref().is_none_or(str::is_empty) {
        origin += &format!(" · {}", say!(voice, "not-delivered"));
    }
    let incident = row
        .incident_id
        .map_or_else(String::new, |id| format!(" /incident_{id}"));
    Html::new()
        .line()
        .text(&format!("{mark} #{} ", row.id))
        .text(&clip(&found, room))
        .line()
        .italic(&origin)
        .text(&incident)
}
