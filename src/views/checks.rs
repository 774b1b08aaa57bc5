//! `/run`: the results of the detectors.

use std::time::Duration;

use super::{Html, Message, Voice, alert::emoji, clip, finding, say};
use crate::domain::{Check, Status, Tally};

const MESSAGE_UNITS: usize = 400;

pub fn running(voice: &Voice, count: usize, elapsed: Duration) -> Message {
    let html = Html::new().text(&say!(voice, "checks-running", count = count));
    match elapsed.as_secs() {
        0 => html,
        seconds => html.text(" ").text(&say!(
            voice,
            "seconds",
            seconds = voice.number(i64::try_from(seconds).unwrap_or(i64::MAX))
        )),
    }
    .into()
}

pub fn checks(voice: &Voice, checks: &[Check], took: Duration) -> Message {
    let tally = Tally::of(checks);
    let mut summary = say!(
        voice,
        "checks-done",
        passed = tally.passed,
        failed = tally.failed
    );
    if tally.not_measured > 0 {
        summary += &say!(voice, "checks-not-measured", count = tally.not_measured);
    }
    let took = say!(
        voice,
        "checks-took",
        seconds = voice.decimal(took.as_secs_f64(), 1)
    );
    let lines: Vec<Html> = checks.iter().map(|check| line(voice, check)).collect();
    Html::new()
        .bold(&summary)
        .text(" ")
        .text(&took)
        .list(voice, &lines, &say!(voice, "run-one"))
        .into()
}

fn line(voice: &Voice, check: &Check) -> Html {
    let mark = match check.status {
        Status::Pass => "✅",
        Status::NotMeasured => "➖",
        Status::Fail => emoji(check.severity),
    };
    let found = finding(voice, &check.finding, &check.message);
    Html::new()
        .line()
        .text(&format!("{mark} "))
        .bold(&check.source)
        .line()
        .text(&clip(&found, MESSAGE_UNITS))
}
