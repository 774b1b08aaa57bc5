//! The predicted effect of an action.

use super::{Html, Voice, clip, say};
use crate::domain::{DiskSpace, Plan, megabytes};

const WORDS_UNITS: usize = 1000;
const NAME_UNITS: usize = 100;

/// Follows the description of the action.
pub fn plan(voice: &Voice, plan: &Plan) -> Html {
    let size = |bytes| size(voice, bytes);
    let html = Html::new();
    match plan {
        Plan::Rewrite {
            size: now,
            unused,
            rooms,
        } => {
            let html = html.text(&say!(
                voice,
                "plan-pages",
                size = size(*now),
                unused = size(*unused)
            ));
            with_rooms(voice, html, rooms)
        }
        Plan::Shrink { size: now, unused } => html
            .text(&say!(
                voice,
                "plan-pages",
                size = size(*now),
                unused = size(*unused)
            ))
            .line()
            .text(&say!(voice, "plan-in-place"))
            .line()
            .text(&say!(voice, "plan-lock-all")),
        Plan::Sweep { size: now } => html
            .text(&say!(voice, "plan-size", size = size(*now)))
            .line()
            .text(&say!(voice, "plan-lock-none")),
        Plan::Command(words) => html
            .text(&say!(voice, "plan-command"))
            .line()
            .code(&clip(&serde_json::json!(words).to_string(), WORDS_UNITS)),
        Plan::Call { method, address } => html
            .text(&say!(voice, "plan-call"))
            .line()
            .code(&clip(&format!("{method} {address}"), WORDS_UNITS)),
        Plan::RestartUnit { unit } => html
            .text(&say!(voice, "plan-restart-unit"))
            .line()
            .code(&clip(unit, WORDS_UNITS)),
        Plan::EndSession {
            session,
            user,
            application,
            state,
            query,
            busy,
        } => {
            let busy = chrono::Duration::from_std(*busy).unwrap_or(chrono::Duration::MAX);
            let named = |name: &str| clip(name, NAME_UNITS);
            html.text(&say!(
                voice,
                "plan-end-session",
                pid = session.pid.to_string(),
                user = named(user),
                application = named(application),
                state = named(state),
                busy = voice.duration(busy)
            ))
            .line()
            .code(&clip(query, WORDS_UNITS))
        }
        Plan::Tell { chat } => html.text(&say!(voice, "plan-tell", chat = chat.clone())),
        Plan::Reload { incidents } => {
            let count = i64::try_from(*incidents).unwrap_or(i64::MAX);
            html.text(&say!(voice, "plan-reload", count = count))
        }
        Plan::InVain(why) => {
            let why = clip(why, WORDS_UNITS);
            html.text(&say!(voice, "plan-in-vain", why = why))
        }
    }
}

/// The needed and free space of each disk, and which is short.
fn with_rooms(voice: &Voice, html: Html, rooms: &[DiskSpace]) -> Html {
    let place = |room: &DiskSpace| clip(&room.path.display().to_string(), NAME_UNITS);
    let html = rooms.iter().fold(html, |html, room| {
        let (place, needed) = (place(room), size(voice, room.needed));
        html.line().text(&match room.free {
            Some(free) => {
                let free = size(voice, free);
                say!(
                    voice,
                    "plan-room",
                    place = place,
                    needed = needed,
                    free = free
                )
            }
            None => say!(voice, "plan-room-unknown", place = place, needed = needed),
        })
    });
    let mut lacking = rooms.iter().filter(|room| room.is_short()).peekable();
    if lacking.peek().is_none() {
        return html.line().text(&say!(voice, "plan-lock-all"));
    }
    lacking.fold(html, |html, room| {
        let said = say!(voice, "plan-no-room", place = place(room));
        html.line().text(&said)
    })
}

fn size(voice: &Voice, bytes: u64) -> String {
    voice.size(megabytes(i64::try_from(bytes).unwrap_or(i64::MAX)))
}
