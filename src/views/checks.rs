//! `/run`: what the detectors found.

use std::time::Duration;

use super::{Html, Message, alert::emoji, clip};
use crate::domain::{Check, Status};

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
    let count = |status| checks.iter().filter(|check| check.status == status).count();
    let mut summary = format!(
        "{} passed, {} failed",
        count(Status::Pass),
        count(Status::Fail)
    );
    if count(Status::NotMeasured) > 0 {
        summary += &format!(", {} not measured", count(Status::NotMeasured));
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
