//! `/run`: what the detectors found.

use std::time::Duration;

use super::{Html, Message, alert::emoji, clip};
use crate::domain::{Check, Status, Tally};

const MESSAGE_UNITS: usize = 400;

pub fn running(count: usize, elapsed: Duration) -> Message {
    let what = if count == 1 {
        "1 check".to_owned()
    } else {
        format!("{count} checks")
    };
    let since = match elapsed.as_secs() {
        0 => String::new(),
        seconds => format!(" {seconds}s"),
    };
    Html::new()
        .text(&format!("⏳ Running {what}…{since}"))
        .into()
}

pub fn checks(checks: &[Check], took: Duration) -> Message {
    let tally = Tally::of(checks);
    let mut summary = format!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.not_measured > 0 {
        summary += &format!(", {} not measured", tally.not_measured);
    }
    let lines: Vec<Html> = checks.iter().map(line).collect();
    Html::new()
        .bold(&summary)
        .text(&format!(" in {:.1}s", took.as_secs_f64()))
        .lines(&lines, "/run with a detector")
        .into()
}

fn line(check: &Check) -> Html {
    let mark = match check.status {
        Status::Pass => "✅",
        Status::NotMeasured => "➖",
        Status::Fail => emoji(check.severity),
    };
    Html::new()
        .line()
        .text(&format!("{mark} "))
        .bold(check.source)
        .line()
        .text(&clip(&check.message, MESSAGE_UNITS))
}
