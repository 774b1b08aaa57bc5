//! `/slo`.

use chrono::Duration;

use super::{Html, Message, Voice, say};
use crate::domain::{Compliance, Measure, MeasureStatus, Spending, Target};

/// How a measure's figures are written, and on which side of its target they belong.
#[derive(Clone, Copy)]
enum Unit {
    AtLeastPercent,
    AtMostMilliseconds,
}

/// Short enough for a caption: it goes below the picture.
pub fn slo(voice: &Voice, compliance: &Compliance) -> Message {
    let judged = compliance.targets().map(|(_, measure)| measure.pass);
    let mark = if judged.iter().all(Option::is_none) {
        mark(None)
    } else {
        mark(Some(compliance.overall_pass))
    };
    let measures = [
        (
            Target::IngestSuccessRate,
            &compliance.ingest,
            Unit::AtLeastPercent,
        ),
        (
            Target::SchedulerOnTime,
            &compliance.scheduler,
            Unit::AtLeastPercent,
        ),
        (
            Target::ApiLatency,
            &compliance.api_latency,
            Unit::AtMostMilliseconds,
        ),
    ];
    let lines = measures.map(|(target, measure, unit)| {
        let nothing_yet = match target {
            Target::IngestSuccessRate => nothing_yet(voice, compliance),
            Target::SchedulerOnTime | Target::ApiLatency => None,
        };
        let line = line(voice, &name(voice, target), measure, unit, nothing_yet);
        match &measure.spending {
            Some(spending) => line.line().text(&budget(voice, spending)),
            None => line,
        }
    });
    Html::caption()
        .text(mark)
        .text(" ")
        .bold(&say!(voice, "slo-title"))
        .line()
        .text(&days(voice, compliance))
        .line()
        .list(voice, &lines, "/help")
        .into()
}

/// The range, and the days in it that do not count.
fn days(voice: &Voice, compliance: &Compliance) -> String {
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
    if compliance.days_forgotten > 0 {
        days += &say!(voice, "slo-forgotten", count = compliance.days_forgotten);
    }
    if let Some(from) = compliance
        .counted_from
        .filter(|_| compliance.days_before_sales > 0)
    {
        days += &say!(voice, "slo-counted-from", day = voice.day(from));
    }
    days
}

/// The reason why sales have no figure although they are measured.
fn nothing_yet(voice: &Voice, compliance: &Compliance) -> Option<String> {
    if compliance.days_analyzed > 0 {
        None
    } else if compliance.days_pending > 0 {
        Some(say!(voice, "slo-not-due"))
    } else if compliance.days_before_sales > 0 {
        Some(say!(voice, "slo-before-sales"))
    } else {
        None
    }
}

fn mark(pass: Option<bool>) -> &'static str {
    match pass {
        Some(true) => "✅",
        Some(false) => "❌",
        None => "➖",
    }
}

pub fn name(voice: &Voice, target: Target) -> String {
    match target {
        Target::ApiLatency => say!(voice, "slo-latency"),
        Target::IngestSuccessRate => say!(voice, "slo-ingest"),
        Target::SchedulerOnTime => say!(voice, "slo-scheduler"),
    }
}

/// The remaining error budget, and how long it lasts if it will run out within its period.
fn budget(voice: &Voice, spending: &Spending) -> String {
    let Some(left) = spending.budget.left() else {
        let bad = voice.plain(spending.budget.bad);
        return say!(voice, "slo-budget-none", bad = bad);
    };
    let share = say!(voice, "percent", amount = voice.decimal(left * 100.0, 1));
    let period = Duration::days(spending.period_days.into());
    match spending.lasts {
        Some(lasts) if lasts.is_zero() => say!(voice, "slo-budget-used-up", left = share),
        Some(lasts) if lasts < period => say!(
            voice,
            "slo-budget-lasts",
            left = share,
            lasts = voice.duration(lasts)
        ),
        _ => say!(voice, "slo-budget-left", left = share),
    }
}

fn line(
    voice: &Voice,
    name: &str,
    measure: &Measure,
    unit: Unit,
    nothing_yet: Option<String>,
) -> Html {
    let mark = mark(measure.pass);
    let figure = match (measure.status, measure.actual) {
        (MeasureStatus::NotMeasured, _) => {
            nothing_yet.unwrap_or_else(|| say!(voice, "slo-not-measured"))
        }
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
