//! Renders text with entities as HTML. `maud` escapes every character of the text.

use maud::{Markup, html};

use crate::{
    entity::{Entity, EntityKind},
    link,
};

/// A text by Telegram's units, in which entities count.
struct Text<'a> {
    units: &'a [u16],
    /// Commands in it become links, as in Telegram's apps.
    taps: bool,
}

/// The text as people read it. `taps` says whether its commands send themselves when tapped, by the form of that id.
pub fn rich(text: &str, entities: &[Entity], taps: bool) -> Markup {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut sorted = entities.to_vec();
    // The longer entity encloses the shorter one; of two with the same range, the block is the outer one.
    sorted.sort_by_key(|entity| {
        (
            entity.offset,
            std::cmp::Reverse(entity.length),
            !is_block(entity.kind),
        )
    });
    let text = Text {
        units: &units,
        taps,
    };
    text.nodes(0, units.len(), sorted)
}

impl Text<'_> {
    /// Renders the range `from..to`. An entity that overlaps another's end is split there.
    fn nodes(&self, from: usize, to: usize, entities: Vec<Entity>) -> Markup {
        let mut at = from;
        let mut rest = entities
            .into_iter()
            .collect::<std::collections::VecDeque<_>>();
        let mut parts = Vec::new();
        let mut after_block = false;
        while let Some(entity) = rest.pop_front() {
            let start = entity.offset.clamp(at, to);
            let end = entity.offset.saturating_add(entity.length).clamp(start, to);
            if start == end {
                continue;
            }
            parts.push(self.plain(at, start, after_block));
            let mut inner = Vec::new();
            let mut later = Vec::new();
            for other in rest {
                let (first, last) = (other.offset, other.offset.saturating_add(other.length));
                if first < end {
                    inner.push(cut(&other, first, last.min(end)));
                }
                if last > end {
                    later.push(cut(&other, first.max(end), last));
                }
            }
            let is_code = matches!(entity.kind, EntityKind::Code | EntityKind::Pre);
            let within = Text {
                units: self.units,
                taps: self.taps && !is_code && entity.kind != EntityKind::TextLink,
            };
            let raw = String::from_utf16_lossy(&self.units[start..end]);
            parts.push(wrapped(&entity, &raw, &within.nodes(start, end, inner)));
            after_block = is_block(entity.kind);
            rest = later.into();
            at = end;
        }
        parts.push(self.plain(at, to, after_block));
        html! { @for part in parts { (part) } }
    }

    fn plain(&self, from: usize, to: usize, after_block: bool) -> Markup {
        let text = String::from_utf16_lossy(&self.units[from..to]);
        // A block ends its line by itself.
        let text = if after_block {
            text.strip_prefix('\n').unwrap_or(&text)
        } else {
            &text
        };
        if self.taps {
            tappable(text)
        } else {
            html! { (text) }
        }
    }
}

fn cut(entity: &Entity, from: usize, to: usize) -> Entity {
    Entity {
        offset: from,
        length: to.saturating_sub(from),
        ..entity.clone()
    }
}

fn is_block(kind: EntityKind) -> bool {
    matches!(
        kind,
        EntityKind::Blockquote | EntityKind::ExpandableBlockquote | EntityKind::Pre
    )
}

fn wrapped(entity: &Entity, raw: &str, inner: &Markup) -> Markup {
    match entity.kind {
        EntityKind::Bold => html! { strong { (inner) } },
        EntityKind::Italic => html! { em { (inner) } },
        EntityKind::Underline => html! { u { (inner) } },
        EntityKind::Strikethrough => html! { s { (inner) } },
        EntityKind::Spoiler => html! {
            span.spoiler tabindex="0" role="button" aria-label="Hidden text, press to show" { span { (inner) } }
        },
        EntityKind::Blockquote => html! { blockquote { (inner) } },
        EntityKind::ExpandableBlockquote => html! {
            blockquote.expandable {
                label {
                    input type="checkbox" aria-label="Show the whole quotation";
                    span.clip { (inner) }
                }
            }
        },
        EntityKind::Code => html! { code { (inner) } },
        EntityKind::Pre => {
            html! { pre data-language=[entity.language.as_deref()] { code { (inner) } } }
        }
        EntityKind::TextLink => anchor(entity.url.as_deref().unwrap_or_default(), inner),
        EntityKind::Url => anchor(raw, inner),
        EntityKind::Mention
        | EntityKind::Hashtag
        | EntityKind::Cashtag
        | EntityKind::BotCommand
        | EntityKind::Email
        | EntityKind::PhoneNumber
        | EntityKind::TextMention => html! { span.link { (inner) } },
        EntityKind::CustomEmoji => html! { (inner) },
    }
}

/// Links in entities that the bot supplied have not been validated.
fn anchor(url: &str, inner: &Markup) -> Markup {
    html! {
        @if let Some(url) = link::in_text(url) {
            a href=(url) target="_blank" rel="noopener noreferrer" { (inner) }
        } @else {
            (inner)
        }
    }
}

/// Apps make a tap on a command send it.
fn tappable(text: &str) -> Markup {
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some((before, command, after)) = next_command(rest) {
        parts.push(
            html! { (before) button.command form="tap" name="text" value=(command) { (command) } },
        );
        rest = after;
    }
    parts.push(html! { (rest) });
    html! { @for part in parts { (part) } }
}

fn next_command(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find('/').map(|at| from + at) {
        let begins = text[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || c == '(');
        let name = &text[at + 1..];
        let length = name
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        let end = at + 1 + length;
        let ends = !text[end..].starts_with('/');
        if begins && ends && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Some((&text[..at], &text[at..end], &text[end..]));
        }
        from = end;
    }
    None
}
