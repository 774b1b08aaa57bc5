//! `/alerts`: the history.

use chrono_tz::Tz;

use super::{Html, Message, alert::emoji, clip, moment};
use crate::{db::AlertRow, domain::Severity};

const MESSAGE_UNITS: usize = 300;

/// `more` is the command that shows more of them.
pub fn alerts(rows: &[AlertRow], severity: Option<Severity>, zone: Tz, more: &str) -> Message {
    let kind = severity.map_or_else(String::new, |severity| format!("{severity} "));
    if rows.is_empty() {
        return Html::new()
            .text(&format!("No {kind}alerts on record."))
            .into();
    }
    let lines: Vec<Html> = rows.iter().map(|row| line(row, zone)).collect();
    Html::new()
        .bold(&format!("The newest {kind}alerts"))
        .lines(&lines, more)
        .into()
}

fn line(row: &AlertRow, zone: Tz) -> Html {
    let mark = row.severity.parse().map_or("•", emoji);
    let reached = match row.sent_to_chat_ids.as_deref() {
        None | Some("") => " · not delivered",
        Some(_) => "",
    };
    Html::new()
        .line()
        .text(&format!("{mark} #{} ", row.id))
        .text(&clip(&row.message, MESSAGE_UNITS))
        .line()
        .italic(&format!(
            "{} · {}{reached}",
            moment(row.created_at, zone),
            clip(&row.source, 60)
        ))
}
