//! Commands that were ignored because they may not be meant, or not now.

use super::{Html, Message, Voice, clip, say};

/// More than these are counted.
const LINES: usize = 10;
/// How much of a command is repeated.
const COMMAND_UNITS: usize = 80;

pub struct Line<'a> {
    pub command: &'a str,
    pub why: String,
}

/// `left_out` are those that came on top of all that is heard at once.
pub fn ignored(voice: &Voice, lines: &[Line<'_>], left_out: usize) -> Message {
    let mut html = Html::new().bold(&say!(voice, "ignored"));
    for line in lines.iter().take(LINES) {
        html = html
            .line()
            .code(&clip(line.command, COMMAND_UNITS))
            .text(" — ")
            .text(&line.why);
    }
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        html = html.line().text(&say!(voice, "ignored-more", count = more));
    }
    if left_out > 0 {
        html = html
            .line()
            .text(&say!(voice, "ignored-left-out", count = left_out));
    }
    html.line().text(&say!(voice, "ignored-advice")).into()
}
