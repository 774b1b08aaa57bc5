//! The size of the database.

use chrono::{NaiveDate, NaiveTime};

use super::{Figure, Limit, Line, Look, Panel, Plot, Unit};
use crate::{
    domain::{Timestamp, megabytes},
    views::{Voice, say},
};

/// Finer than this the picture is not.
const SAMPLES_A_DAY: f64 = 24.0;
/// Samples further apart than this, in days, are not joined: nothing was measured between them.
const GAP: f64 = 1.0;

/// `None` without samples. They come in their order, in bytes.
pub fn size(
    voice: &Voice,
    from: NaiveDate,
    samples: &[(Timestamp, i64)],
    threshold_mb: f64,
) -> Option<Panel> {
    let (_, newest) = samples.last()?;
    let size = voice.size(megabytes(*newest));
    Some(Panel::Plot(Plot {
        title: say!(voice, "trend-size"),
        figure: Some(Figure {
            text: size,
            holds: Some(megabytes(*newest) <= threshold_mb),
        }),
        unit: Unit::Megabytes,
        lines: vec![Line {
            name: None,
            look: Look::Dots,
            points: points(voice, from, samples),
            is_daily: false,
        }],
        limit: Some(Limit {
            value: threshold_mb,
            at_least: false,
            label: say!(voice, "chart-threshold", amount = voice.size(threshold_mb)),
            beyond: None,
        }),
        unmeasured: Vec::new(),
        budget: None,
        remark: None,
    }))
}

fn points(voice: &Voice, from: NaiveDate, samples: &[(Timestamp, i64)]) -> Vec<(f64, Option<f64>)> {
    let beginning = from.and_time(NaiveTime::MIN);
    let mut points: Vec<(f64, Option<f64>)> = Vec::new();
    for (at, bytes) in samples {
        let local = at.utc().with_timezone(&voice.zone).naive_local();
        let seconds = i32::try_from((local - beginning).num_seconds()).unwrap_or(i32::MAX);
        let day = f64::from(seconds) / 86_400.0;
        match points.last() {
            Some((last, _)) if day - last > GAP => points.push((day, None)),
            // The newest sample of each span is kept.
            Some((last, _)) if same_span(*last, day) => {
                points.pop();
            }
            _ => {}
        }
        points.push((day, Some(megabytes(*bytes))));
    }
    points
}

fn same_span(one: f64, other: f64) -> bool {
    (one * SAMPLES_A_DAY)
        .floor()
        .total_cmp(&(other * SAMPLES_A_DAY).floor())
        .is_eq()
}
