//! The lines of one panel over its days.

use plotters::style::RGBColor;

use super::{
    Canvas, Chart, LABEL, Line, Look, MARGIN, Plot, Scale, WIDTH,
    canvas::colour,
    days::day_ticks,
    frame::Frame,
    scale::drawable,
    strip::{self, strip},
    unit::Measured,
};
use crate::views::Voice;

const HEIGHT: f64 = 300.0;
/// Marks at the edges must not be cut.
const INSET: f64 = 18.0;
const DAYS_HEIGHT: f64 = 60.0;
const BETWEEN_LABELS: f64 = 40.0;
/// Days closer together than this are not marked one by one.
const MARKED_FROM: f64 = 15.0;

pub fn height(shown: &Plot) -> f64 {
    HEIGHT + DAYS_HEIGHT + shown.budget.as_ref().map_or(0.0, |_| strip::HEIGHT)
}

pub fn plot(voice: &Voice, canvas: &mut Canvas, top: f64, chart: &Chart, shown: &Plot) {
    let measured = measured(voice, shown);
    let limit = shown.limit.as_ref().and_then(|limit| drawable(limit.value));
    let values = shown.lines.iter().flat_map(values).chain(limit);
    let scale = Scale::around(
        values.map(|value| value / measured.divisor),
        shown.unit.bounds(),
    );
    let labels: Vec<String> = scale
        .ticks
        .iter()
        .map(|tick| measured.tick(voice, *tick, scale.step))
        .collect();
    let widest = labels
        .iter()
        .chain(&strip::labels(voice, shown))
        .map(|label| LABEL.width_of(label))
        .fold(0.0, f64::max);
    let frame = Frame {
        left: MARGIN + widest + 20.0,
        right: WIDTH - MARGIN,
        days: chart.days(),
    };
    let bottom = top + HEIGHT;
    let y = |value: f64| {
        let room = HEIGHT - 2.0 * INSET;
        bottom - INSET - room * scale.place(value / measured.divisor)
    };
    for (from, to) in &shown.unmeasured {
        canvas.rectangle((frame.x(*from), top), (frame.x(*to), bottom), colour::BAND);
    }
    for (tick, label) in scale.ticks.iter().zip(&labels) {
        let y = y(tick * measured.divisor);
        canvas.line((frame.left, y), (frame.right, y), 2.0, colour::GRID);
        let x = frame.left - 20.0 - LABEL.width_of(label);
        canvas.text(x, y + 12.0, LABEL, label);
    }
    canvas.line(
        (frame.left, bottom),
        (frame.right, bottom),
        2.0,
        colour::RULE,
    );
    if let Some(limit) = limit {
        canvas.dashes((frame.left, frame.right), y(limit), 5.0, colour::LIMIT);
    }
    for line in &shown.lines {
        draw_line(canvas, &frame, y, line, shown);
    }
    let mut below = bottom;
    if let Some(budget) = &shown.budget {
        strip(voice, canvas, &frame, below, budget);
        below += strip::HEIGHT;
    }
    name_days(voice, canvas, &frame, below, chart);
}

/// In the panel's unit.
pub fn measured(voice: &Voice, shown: &Plot) -> Measured {
    let limit = shown.limit.as_ref().and_then(|limit| drawable(limit.value));
    let values = shown.lines.iter().flat_map(values).chain(limit);
    shown
        .unit
        .measured(voice, values.map(f64::abs).fold(0.0, f64::max))
}

fn values(line: &Line) -> impl Iterator<Item = f64> {
    let values = line.points.iter().filter_map(|(_, value)| *value);
    values.filter_map(drawable)
}

/// Unbroken pieces; a piece may be a single point.
fn pieces(line: &Line, days: f64) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = vec![Vec::new()];
    for (day, value) in &line.points {
        let is_shown = (0.0..=days).contains(day);
        match value.and_then(drawable).filter(|_| is_shown) {
            Some(value) => {
                if let Some(piece) = pieces.last_mut() {
                    piece.push((*day, value));
                }
            }
            None => pieces.push(Vec::new()),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn draw_line(
    canvas: &mut Canvas,
    frame: &Frame,
    y: impl Fn(f64) -> f64,
    line: &Line,
    shown: &Plot,
) {
    let marked = line.is_daily && frame.day_width() >= MARKED_FROM;
    let pieces = pieces(line, frame.days);
    for piece in &pieces {
        let points: Vec<(f64, f64)> = piece
            .iter()
            .map(|(day, value)| (frame.x(*day), y(*value)))
            .collect();
        canvas.path(&points, line.look.width(), line.look.colour());
        for point in &points {
            if marked || points.len() == 1 {
                mark(canvas, *point, 9.0, line.look);
            }
        }
    }
    let Some(limit) = shown.limit.as_ref().filter(|_| line.is_daily) else {
        return;
    };
    // Keeps the marks of neighbouring days apart as far as possible.
    let size = (frame.day_width() * 0.33).clamp(6.0, 13.0);
    let points = pieces.iter().flatten();
    for (day, value) in points.filter(|(_, value)| !limit.is_kept_by(*value)) {
        let at = (frame.x(*day), y(*value));
        if marked {
            cross(canvas, at, size);
        } else {
            // Edges so close together would wipe out the line.
            strokes(canvas, at, size, (size / 2.0, colour::LIMIT));
        }
    }
}

fn name_days(voice: &Voice, canvas: &mut Canvas, frame: &Frame, top: f64, chart: &Chart) {
    let label = |day| voice.day_of_month(day);
    let widest = [chart.from, chart.to]
        .map(|day| LABEL.width_of(&label(day)))
        .into_iter()
        .fold(LABEL.width_of("00 000"), f64::max);
    let room = frame.right - frame.left;
    let most = (1_u32..=12)
        .take_while(|count| f64::from(*count) * (widest + BETWEEN_LABELS) <= room)
        .last()
        .unwrap_or(1);
    for day in day_ticks(chart.from, chart.to, most.into()) {
        let days = i32::try_from((day - chart.from).num_days()).unwrap_or(0);
        let x = frame.x(f64::from(days) + 0.5);
        let text = label(day);
        let width = LABEL.width_of(&text);
        let left = (x - width / 2.0).clamp(MARGIN, WIDTH - MARGIN - width);
        canvas.line((x, top), (x, top + 10.0), 2.0, colour::RULE);
        canvas.text(left, top + 46.0, LABEL, &text);
    }
}

impl Look {
    pub fn colour(self) -> RGBColor {
        match self {
            Self::Dots => colour::BLUE,
            Self::Squares => colour::ORANGE,
            Self::Triangles => colour::GREEN,
            Self::Diamonds => colour::PURPLE,
            Self::Heavy => colour::TEXT,
        }
    }

    pub fn width(self) -> f64 {
        match self {
            Self::Heavy => 8.0,
            _ => 5.0,
        }
    }
}

pub fn mark(canvas: &mut Canvas, (x, y): (f64, f64), size: f64, look: Look) {
    let colour = look.colour();
    match look {
        Look::Dots | Look::Heavy => canvas.disc((x, y), size, colour),
        Look::Squares => canvas.rectangle((x - size, y - size), (x + size, y + size), colour),
        Look::Triangles => {
            let (half, up) = (size * 1.2, size * 1.3);
            canvas.polygon(
                &[(x, y - up), (x + half, y + size), (x - half, y + size)],
                colour,
            );
        }
        Look::Diamonds => {
            let half = size * 1.35;
            canvas.polygon(
                &[(x, y - half), (x + half, y), (x, y + half), (x - half, y)],
                colour,
            );
        }
    }
}

/// With an edge of the ground's colour, so that it shows on any line.
pub fn cross(canvas: &mut Canvas, at: (f64, f64), size: f64) {
    strokes(canvas, at, size, (size / 2.0 + 8.0, colour::GROUND));
    strokes(canvas, at, size, (size / 2.0, colour::LIMIT));
}

fn strokes(canvas: &mut Canvas, (x, y): (f64, f64), size: f64, (width, colour): (f64, RGBColor)) {
    for rise in [size, -size] {
        canvas.path(&[(x - size, y - rise), (x + size, y + rise)], width, colour);
    }
}
