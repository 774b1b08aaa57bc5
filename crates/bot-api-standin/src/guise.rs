//! Messages that are not simply typed by their sender just now (forwarded, edited, scheduled), in the Bot API's form.

use std::time::Duration;

/// How a message came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guise {
    /// By an administrator who posts as the group.
    Anonymous,
    /// By a person who posts as their channel.
    Channel(i64),
    /// Forwarded by Telegram from a channel to its linked group.
    LinkedChannel(i64),
    /// A forwarded message.
    Forwarded,
    /// The same, in the form of servers older than Bot API 7.0.
    ForwardedOldStyle,
    /// Made with the help of an inline bot.
    ViaBot,
    /// Sent by Telegram at a time that was set.
    Scheduled,
    /// The text is the caption of a picture.
    Caption,
    /// Written this long ago.
    Old(Duration),
}
