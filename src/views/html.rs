//! Telegram's HTML: the only place where text becomes markup.

use super::{Voice, say};

/// Telegram's limit for a message, in UTF-16 units of the visible text.
pub const MESSAGE_LIMIT: usize = 4096;
/// Telegram's limit for a caption.
pub const CAPTION_LIMIT: usize = 1024;

/// A piece of valid markup that knows how long it is for Telegram, and is never too long for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Html {
    markup: String,
    units: usize,
    limit: usize,
}

impl Default for Html {
    fn default() -> Self {
        Self::up_to(MESSAGE_LIMIT)
    }
}

impl Html {
    pub fn new() -> Self {
        Self::default()
    }

    /// One that fits below a picture.
    pub fn caption() -> Self {
        Self::up_to(CAPTION_LIMIT)
    }

    fn up_to(limit: usize) -> Self {
        Self {
            markup: String::new(),
            units: 0,
            limit,
        }
    }

    /// Appends text, truncated to the remaining length.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        let text = clip(text, self.limit - self.units);
        self.units += text.encode_utf16().count();
        escape_into(&mut self.markup, &text);
        self
    }

    #[must_use]
    pub fn bold(self, text: &str) -> Self {
        self.tagged("b", text)
    }

    #[must_use]
    pub fn italic(self, text: &str) -> Self {
        self.tagged("i", text)
    }

    #[must_use]
    pub fn code(self, text: &str) -> Self {
        self.tagged("code", text)
    }

    #[must_use]
    pub fn pre(self, text: &str) -> Self {
        self.tagged("pre", text)
    }

    #[must_use]
    pub fn line(self) -> Self {
        self.text("\n")
    }

    /// Appends a piece, or leaves it out if it does not fit.
    #[must_use]
    pub fn then(mut self, other: &Self) -> Self {
        if self.units + other.units <= self.limit {
            self.markup += &other.markup;
            self.units += other.units;
        }
        self
    }

    /// Appends as many `lines` as fit, then says how many were left out and how to see them.
    #[must_use]
    pub fn list(self, voice: &Voice, lines: &[Self], see_the_rest: &str) -> Self {
        let more = |left: usize| {
            let text = say!(voice, "and-more", count = left, how = see_the_rest);
            Self::new().italic(&text)
        };
        let room_for_more = more(lines.len()).units + 1;
        let mut all = self;
        for (taken, line) in lines.iter().enumerate() {
            let last = taken + 1 == lines.len();
            let reserved = if last { 0 } else { room_for_more };
            if all.units + 1 + line.units + reserved > all.limit {
                return all.line().then(&more(lines.len() - taken));
            }
            all = all.line().then(line);
        }
        all
    }

    pub fn units(&self) -> usize {
        self.units
    }

    pub fn into_markup(self) -> String {
        self.markup
    }

    fn tagged(mut self, tag: &str, text: &str) -> Self {
        // Telegram drops an empty entity, and rejects a message that has nothing else.
        if text.is_empty() || self.units == self.limit {
            return self;
        }
        self.markup += &format!("<{tag}>");
        self = self.text(text);
        self.markup += &format!("</{tag}>");
        self
    }
}

fn escape_into(markup: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            // Telegram refuses text with this character in it.
            '\0' => {}
            c => markup.push(c),
        }
    }
}

/// Markup made here, without its markup.
pub fn plain_text(markup: &str) -> String {
    let mut plain = String::with_capacity(markup.len());
    let mut in_tag = false;
    for c in markup.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => plain.push(c),
            _ => {}
        }
    }
    plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// `text`, cut to at most `units` UTF-16 units with an ellipsis.
pub fn clip(text: &str, units: usize) -> String {
    if text.encode_utf16().count() <= units {
        return text.to_owned();
    }
    let Some(mut room) = units.checked_sub(1) else {
        return String::new();
    };
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    kept.chain(['…']).collect()
}
