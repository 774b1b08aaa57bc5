//! `/incident`: those that are open, a page at a time.

use super::{
    Html, Message, Voice,
    alert::emoji,
    buttons::{self, INCIDENTS, IncidentsPress},
    clip, finding, say,
};
use crate::domain::{Incident, Silence};

/// As many as a phone shows at once.
pub const PAGE: i64 = 6;
const MESSAGE_UNITS: usize = 160;

/// One page of the open incidents.
pub struct Page {
    pub incidents: Vec<Incident>,
    /// How many come before these.
    pub offset: i64,
    pub all: i64,
    pub silences: Vec<Silence>,
}

pub fn incidents(voice: &Voice, page: &Page) -> Message {
    if page.incidents.is_empty() {
        return Html::new().text(&say!(voice, "incidents-none")).into();
    }
    let shown = i64::try_from(page.incidents.len()).unwrap_or(i64::MAX);
    let html = Html::new().bold(&say!(
        voice,
        "open-incidents",
        first = page.offset + 1,
        last = page.offset + shown,
        all = page.all
    ));
    let lines: Vec<Html> = page
        .incidents
        .iter()
        .map(|incident| {
            line(
                voice,
                incident,
                Silence::of(&page.silences, incident, voice.now),
            )
        })
        .collect();
    let message = Message::from(html.list(voice, &lines, "/incident"));
    let back = (page.offset > 0).then(|| (page.offset - PAGE).max(0));
    let next = Some(page.offset + PAGE).filter(|next| *next < page.all);
    message.with_buttons(buttons::pager(
        INCIDENTS,
        back.map(|offset| (say!(voice, "button-back"), IncidentsPress::Turn(offset))),
        next.map(|offset| (say!(voice, "button-next"), IncidentsPress::Turn(offset))),
    ))
}

fn line(voice: &Voice, incident: &Incident, silence: Option<&Silence>) -> Html {
    let life = &incident.life;
    let found = finding(voice, incident.finding.as_ref(), &incident.message);
    let mut state = vec![say!(voice, "since", at = voice.moment(life.opened_at))];
    if let Some(mark) = &life.acknowledged {
        state.push(format!("👀 {}", clip(&mark.by.name, 30)));
    }
    if let Some(silence) = silence {
        state.push(format!("🔕 {}", voice.moment(silence.ends_at)));
    }
    Html::new()
        .line()
        .text(&format!("{} ", emoji(life.severity)))
        .text(&clip(&found, MESSAGE_UNITS))
        .line()
        .text(&format!("/incident_{} ", incident.id))
        .italic(&state.join(" · "))
}
