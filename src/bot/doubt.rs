//! Whether a command is meant by its sender, and now. A question may be answered all the same; a deed is not done.

use chrono::{DateTime, Duration, Utc};

use crate::telegram::Message;

/// A deed that took longer than this to arrive may have been overtaken by what happened since. An outage of Telegram or a
/// restart of the program is mostly shorter.
const OLD: Duration = Duration::minutes(5);
/// Both sides tell whole seconds, and an answer takes some.
const CLOSE: Duration = Duration::minutes(1);

/// Why a command may not be what its sender means, or means now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    Forwarded,
    /// Put into words by another bot.
    ViaBot,
    Edited,
    /// Sent at a time that was set beforehand.
    Scheduled,
    /// Below a picture or a file, where a command is easily sent along by mistake.
    Caption,
    /// Written so long ago.
    Old(Duration),
}

/// What there is to doubt about a message that is so old.
pub fn doubt(message: &Message, edited: bool, age: Duration) -> Option<Doubt> {
    if message.was_forwarded() {
        Some(Doubt::Forwarded)
    } else if message.came_via_a_bot() {
        Some(Doubt::ViaBot)
    } else if edited || message.was_edited() {
        Some(Doubt::Edited)
    } else if message.was_scheduled() {
        Some(Doubt::Scheduled)
    } else if message.text.is_none() {
        Some(Doubt::Caption)
    } else if age > OLD {
        Some(Doubt::Old(age))
    } else {
        None
    }
}

/// How old a message is that was written at `date`, in Unix seconds of Telegram's clock. Of two clocks, the Bot API's and
/// this machine's, either may be wrong, and a wrong one must not have every command refused: the one counts by which the
/// message is younger. A clock by which it comes from the future is behind, and is not asked.
pub fn age(date: i64, clocks: [Option<DateTime<Utc>>; 2]) -> Duration {
    let Some(written) = DateTime::from_timestamp(date, 0).filter(|_| date > 0) else {
        return Duration::zero();
    };
    let ages = clocks
        .into_iter()
        .flatten()
        .map(|now| now.signed_duration_since(written));
    ages.filter(|age| *age > -CLOSE)
        .min()
        .map_or(Duration::zero(), |age| age.max(Duration::zero()))
}
