//! Every message exists in both languages.

mod boundaries;
mod catalogues;
mod chat;
mod figures;
mod findings;
mod keys;
mod odd_findings;

use sovani_ops::{domain::Lang, views::Voice};

/// Noon of 2 October 2025 in Moscow.
pub fn voice(lang: Lang) -> Voice {
    Voice {
        lang,
        zone: chrono_tz::Europe::Moscow,
        now: "2025-10-02 09:00:00".parse().unwrap(),
    }
}
