//! `/audit`: who has changed what, page by page.

use super::{
    Html, Message, Voice,
    buttons::{self, AuditPress},
    clip, say,
};
use crate::{
    db::{AuditPage, AuditRow, Turn},
    domain::{Act, ActOutcome},
};

const NAME_UNITS: usize = 60;
const SUBJECT_UNITS: usize = 80;
const DETAIL_UNITS: usize = 120;
/// What all rows together may take, and what a row takes besides its detail: none may be left out, or no page would
/// have it.
const PAGE_UNITS: usize = 3900;
const ROW_UNITS: usize = 270;

/// `count` rows were asked for.
pub fn audit(voice: &Voice, page: &AuditPage, count: i64) -> Message {
    let (Some(first), Some(last)) = (page.rows.first(), page.rows.last()) else {
        return Html::new().text(&say!(voice, "audit-none")).into();
    };
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
        .map(|row| line(voice, row, room.min(DETAIL_UNITS)))
        .collect();
    let html = Html::new()
        .bold(&say!(voice, "audit-title"))
        .text(" ")
        .text(&where_it_is)
        .list(voice, &lines, "/audit");
    let press = |turn| AuditPress { count, turn };
    let newer = (page.newer > 0).then(|| press(Turn::Newer(first.id)));
    let older = (page.older > 0).then(|| press(Turn::Older(last.id)));
    Message::from(html).with_buttons(buttons::pager(
        buttons::AUDIT,
        newer.map(|press| (say!(voice, "button-newer"), press)),
        older.map(|press| (say!(voice, "button-older"), press)),
    ))
}

fn line(voice: &Voice, row: &AuditRow, room: usize) -> Html {
    // A later version may know of other acts.
    let act = match row.act.parse::<Act>() {
        Ok(act) => voice.text(&format!("act-{}", act.as_str().replace('_', "-")), &[]),
        Err(_) => clip(&row.act, NAME_UNITS),
    };
    let mut what = format!("#{} {act}: {}", row.id, clip(&row.subject, SUBJECT_UNITS));
    if row.outcome == ActOutcome::Refused.as_str() {
        what += &format!(" · {}", say!(voice, "audit-refused"));
    } else if row.outcome == ActOutcome::Failed.as_str() {
        what += &format!(" · {}", say!(voice, "audit-failed"));
    }
    let whence = format!("{} {}", row.door, row.origin);
    let who = format!(
        "{} · {} · {}",
        voice.ago_and_when(row.at),
        clip(&row.actor_name, NAME_UNITS),
        clip(whence.trim(), NAME_UNITS),
    );
    let html = Html::new().line().text(&what);
    let html = match clip(&row.detail, room) {
        detail if detail.is_empty() => html,
        detail => html.line().text(&detail),
    };
    html.line().italic(&who)
}
