//! Charts: pure functions from plain series to a PNG. Each chart is an opaque card that reads the same in light and
//! dark chats; everything shown by colour is also shown by shape. The words come from the catalogues.

mod canvas;
mod cash;
mod days;
mod font;
mod frame;
mod legend;
mod plot;
mod scale;
mod size;
mod slo;
mod strip;
mod unit;

use chrono::NaiveDate;

use self::{
    canvas::{Canvas, Ink},
    legend::Legend,
    plot::plot,
};
pub use self::{
    canvas::{Undrawable, WIDTH, colour},
    cash::cash,
    days::day_ticks,
    font::{covers, readable},
    scale::{Bounds, Scale},
    size::size,
    slo::slo,
    unit::Unit,
};
use crate::views::{Voice, say};

/// All lengths are in pixels of the picture. A phone shows it at little more than a quarter of its size.
const MARGIN: f64 = 48.0;
const TITLE: Ink = Ink::bold(64.0, colour::TEXT);
const SUBTITLE: Ink = Ink::plain(44.0, colour::FAINT);
const HEADING: Ink = Ink::bold(48.0, colour::TEXT);
const LABEL: Ink = Ink::plain(40.0, colour::FAINT);

const HEAD_HEIGHT: f64 = 180.0;
const HEADING_HEIGHT: f64 = 74.0;
const GAP: f64 = 30.0;
/// With these a picture stays far from Telegram's limit of 10,000 pixels for height and width together.
const PANELS_MAX: usize = 6;

/// A picture to be drawn: panels one below the other over the same days, both ends included.
#[derive(Clone, Debug)]
pub struct Chart {
    pub title: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub panels: Vec<Panel>,
}

#[derive(Clone, Debug)]
pub enum Panel {
    Plot(Plot),
    /// A line of text for a plot without data.
    Note {
        title: String,
        text: String,
    },
}

#[derive(Clone, Debug)]
pub struct Plot {
    pub title: String,
    /// Shown beside the title.
    pub figure: Option<Figure>,
    pub unit: Unit,
    pub lines: Vec<Line>,
    pub limit: Option<Limit>,
    /// Ranges of days that are known to be unmeasured.
    pub unmeasured: Vec<(f64, f64)>,
    pub budget: Option<Budget>,
    /// The last entry of the legend.
    pub remark: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Figure {
    pub text: String,
    /// Tells if it meets the limit; `None` if that is unknown.
    pub holds: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct Line {
    /// In the legend; the only line of a plot needs none.
    pub name: Option<String>,
    pub look: Look,
    /// Points of time, in days since the start of the first day, and value. `None` interrupts the line.
    pub points: Vec<(f64, Option<f64>)>,
    /// Each point is a day's value and gets a mark, a different one beyond the limit.
    pub is_daily: bool,
}

/// Colour and shape together, so that either tells lines apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Dots,
    Squares,
    Triangles,
    Diamonds,
    Heavy,
}

#[derive(Clone, Debug)]
pub struct Limit {
    pub value: f64,
    pub at_least: bool,
    pub label: String,
    /// The legend's word for days beyond the limit, if days are marked.
    pub beyond: Option<String>,
}

/// The part of the error budget that is left, of 1, day by day.
#[derive(Clone, Debug)]
pub struct Budget {
    pub label: String,
    pub left: Vec<Option<f64>>,
}

impl Limit {
    fn is_kept_by(&self, value: f64) -> bool {
        if self.at_least {
            value >= self.value
        } else {
            value <= self.value
        }
    }
}

impl Chart {
    fn days(&self) -> f64 {
        f64::from(i32::try_from((self.to - self.from).num_days()).unwrap_or(i32::MAX)).max(0.0)
            + 1.0
    }
}

/// The picture as a PNG.
pub fn draw(voice: &Voice, chart: &Chart) -> Result<Vec<u8>, Undrawable> {
    let panels: Vec<(&Panel, Legend)> = chart
        .panels
        .iter()
        .take(PANELS_MAX)
        .map(|panel| (panel, Legend::of(voice, panel)))
        .collect();
    let height = HEAD_HEIGHT
        + panels
            .iter()
            .map(|(panel, legend)| height_of(panel, legend) + GAP)
            .sum::<f64>();
    let mut canvas = Canvas::new(height);
    let room = WIDTH - 2.0 * MARGIN;
    canvas.text_within(MARGIN, 86.0, room, TITLE, &chart.title);
    let days = say!(
        voice,
        "chart-days",
        from = voice.day(chart.from),
        to = voice.day(chart.to)
    );
    canvas.text_within(MARGIN, 148.0, room, SUBTITLE, &days);
    let mut top = HEAD_HEIGHT;
    for (panel, legend) in &panels {
        canvas.line((MARGIN, top), (WIDTH - MARGIN, top), 2.0, colour::RULE);
        match panel {
            Panel::Note { title, text } => note(&mut canvas, top, title, text),
            Panel::Plot(shown) => {
                heading(voice, &mut canvas, top, shown);
                legend.draw(&mut canvas, top + HEADING_HEIGHT);
                let below = top + HEADING_HEIGHT + legend.height();
                plot(voice, &mut canvas, below, chart, shown);
            }
        }
        top += height_of(panel, legend) + GAP;
    }
    canvas.into_png()
}

fn height_of(panel: &Panel, legend: &Legend) -> f64 {
    match panel {
        Panel::Note { .. } => HEADING_HEIGHT,
        Panel::Plot(shown) => HEADING_HEIGHT + legend.height() + plot::height(shown),
    }
}

fn note(canvas: &mut Canvas, top: f64, title: &str, text: &str) {
    let baseline = top + 64.0;
    let room = WIDTH - 2.0 * MARGIN;
    let used = canvas.text_within(MARGIN, baseline, room, HEADING, title) + 24.0;
    canvas.text_within(MARGIN + used, baseline, room - used, SUBTITLE, text);
}

fn heading(voice: &Voice, canvas: &mut Canvas, top: f64, shown: &Plot) {
    let baseline = top + 64.0;
    let room = WIDTH - 2.0 * MARGIN;
    let mut used = 0.0;
    if let Some(figure) = &shown.figure {
        let ink = match figure.holds {
            Some(false) => HEADING.in_colour(colour::LIMIT),
            _ => HEADING,
        };
        let text = canvas::clipped(&figure.text, ink, room / 2.0);
        let left = WIDTH - MARGIN - ink.width_of(&text);
        canvas.text(left, baseline, ink, &text);
        if figure.holds == Some(false) {
            plot::cross(canvas, (left - 30.0, baseline - 16.0), 13.0);
        }
        used = WIDTH - MARGIN - left + 70.0;
    }
    let title = match plot::measured(voice, shown).name {
        Some(unit) => format!("{}, {unit}", shown.title),
        None => shown.title.clone(),
    };
    canvas.text_within(MARGIN, baseline, room - used, HEADING, &title);
}
