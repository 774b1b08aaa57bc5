//! The canvas: twice the size of the picture, because scaling it down smooths the edges.

use plotters::{
    backend::{BitMapBackend, DrawingBackend},
    style::{FontDesc, FontStyle, IntoTextStyle, RGBColor, ShapeStyle, TextStyle},
};

use super::font::{self, FAMILY, readable};

pub const WIDTH: f64 = 1280.0;
const WIDTH_PX: u32 = 1280;
const FINER: u32 = 2;
/// Above what any chart needs; a picture that high would be refused by Telegram.
const HEIGHT_MAX: f64 = 8000.0;

/// Okabe and Ito's colours, which all kinds of eyes tell apart.
pub mod colour {
    use plotters::style::RGBColor;

    pub const GROUND: RGBColor = RGBColor(255, 255, 255);
    pub const TEXT: RGBColor = RGBColor(27, 31, 36);
    pub const FAINT: RGBColor = RGBColor(87, 96, 106);
    pub const RULE: RGBColor = RGBColor(208, 215, 222);
    pub const GRID: RGBColor = RGBColor(230, 233, 237);
    pub const BAND: RGBColor = RGBColor(236, 239, 243);
    pub const LIMIT: RGBColor = RGBColor(213, 94, 0);
    pub const BLUE: RGBColor = RGBColor(0, 114, 178);
    pub const ORANGE: RGBColor = RGBColor(230, 159, 0);
    pub const GREEN: RGBColor = RGBColor(0, 158, 115);
    pub const PURPLE: RGBColor = RGBColor(204, 121, 167);
}

#[derive(Debug, thiserror::Error)]
pub enum Undrawable {
    #[error("the typeface cannot be read")]
    NoFont,
    #[error("the picture cannot be drawn: {0}")]
    Drawing(String),
    #[error("the picture cannot be encoded")]
    Encoding(#[from] png::EncodingError),
}

/// How text looks. The size is the height of a line.
#[derive(Clone, Copy)]
pub struct Ink {
    size: f64,
    style: FontStyle,
    colour: RGBColor,
}

impl Ink {
    pub const fn plain(size: f64, colour: RGBColor) -> Self {
        Self {
            size,
            style: FontStyle::Normal,
            colour,
        }
    }

    pub const fn bold(size: f64, colour: RGBColor) -> Self {
        Self {
            size,
            style: FontStyle::Bold,
            colour,
        }
    }

    pub const fn in_colour(self, colour: RGBColor) -> Self {
        Self { colour, ..self }
    }

    pub fn width_of(self, text: &str) -> f64 {
        font::register();
        let (width, _) = self.font().box_size(&readable(text)).unwrap_or_default();
        f64::from(width) / f64::from(FINER)
    }

    fn font(self) -> FontDesc<'static> {
        FontDesc::new(FAMILY.into(), self.size * f64::from(FINER), self.style)
    }
}

pub struct Canvas {
    pixels: Vec<u8>,
    height: u32,
    /// The first thing that went wrong.
    trouble: Option<String>,
}

impl Canvas {
    pub fn new(height: f64) -> Self {
        let height = whole(height.clamp(1.0, HEIGHT_MAX)).unsigned_abs();
        let RGBColor(red, green, blue) = colour::GROUND;
        let pixels = usize::try_from(WIDTH_PX * FINER * height * FINER).unwrap_or_default();
        Self {
            pixels: [red, green, blue].repeat(pixels),
            height,
            trouble: None,
        }
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: RGBColor) {
        let (from, to) = (fine_point(from), fine_point(to));
        // A path of no length has no direction.
        if from == to {
            return;
        }
        let style = ShapeStyle::from(&colour).stroke_width(fine(width).unsigned_abs());
        self.with(|backend| backend.draw_path([from, to], &style));
    }

    /// Joined by rounded corners. A path as a whole would grow spikes where it turns sharply.
    pub fn path(&mut self, points: &[(f64, f64)], width: f64, colour: RGBColor) {
        for pair in points.windows(2) {
            self.line(pair[0], pair[1], width, colour);
        }
        for point in points {
            self.disc(*point, width / 2.0, colour);
        }
    }

    /// From left to right.
    pub fn dashes(&mut self, (left, right): (f64, f64), y: f64, width: f64, colour: RGBColor) {
        const DASH: f64 = 22.0;
        const PERIOD: f64 = 36.0;
        let mut x = left;
        while x < right {
            let end = (x + DASH).min(right);
            self.rectangle((x, y - width / 2.0), (end, y + width / 2.0), colour);
            x += PERIOD;
        }
    }

    pub fn rectangle(&mut self, from: (f64, f64), to: (f64, f64), colour: RGBColor) {
        let (from, to) = (fine_point(from), fine_point(to));
        // The library counts the last row and column in.
        let last = (to.0 - 1, to.1 - 1);
        if last.0 >= from.0 && last.1 >= from.1 {
            self.with(|backend| backend.draw_rect(from, last, &colour, true));
        }
    }

    pub fn disc(&mut self, centre: (f64, f64), radius: f64, colour: RGBColor) {
        let radius = fine(radius).unsigned_abs();
        self.with(|backend| backend.draw_circle(fine_point(centre), radius, &colour, true));
    }

    pub fn polygon(&mut self, corners: &[(f64, f64)], colour: RGBColor) {
        let corners: Vec<_> = corners.iter().copied().map(fine_point).collect();
        self.with(|backend| backend.fill_polygon(corners, &colour));
    }

    /// `y` is the baseline of the letters.
    pub fn text(&mut self, x: f64, y: f64, ink: Ink, text: &str) {
        if !font::register() {
            self.trouble
                .get_or_insert_with(|| Undrawable::NoFont.to_string());
            return;
        }
        let style: TextStyle<'_> = ink.font().into_text_style(&(0, 0)).color(&ink.colour);
        // The library puts the letters' foot half a line below the place that it is given.
        let place = fine_point((x, y - ink.size / 2.0));
        self.with(|backend| backend.draw_text(&readable(text), &style, place));
    }

    /// Cut if it does not fit; returns how wide it became.
    pub fn text_within(&mut self, x: f64, y: f64, room: f64, ink: Ink, text: &str) -> f64 {
        let text = clipped(text, ink, room);
        self.text(x, y, ink, &text);
        ink.width_of(&text)
    }

    pub fn into_png(self) -> Result<Vec<u8>, Undrawable> {
        if let Some(trouble) = self.trouble {
            return Err(Undrawable::Drawing(trouble));
        }
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, WIDTH_PX, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder
            .write_header()?
            .write_image_data(&self.brought_down())?;
        Ok(png)
    }

    /// Each pixel is the mean of the finer ones.
    fn brought_down(&self) -> Vec<u8> {
        const FINE_ROW: usize = (WIDTH_PX * FINER * 3) as usize;
        let mut pixels = Vec::with_capacity(self.pixels.len() / 4);
        for rows in self.pixels.chunks_exact(FINE_ROW * 2) {
            let (upper, lower) = rows.split_at(FINE_ROW);
            for (above, below) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
                // Most of a picture is ground, or else of one colour.
                let pair = &above[..3];
                if *pair == above[3..] && *above == *below {
                    pixels.extend_from_slice(pair);
                    continue;
                }
                for channel in 0..3 {
                    let finer = [
                        above[channel],
                        above[channel + 3],
                        below[channel],
                        below[channel + 3],
                    ];
                    let sum: u16 = finer.into_iter().map(u16::from).sum();
                    pixels.push(u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX));
                }
            }
        }
        pixels
    }

    fn with<E: std::fmt::Display>(
        &mut self,
        draw: impl FnOnce(&mut BitMapBackend<'_>) -> Result<(), E>,
    ) {
        let size = (WIDTH_PX * FINER, self.height * FINER);
        let mut backend = BitMapBackend::with_buffer(&mut self.pixels, size);
        if let Err(error) = draw(&mut backend) {
            self.trouble.get_or_insert_with(|| error.to_string());
        }
    }
}

/// The text, cut with an ellipsis to the room there is.
pub fn clipped(text: &str, ink: Ink, room: f64) -> String {
    /// Longer than any text in a chart.
    const LONGEST: usize = 200;
    let mut kept: Vec<char> = text.chars().take(LONGEST).collect();
    if text.chars().count() <= LONGEST && ink.width_of(text) <= room {
        return text.to_owned();
    }
    loop {
        let shown: String = kept.iter().chain(['…'].iter()).collect();
        if ink.width_of(&shown) <= room || kept.pop().is_none() {
            return shown;
        }
    }
}

fn fine_point((x, y): (f64, f64)) -> (i32, i32) {
    (fine(x), fine(y))
}

fn fine(length: f64) -> i32 {
    whole(length * f64::from(FINER))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "bounded before; a cast saturates"
)]
fn whole(length: f64) -> i32 {
    length.round().clamp(-1e5, 1e5) as i32
}
