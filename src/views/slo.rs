//! `/slo`.

use super::{Html, Message, Voice, say};
use crate::domain::{Compliance, Measure, MeasureStatus};

/// How a measure's figures are written, and on which side of its target they belong.
#[derive(Clone, Copy)]
enum Unit {
    AtLeastPercent,
    AtMostMilliseconds,
}

/// Short enough for a caption: it goes below the picture.
pub fn slo(voice: &Voice, compliance: &Compliance) -> Message {
    let mark = if compliance.overall_pass {
        "✅"
    } else {
        "❌"
    };
    let mut days = say!(
        voice,
        "slo-days",
        from = voice.day(compliance.from),
        to = voice.day(compliance.to),
        count = compliance.days_analyzed
    );
    if compliance.days_pending > 0 {
        days += &say!(voice, "slo-pending", count = compliance.days_pending);
    }
    let nothing_due = compliance.days_analyzed == 0 && compliance.days_pending > 0;
    let measures = [
        (
            say!(voice, "slo-ingest"),
            &compliance.ingest,
            Unit::AtLeastPercent,
        ),
        (
            say!(voice, "slo-scheduler"),
            &compliance.scheduler,
            Unit::AtLeastPercent,
        ),
        (
            say!(voice, "slo-latency"),
            &compliance.api_latency,
            Unit::AtMostMilliseconds,
        ),
    ];
    let lines =
        measures.map(|(name, measure, unit)| line(voice, &name, measure, unit, nothing_due));
    Html::caption()
        .text(mark)
        .text(" ")
        .bold(&say!(voice, "slo-title"))
        .line()
        .text(&days)
        .line()
        .list(voice, &lines, "/help")
        .into()
}

fn line(voice: &Voice, name: &str, measure: &Measure, unit: Unit, nothing_due: bool) -> Html {
    let mark = match measure.pass {
        Some(true) => "✅",
        Some(false) => "❌",
        None => "➖",
    };
    let figure = match (measure.status, measure.actual) {
        (MeasureStatus::NotMeasured, _) => say!(voice, "slo-not-measured"),
        (_, None) if nothing_due => say!(voice, "slo-not-due"),
        (_, None) => say!(voice, "slo-no-data"),
        (_, Some(actual)) => match unit {
            Unit::AtLeastPercent => voice.percent(actual),
            Unit::AtMostMilliseconds => voice.milliseconds(actual),
        },
    };
    let target = voice.plain(measure.target);
    let target = match unit {
        Unit::AtLeastPercent => format!("≥ {}", say!(voice, "percent", amount = target)),
        Unit::AtMostMilliseconds => format!("≤ {}", say!(voice, "milliseconds", amount = target)),
    };
    Html::new()
        .text(&format!("{mark} {name}: "))
        .bold(&figure)
        .text(" ")
        .text(&say!(voice, "slo-target", target = target))
}
