//! How an incident ended: its checks passed, a person closed it, or its check was removed.

use super::{TEXT_UNITS, found};
use crate::{
    domain::{Arg, End, Finding, Incident},
    views::{Html, Voice, clip, finding, say},
};

/// Marks an incident that is closed although nobody knows if the fault is over.
pub const UNWATCHED: &str = "⏹";
/// Marks an incident that a person has closed.
pub const BY_HAND: &str = "☑️";

/// The findings that are about one figure, and the name of that figure.
const ABOUT: [(&str, &str); 7] = [
    ("finding-cash-low", "balance"),
    ("finding-growth-over", "size_mb"),
    ("finding-growth-over-and-growing", "size_mb"),
    ("finding-ingest-rate", "success_rate_pct"),
    ("finding-latency-slow", "current_p95_ms"),
    ("finding-latency-slow-open", "current_p95_ms"),
    ("finding-scheduler-below", "on_time_pct"),
];

/// The symbol of an end.
pub fn end_mark(end: &End) -> &'static str {
    match end {
        End::Passed { .. } => "✅",
        End::ByHand(_) => BY_HAND,
        End::Unwatched { .. } => UNWATCHED,
    }
}

/// The first line of what tells of the end.
pub(super) fn ended_header(voice: &Voice, incident: &Incident, end: &End) -> Html {
    let title = match end {
        End::Passed { .. } => say!(voice, "resolved"),
        End::ByHand(mark) => say!(voice, "closed-by", name = mark.by.name.clone()),
        End::Unwatched { .. } => say!(voice, "unwatched"),
    };
    Html::new()
        .text(end_mark(end))
        .text(" ")
        .bold(&title)
        .text(&format!(" | {}", incident.source))
        .line()
        .line()
}

/// How things are now, as far as that is known, and how they were. `is_news` when it is told at the moment of the end.
pub(super) fn then_and_now(voice: &Voice, incident: &Incident, end: &End, is_news: bool) -> Html {
    let was = found(voice, incident);
    let lines = match end {
        End::Passed { .. } => passed(voice, incident, was),
        End::ByHand(_) if incident.life.passes > 0 => {
            vec![
                say!(voice, "closed-while-passing"),
                say!(voice, "was", finding = was),
            ]
        }
        End::ByHand(_) if is_news => vec![say!(voice, "closed-while-failing", finding = was)],
        End::ByHand(_) => vec![say!(voice, "closed-when-failing", finding = was)],
        End::Unwatched { .. } => vec![
            say!(voice, "was", finding = was),
            say!(voice, "check-is-gone"),
        ],
    };
    Html::new().text(&lines.join("\n")).line()
}

fn passed(voice: &Voice, incident: &Incident, was: String) -> Vec<String> {
    let was = say!(voice, "was", finding = was);
    let Some(end) = &incident.end_finding else {
        return vec![was];
    };
    let change = incident.finding.as_ref().and_then(|was| change(was, end));
    let Some(Change { of, before, after }) = change else {
        let now = clip(&finding(voice, end, &end.key), TEXT_UNITS);
        return vec![say!(voice, "now", finding = now), was];
    };
    let (before, now) = (voice.figure(before), voice.figure(after));
    vec![match of.map(|of| voice.figure(of)) {
        Some(of) => say!(
            voice,
            "now-and-before-of",
            of = of,
            now = now,
            before = before
        ),
        None => say!(voice, "now-and-before", now = now, before = before),
    }]
}

struct Change<'a> {
    /// The marketplace that the figure is of.
    of: Option<&'a Arg>,
    before: &'a Arg,
    after: &'a Arg,
}

/// The same figure before and after; `None` if the findings are not about one.
fn change<'a>(was: &'a Finding, now: &'a Finding) -> Option<Change<'a>> {
    let (_, name) = ABOUT.iter().find(|(key, _)| *key == was.key)?;
    let of = was.args.get("marketplace");
    let after = if of == now.args.get("marketplace") {
        now.args.get(*name)
    } else {
        figure_of(now, name, of?)
    };
    Some(Change {
        of,
        before: was.args.get(*name)?,
        after: after?,
    })
}

/// The figure of one marketplace, or of all together, in a finding that is about another.
fn figure_of<'a>(found: &'a Finding, name: &str, marketplace: &Arg) -> Option<&'a Arg> {
    let Arg::Text(marketplace) = marketplace else {
        return found.args.get("total");
    };
    let Arg::Each(each) = found.args.get(&format!("{name}s"))? else {
        return None;
    };
    each.iter()
        .find(|(one, _)| one == marketplace)
        .map(|(_, figure)| figure)
}

pub(super) fn lasted(voice: &Voice, incident: &Incident) -> String {
    say!(
        voice,
        "lasted",
        duration = voice.duration(incident.life.lasted(voice.now))
    )
}
