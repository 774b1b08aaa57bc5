//! The legend: explains the lines and marks of a plot, on as many rows as needed.

use super::{
    Canvas, LABEL, Look, MARGIN, Panel, Plot, WIDTH,
    canvas::{clipped, colour},
    plot::mark,
};
use crate::views::{Voice, say};

const ROW: f64 = 54.0;
const SWATCH: f64 = 58.0;
const SPACE: f64 = 14.0;
const BETWEEN: f64 = 36.0;

enum Swatch {
    Line(Look),
    Limit,
    Beyond,
    Unmeasured,
    None,
}

pub struct Legend {
    rows: Vec<Vec<(Swatch, String)>>,
}

impl Legend {
    pub fn of(voice: &Voice, panel: &Panel) -> Self {
        let Panel::Plot(plot) = panel else {
            return Self { rows: Vec::new() };
        };
        let room = WIDTH - 2.0 * MARGIN;
        let mut rows: Vec<Vec<(Swatch, String)>> = Vec::new();
        let mut used = room;
        for (swatch, text) in entries(voice, plot) {
            let text = clipped(&text, LABEL, room - SWATCH - SPACE);
            let width = swatch.width() + LABEL.width_of(&text);
            if used + BETWEEN + width > room {
                rows.push(Vec::new());
                used = 0.0;
            } else {
                used += BETWEEN;
            }
            used += width;
            if let Some(row) = rows.last_mut() {
                row.push((swatch, text));
            }
        }
        Self { rows }
    }

    pub fn height(&self) -> f64 {
        self.rows.iter().map(|_| ROW).sum::<f64>() + SPACE
    }

    pub fn draw(&self, canvas: &mut Canvas, top: f64) {
        let mut middle = top + ROW / 2.0;
        for row in &self.rows {
            let mut x = MARGIN;
            for (swatch, text) in row {
                swatch.draw(canvas, x, middle);
                x += swatch.width();
                canvas.text(x, middle + 12.0, LABEL, text);
                x += LABEL.width_of(text) + BETWEEN;
            }
            middle += ROW;
        }
    }
}

fn entries(voice: &Voice, plot: &Plot) -> Vec<(Swatch, String)> {
    let mut entries: Vec<(Swatch, String)> = plot
        .lines
        .iter()
        .filter_map(|line| Some((Swatch::Line(line.look), line.name.clone()?)))
        .collect();
    if let Some(limit) = &plot.limit {
        entries.push((Swatch::Limit, limit.label.clone()));
        let mut daily = plot.lines.iter().filter(|line| line.is_daily);
        let is_exceeded = daily.any(|line| {
            let mut values = line.points.iter().filter_map(|(_, value)| *value);
            values.any(|value| value.is_finite() && !limit.is_kept_by(value))
        });
        let beyond = limit.beyond.clone().filter(|_| is_exceeded);
        entries.extend(beyond.map(|beyond| (Swatch::Beyond, beyond)));
    }
    if !plot.unmeasured.is_empty() {
        entries.push((Swatch::Unmeasured, say!(voice, "chart-unmeasured")));
    }
    entries.extend(plot.remark.clone().map(|remark| (Swatch::None, remark)));
    entries
}

impl Swatch {
    fn width(&self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Beyond => 40.0 + SPACE,
            _ => SWATCH + SPACE,
        }
    }

    fn draw(&self, canvas: &mut Canvas, x: f64, y: f64) {
        let (left, right) = (x, x + SWATCH);
        match self {
            Self::Line(look) => {
                canvas.path(&[(left, y), (right, y)], look.width(), look.colour());
                mark(canvas, (f64::midpoint(left, right), y), 11.0, *look);
            }
            Self::Limit => canvas.dashes((left, right), y, 5.0, colour::LIMIT),
            Self::Beyond => super::plot::cross(canvas, (x + 20.0, y), 13.0),
            Self::Unmeasured => {
                canvas.rectangle((left, y - 18.0), (right, y + 18.0), colour::BAND);
            }
            Self::None => {}
        }
    }
}
