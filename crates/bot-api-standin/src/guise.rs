//! Messages whose words are not simply somebody's own of this moment, as the Bot API tells of them.

use std::time::Duration;

/// How a message came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guise {
    /// By an administrator who hides behind the group.
    Anonymous,
    /// In the name of a channel that the person has.
    Channel(i64),
    /// Put by Telegram into the group that belongs to a channel, when that channel got it as a post.
    LinkedChannel(i64),
    /// Somebody else's words.
    Forwarded,
    /// The same, as servers older than Bot API 7.0 tell of it.
    ForwardedOldStyle,
    /// Made with the help of an inline bot.
    ViaBot,
    /// Sent by Telegram at a time that was set.
    Scheduled,
    /// The words stand below a picture.
    Caption,
    /// Written so long ago.
    Old(Duration),
}
