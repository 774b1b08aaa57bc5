//! `/run`: the results of the detectors.

use std::time::Duration;

use super::{Html, Message, Voice, alert::emoji, clip, finding, say};
use crate::domain::{Check, Status, Tally, Timestamp};

const MESSAGE_UNITS: usize = 400;
/// A line or two on a phone, for each of many.
const LISTED_UNITS: usize = 120;

/// A check, the beginning and the result of its newest run, and about when it runs next.
pub struct ListedCheck<'a> {
    pub name: &'a str,
    pub last: Option<(Timestamp, &'a Check)>,
    pub next: Option<Timestamp>,
}

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

/// Every check with its newest result.
pub fn listed_checks(voice: &Voice, checks: &[ListedCheck<'_>]) -> Message {
    let lines: Vec<Html> = checks.iter().map(|check| listed(voice, check)).collect();
    let title = say!(voice, "checks-title", count = checks.len());
    Html::new()
        .bold(&title)
        .list(voice, &lines, &say!(voice, "run-one"))
        .into()
}

fn listed(voice: &Voice, check: &ListedCheck<'_>) -> Html {
    let (mark, found, ran) = match check.last {
        Some((at, result)) => (
            mark(result),
            finding(voice, &result.finding, &result.message),
            voice.ago(at),
        ),
        None => ("➖", String::new(), say!(voice, "check-not-run")),
    };
    let next = check.next.filter(|next| *next > voice.now);
    let next = next.map_or_else(String::new, |next| {
        say!(voice, "check-next", at = voice.moment(next))
    });
    let html = Html::new()
        .line()
        .text(&format!("{mark} "))
        .bold(check.name)
        .text(&format!(" · {ran}{next}"));
    if found.is_empty() {
        html
    } else {
        html.line().text(&clip(&found, LISTED_UNITS))
    }
}

fn mark(check: &Check) -> &'static str {
    match check.status {
        Status::Pass => "✅",
        Status::NotMeasured => "➖",
        Status::Fail => emoji(check.severity),
    }
}

fn line(voice: &Voice, check: &Check) -> Html {
    let mark = mark(check);
    let found = finding(voice, &check.finding, &check.message);
    Html::new()
        .line()
        .text(&format!("{mark} "))
        .bold(&check.source)
        .line()
        .text(&clip(&found, MESSAGE_UNITS))
}
