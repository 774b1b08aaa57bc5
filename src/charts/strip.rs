//! How much of the error budget was left, day by day, in a strip below the plot.

use super::{
    Budget, Canvas, LABEL, MARGIN, Plot, WIDTH,
    canvas::{Ink, colour},
    frame::Frame,
};
use crate::views::{Voice, say};

/// With its label above it.
pub const HEIGHT: f64 = 180.0;
const TITLE: Ink = Ink::bold(40.0, colour::TEXT);
const BARS_TOP: f64 = 92.0;
const BARS_BOTTOM: f64 = 172.0;
/// The height of a day whose budget is used up.
const SPENT: f64 = 10.0;

/// The labels of its axis.
pub fn labels(voice: &Voice, shown: &Plot) -> Vec<String> {
    let ends = ["100", "0"].map(|end| say!(voice, "percent", amount = end));
    shown.budget.as_ref().map_or(Vec::new(), |_| ends.into())
}

pub fn strip(voice: &Voice, canvas: &mut Canvas, frame: &Frame, top: f64, budget: &Budget) {
    canvas.text_within(
        MARGIN,
        top + 50.0,
        WIDTH - 2.0 * MARGIN,
        TITLE,
        &budget.label,
    );
    let (above, below) = (top + BARS_TOP, top + BARS_BOTTOM);
    for (end, y) in [("100", above), ("0", below)] {
        let label = say!(voice, "percent", amount = end);
        let x = frame.left - 20.0 - LABEL.width_of(&label);
        canvas.text(x, y + 12.0, LABEL, &label);
    }
    canvas.line((frame.left, above), (frame.right, above), 2.0, colour::GRID);
    let mut day = 0.0;
    for left in &budget.left {
        let (from, to) = (frame.x(day), frame.x(day + 1.0));
        let gap = (to - from) * 0.12;
        match left.filter(|left| left.is_finite()) {
            Some(left) if left > 0.0 => {
                let bar = below - (below - above) * left.min(1.0);
                canvas.rectangle((from + gap, bar), (to - gap, below), colour::GREEN);
            }
            Some(_) => {
                canvas.rectangle(
                    (from + gap, below - SPENT),
                    (to - gap, below),
                    colour::LIMIT,
                );
            }
            None => canvas.rectangle((from, above), (to, below), colour::BAND),
        }
        day += 1.0;
    }
    canvas.line((frame.left, below), (frame.right, below), 2.0, colour::RULE);
}
