//! Tells commands that the sender may not have meant, or not now. Such a question is still answered; such a change is
//! not made.

use chrono::{DateTime, Duration, Utc};

use crate::telegram::Message;

/// A command that was delayed for longer may be outdated. Most outages of Telegram and restarts of the program are
/// shorter.
const OLD: Duration = Duration::minutes(5);
/// Both sides have a resolution of seconds, and an answer takes time.
const CLOSE: Duration = Duration::minutes(1);

/// The reason why the sender may not mean a command now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unintended {
    Forwarded,
    /// Written by another bot (inline mode).
    ViaBot,
    Edited,
    /// Sent by Telegram at a scheduled time.
    Scheduled,
    /// The caption of a picture or a file, where a command is easily sent by mistake.
    Caption,
    /// Written this long ago.
    Old(Duration),
}

/// The reason why a command of this age may not be meant, if there is one.
pub fn unintended(message: &Message, edited: bool, age: Duration) -> Option<Unintended> {
    if message.was_forwarded() {
        Some(Unintended::Forwarded)
    } else if message.came_via_a_bot() {
        Some(Unintended::ViaBot)
    } else if edited || message.was_edited() {
        Some(Unintended::Edited)
    } else if message.was_scheduled() {
        Some(Unintended::Scheduled)
    } else if message.text.is_none() {
        Some(Unintended::Caption)
    } else if age > OLD {
        Some(Unintended::Old(age))
    } else {
        None
    }
}

/// The age of a message written at `date`, in Unix seconds of Telegram's clock. Of the two clocks, the Bot API's and
/// this machine's, either may be wrong, and a wrong one must not cause every command to be refused: the smaller age
/// counts. A clock that shows the message in the future is behind, and is ignored.
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
