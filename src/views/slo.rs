//! `/slo`.

use super::{Html, Message};
use crate::domain::{Compliance, Measure, MeasureStatus};

pub fn slo(compliance: &Compliance) -> Message {
    let mark = if compliance.overall_pass {
        "✅"
    } else {
        "❌"
    };
    let pending = match compliance.days_pending {
        0 => String::new(),
        days => format!(", {days} not due yet"),
    };
    let nothing_due = compliance.days_analyzed == 0 && compliance.days_pending > 0;
    let lines = [
        target(
            "Ingest success",
            &compliance.ingest,
            ("≥", "%"),
            nothing_due,
        ),
        target(
            "Scheduler on time",
            &compliance.scheduler,
            ("≥", "%"),
            nothing_due,
        ),
        target(
            "API latency p95",
            &compliance.api_latency,
            ("≤", " ms"),
            nothing_due,
        ),
    ];
    Html::new()
        .text(mark)
        .text(" ")
        .bold("Service levels")
        .line()
        .text(&format!(
            "{} to {}: {} days{pending}",
            compliance.from, compliance.to, compliance.days_analyzed
        ))
        .line()
        .lines(&lines, "/help")
        .into()
}

fn target(name: &str, measure: &Measure, (sign, unit): (&str, &str), nothing_due: bool) -> Html {
    let mark = match measure.pass {
        Some(true) => "✅",
        Some(false) => "❌",
        None => "➖",
    };
    let figure = match (measure.status, measure.actual) {
        (MeasureStatus::NotMeasured, _) => "not measured".to_owned(),
        (_, None) if nothing_due => "not due yet".to_owned(),
        (_, None) => "no data".to_owned(),
        (_, Some(actual)) => format!("{actual:.2}{unit}"),
    };
    Html::new()
        .text(&format!("{mark} {name}: "))
        .bold(&figure)
        .text(&format!(" (target {sign} {}{unit})", measure.target))
}
