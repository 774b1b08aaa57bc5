//! `/audit`: the audit, page by page.

mod naming;

pub use self::naming::{AuditNames, Subject as AuditSubject};
use super::{
    Html, Message, Voice,
    buttons::{self, AuditPress},
    clip, history, say,
};
use crate::{
    db::{AuditRow, Page},
    domain::{Act, ActOutcome},
};

const NAME_UNITS: usize = 60;
const SUBJECT_UNITS: usize = 80;
const DETAIL_UNITS: usize = 120;
/// The length of a row without its detail.
const ROW_UNITS: usize = 270;

/// `count` rows were asked for.
pub fn audit(voice: &Voice, page: &Page<AuditRow>, count: i64, names: &AuditNames) -> Message {
    let (Some(first), Some(last)) = (page.rows.first(), page.rows.last()) else {
        return Html::new().text(&say!(voice, "audit-none")).into();
    };
    let room = history::room(page.rows.len(), ROW_UNITS);
    let lines: Vec<Html> = page
        .rows
        .iter()
        .map(|row| line(voice, row, names, room.min(DETAIL_UNITS)))
        .collect();
    let page = history::Page {
        title: &say!(voice, "audit-title"),
        lines: &lines,
        ends: (first.id, last.id),
        newer: page.newer,
        older: page.older,
        command: "/audit",
        button: buttons::AUDIT,
    };
    history::page(voice, &page, |turn| AuditPress { count, turn })
}

fn line(voice: &Voice, row: &AuditRow, names: &AuditNames, room: usize) -> Html {
    // A later version may have other operations.
    let act = match row.act.parse::<Act>() {
        Ok(act) => voice.text(&format!("act-{}", act.as_str().replace('_', "-")), &[]),
        Err(_) => clip(&row.act, NAME_UNITS),
    };
    let subject = naming::subject(voice, row, names);
    let mut what = format!("#{} {act}: {}", row.id, clip(&subject, SUBJECT_UNITS));
    if row.outcome == ActOutcome::Refused.as_str() {
        what += &format!(" · {}", say!(voice, "audit-refused"));
    } else if row.outcome == ActOutcome::Failed.as_str() {
        what += &format!(" · {}", say!(voice, "audit-failed"));
    }
    let place = naming::place(voice, row, names);
    let who = format!(
        "{} · {} · {}",
        voice.ago_and_when(row.at),
        clip(&row.actor_name, NAME_UNITS),
        clip(&place, NAME_UNITS),
    );
    let html = Html::new().line().text(&what);
    let html = match clip(&naming::detail(voice, row), room) {
        detail if detail.is_empty() => html,
        detail => html.line().text(&detail),
    };
    html.line().italic(&who)
}

/// Copying the audit fails.
pub fn audit_log_broken(voice: &Voice, log: &str, why: &str) -> Message {
    let (log, why) = (clip(log, NAME_UNITS), clip(why, DETAIL_UNITS));
    let said = say!(voice, "audit-log-broken", log = log, why = why);
    Html::new().text(&said).into()
}

/// Copying works again.
pub fn audit_log_back(voice: &Voice) -> Message {
    Html::new().text(&say!(voice, "audit-log-back")).into()
}
