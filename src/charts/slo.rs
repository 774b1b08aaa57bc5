//! The picture of `/slo`.

use super::{Budget, Chart, Figure, Limit, Line, Look, Panel, Plot, Unit};
use crate::{
    domain::{Compliance, Daily, Measure, MeasureStatus, SloDays},
    views::{Voice, say},
};

/// A panel for each target that has been measured, a line for each that has not.
pub fn slo(voice: &Voice, compliance: &Compliance, days: &SloDays) -> Chart {
    Chart {
        title: say!(voice, "slo-title"),
        from: days.from,
        to: days.to,
        panels: vec![
            percent(
                voice,
                say!(voice, "slo-ingest"),
                &compliance.ingest,
                &days.ingest,
            ),
            percent(
                voice,
                say!(voice, "slo-scheduler"),
                &compliance.scheduler,
                &days.scheduler,
            ),
            latency(voice, &compliance.api_latency, &days.api_latency),
        ],
    }
}

fn percent(voice: &Voice, title: String, measure: &Measure, daily: &Daily) -> Panel {
    let target = say!(voice, "percent", amount = voice.plain(measure.target));
    let limit = Limit {
        value: measure.target,
        at_least: true,
        label: say!(voice, "chart-target", target = format!("≥ {target}")),
        beyond: Some(say!(voice, "chart-missed")),
    };
    let figure = measure.actual.map(|actual| voice.percent(actual));
    panel(voice, title, Unit::Percent, figure, limit, (measure, daily))
}

fn latency(voice: &Voice, measure: &Measure, daily: &Daily) -> Panel {
    let target = voice.milliseconds(measure.target);
    let limit = Limit {
        value: measure.target,
        at_least: false,
        label: say!(voice, "chart-target", target = format!("≤ {target}")),
        beyond: Some(say!(voice, "chart-missed")),
    };
    let figure = measure.actual.map(|actual| voice.milliseconds(actual));
    let title = say!(voice, "slo-latency");
    panel(
        voice,
        title,
        Unit::Milliseconds,
        figure,
        limit,
        (measure, daily),
    )
}

fn panel(
    voice: &Voice,
    title: String,
    unit: Unit,
    figure: Option<String>,
    limit: Limit,
    (measure, daily): (&Measure, &Daily),
) -> Panel {
    let is_measured = daily
        .figures
        .iter()
        .flatten()
        .any(|value| value.is_finite());
    if !is_measured {
        let text = match measure.status {
            MeasureStatus::NotMeasured => say!(voice, "slo-not-measured"),
            MeasureStatus::Ok | MeasureStatus::NoData => say!(voice, "slo-no-data"),
        };
        return Panel::Note { title, text };
    }
    Panel::Plot(Plot {
        title,
        figure: figure.map(|text| Figure {
            text,
            holds: measure.pass,
        }),
        unit,
        unmeasured: unmeasured(&daily.figures),
        lines: vec![Line::daily(None, Look::Dots, &daily.figures)],
        limit: Some(limit),
        budget: budget(voice, &daily.budget_left),
        remark: None,
    })
}

/// Days next to each other are one span.
fn unmeasured(figures: &[Option<f64>]) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    let mut day = 0.0;
    for figure in figures {
        if figure.is_none_or(|figure| !figure.is_finite()) {
            match spans.last_mut().filter(|(_, to)| *to >= day) {
                Some((_, to)) => *to = day + 1.0,
                None => spans.push((day, day + 1.0)),
            }
        }
        day += 1.0;
    }
    spans
}

fn budget(voice: &Voice, left: &[Option<f64>]) -> Option<Budget> {
    let now = left.iter().rev().flatten().find(|left| left.is_finite())?;
    Some(Budget {
        label: say!(
            voice,
            "chart-budget-left",
            left = voice.percent((now * 100.0).clamp(-1e6, 100.0))
        ),
        left: left.to_vec(),
    })
}

impl Line {
    /// A figure for each day, at its noon.
    pub fn daily(name: Option<String>, look: Look, figures: &[Option<f64>]) -> Self {
        Self {
            name,
            look,
            points: (0_u32..)
                .zip(figures)
                .map(|(day, figure)| (f64::from(day) + 0.5, *figure))
                .collect(),
            is_daily: true,
        }
    }
}
