//! What a run of an action would do.

use super::{Html, Voice, clip, say};
use crate::domain::{Plan, fits, megabytes, room_to_rewrite};

const WORDS_UNITS: usize = 1000;
const NAME_UNITS: usize = 100;

/// Below what is said of the action.
pub fn plan(voice: &Voice, plan: &Plan) -> Html {
    let size = |bytes: u64| voice.size(megabytes(i64::try_from(bytes).unwrap_or(i64::MAX)));
    let html = Html::new();
    match plan {
        Plan::Rewrite {
            size: now,
            unused,
            free,
        } => {
            let room = match free {
                Some(free) => say!(
                    voice,
                    "plan-room",
                    needed = size(room_to_rewrite(*now)),
                    free = size(*free)
                ),
                None => say!(
                    voice,
                    "plan-room-unknown",
                    needed = size(room_to_rewrite(*now))
                ),
            };
            let html = html
                .text(&say!(
                    voice,
                    "plan-pages",
                    size = size(*now),
                    unused = size(*unused)
                ))
                .line()
                .text(&room)
                .line();
            match fits(*now, *free) {
                Ok(()) => html.text(&say!(voice, "plan-lock-all")),
                Err(_) => html.text(&say!(voice, "plan-no-room")),
            }
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
