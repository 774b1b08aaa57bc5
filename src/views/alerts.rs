//! `/alerts`: the history, page by page.

use super::{
    Html, Message, Voice,
    alert::emoji,
    buttons::{self, AlertsPress},
    clip, finding, history, say,
};
use crate::{
    db::{AlertRow, Page},
    domain::Severity,
};

const MESSAGE_UNITS: usize = 300;
const SOURCE_UNITS: usize = 60;
/// The length of a row without its message.
const ROW_UNITS: usize = 175;

/// `count` rows were asked for.
pub fn alerts(
    voice: &Voice,
    page: &Page<AlertRow>,
    severity: Option<Severity>,
    count: i64,
) -> Message {
    let (Some(first), Some(last)) = (page.rows.first(), page.rows.last()) else {
        let none = match severity {
            Some(severity) => say!(voice, "alerts-none-of", severity = voice.severity(severity)),
            None => say!(voice, "alerts-none"),
        };
        return Html::new().text(&none).into();
    };
    let room = history::room(page.rows.len(), ROW_UNITS);
    let lines: Vec<Html> = page
        .rows
        .iter()
        .map(|row| line(voice, row, room.min(MESSAGE_UNITS)))
        .collect();
    let page = history::Page {
        title: &title(voice, severity, page.newer),
        lines: &lines,
        ends: (first.id, last.id),
        newer: page.newer,
        older: page.older,
        command: "/alerts",
        button: buttons::ALERTS,
    };
    history::page(voice, &page, |turn| AlertsPress {
        severity,
        count,
        turn,
    })
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
    let found = finding(voice, row.finding().as_ref(), &row.message);
    let mut origin = format!(
        "{} · {}",
        voice.ago_and_when_written(&row.created_at),
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
