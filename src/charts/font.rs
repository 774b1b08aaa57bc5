//! The bundled typeface, because a server may have no fonts.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef};
use plotters::style::{FontStyle, register_font};

pub const FAMILY: &str = "Inter";
const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const SEMI_BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");

/// Replaces characters that the typeface lacks.
const UNKNOWN: char = '□';

static READ: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(REGULAR).ok());
/// The library keeps its typefaces for the whole process.
static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
    register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok()
        && register_font(FAMILY, FontStyle::Bold, SEMI_BOLD).is_ok()
});

/// Makes the typeface known to the drawing library; `false` if it cannot be read.
pub fn register() -> bool {
    *REGISTERED
}

/// Tells if the typeface has the character. Both weights have the same characters.
pub fn covers(c: char) -> bool {
    READ.as_ref().is_some_and(|font| font.glyph_id(c).0 != 0)
}

/// The text as it can be written: a name out of a database may hold anything.
pub fn readable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .map(|c| if covers(c) { c } else { UNKNOWN })
        .collect()
}
