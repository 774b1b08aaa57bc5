//! Telegram's legacy Markdown: no nesting, and an unpaired `_`, `*`, backtick or `[` is an error.

use super::entity::{Entity, EntityKind, Formatted, utf16_len};

const MARKS: [char; 4] = ['_', '*', '`', '['];

pub fn parse(source: &str) -> Result<Formatted, String> {
    let mut content = Formatted {
        source: source.to_owned(),
        ..Formatted::default()
    };
    let mut at = 0;
    while let Some(next) = source[at..].chars().next() {
        let escaped = source[at..].strip_prefix('\\').and_then(first_mark);
        if let Some(mark) = escaped {
            content.text.push(mark);
            at += 2;
        } else if MARKS.contains(&next) {
            at += entity(&mut content, &source[at..]).ok_or_else(|| {
                format!("Can't find end of the entity starting at byte offset {at}")
            })?;
        } else {
            content.text.push(next);
            at += next.len_utf8();
        }
    }
    Ok(content)
}

fn first_mark(text: &str) -> Option<char> {
    text.chars().next().filter(|mark| MARKS.contains(mark))
}

/// Reads the entity that `text` begins with; returns how many bytes it took, or `None` if it never ends.
fn entity(content: &mut Formatted, text: &str) -> Option<usize> {
    let (open, close, kind) = match text.chars().next()? {
        '_' => ("_", "_", EntityKind::Italic),
        '*' => ("*", "*", EntityKind::Bold),
        '`' if text.starts_with("```") => ("```", "```", EntityKind::Pre),
        '`' => ("`", "`", EntityKind::Code),
        _ => ("[", "]", EntityKind::TextLink),
    };
    let inner = &text[open.len()..];
    let inner = &inner[..inner.find(close)?];
    let mut taken = open.len() + inner.len() + close.len();
    let mut entity = Entity::new(kind, utf16_len(&content.text), utf16_len(inner));
    content.text.push_str(inner);
    if kind == EntityKind::TextLink {
        let (url, length) = link_target(&text[taken..]);
        taken += length;
        entity.url = url;
    }
    if entity.length > 0 && (kind != EntityKind::TextLink || entity.url.is_some()) {
        content.entities.push(entity);
    }
    Some(taken)
}

/// The address of `(address)` and the bytes it took; `None` if there is none.
fn link_target(text: &str) -> (Option<String>, usize) {
    let Some(body) = text.strip_prefix('(') else {
        return (None, 0);
    };
    let length = body.find(')').unwrap_or(body.len());
    (
        Some(body[..length].to_owned()),
        (length + 2).min(text.len()),
    )
}
