//! Telegram's HTML, with its set of tags and its errors; offsets in them are bytes of the source.

use super::{
    character_reference::character_reference,
    entity::{Entity, EntityKind, Formatted},
    link,
};

pub fn parse(source: &str) -> Result<Formatted, String> {
    let mut parser = Parser {
        source,
        at: 0,
        text: String::new(),
        length: 0,
        open: Vec::new(),
        entities: Vec::new(),
    };
    parser.run()?;
    for entity in &mut parser.entities {
        entity.language.take_if(|_| entity.kind == EntityKind::Code);
    }
    Ok(Formatted {
        source: source.to_owned(),
        text: parser.text,
        entities: parser.entities,
    })
}

struct Tag {
    name: String,
    kind: EntityKind,
    /// The attribute that matters for this tag: href, class, emoji-id, expandable.
    argument: Option<String>,
    offset: usize,
    text_start: usize,
}

struct Parser<'a> {
    source: &'a str,
    at: usize,
    text: String,
    /// The parsed text so far, in UTF-16 units.
    length: usize,
    open: Vec<Tag>,
    entities: Vec<Entity>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(next) = self.peek() {
            match next {
                '<' if self.rest().starts_with("</") => self.end_tag()?,
                '<' => self.start_tag()?,
                _ => {
                    let character = self.character(next);
                    self.text.push(character);
                    self.length += character.len_utf16();
                }
            }
        }
        match self.open.last() {
            None => Ok(()),
            Some(tag) => Err(format!(
                "Can't find end tag corresponding to start tag \"{}\"",
                tag.name
            )),
        }
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        let name = self
            .take_while(|c| !c.is_ascii_whitespace() && c != '>')
            .to_ascii_lowercase();
        if self.rest().is_empty() {
            return Err(unclosed_start(begin));
        }
        let kind = kind_of(&name)
            .ok_or_else(|| format!("Unsupported start tag \"{name}\" at byte offset {begin}"))?;
        let argument = self.attributes(&name, begin)?;
        if name == "span" && argument.as_deref() != Some("tg-spoiler") {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        if name == "tg-emoji" && !argument.as_deref().is_some_and(is_emoji_id) {
            return Err("Invalid custom emoji identifier specified".to_owned());
        }
        self.open.push(Tag {
            name,
            kind,
            argument,
            offset: self.length,
            text_start: self.text.len(),
        });
        Ok(())
    }

    /// Reads up to and including the `>`; returns the attribute that matters for the tag.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<Option<String>, String> {
        let mut argument = None;
        loop {
            self.skip_spaces();
            match self.peek() {
                None => return Err(unclosed_start(begin)),
                Some('>') => {
                    self.at += 1;
                    return Ok(argument);
                }
                Some(_) => {}
            }
            let name = self
                .take_while(|c| !c.is_ascii_whitespace() && !"=>/\"'".contains(c))
                .to_ascii_lowercase();
            if name.is_empty() {
                return Err(format!(
                    "Empty attribute name in the tag \"{tag}\" at byte offset {begin}"
                ));
            }
            self.skip_spaces();
            let value = if self.peek() == Some('=') {
                self.at += 1;
                self.attribute_value(begin)?
            } else {
                String::new()
            };
            if let Some(found) = argument_of(tag, &name, value) {
                argument = Some(found);
            }
        }
    }

    fn attribute_value(&mut self, begin: usize) -> Result<String, String> {
        self.skip_spaces();
        let Some(quote @ ('"' | '\'')) = self.peek() else {
            return self.name_token();
        };
        self.at += 1;
        let mut value = String::new();
        while let Some(next) = self.peek() {
            if next == quote {
                self.at += 1;
                return Ok(value);
            }
            value.push(self.character(next));
        }
        Err(unclosed_start(begin))
    }

    fn name_token(&mut self) -> Result<String, String> {
        let begin = self.at;
        let token = self
            .take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
            .to_ascii_lowercase();
        match self.peek() {
            Some(next) if !next.is_ascii_whitespace() && next != '>' => Err(format!(
                "Unexpected end of name token at byte offset {begin}"
            )),
            _ => Ok(token),
        }
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(tag) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += "</".len();
        let name = self
            .take_while(|c| !c.is_ascii_whitespace() && c != '>')
            .to_ascii_lowercase();
        self.skip_spaces();
        if self.peek() != Some('>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !name.is_empty() && name != tag.name {
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                tag.name
            ));
        }
        if self.length > tag.offset {
            self.close(&tag);
        }
        Ok(())
    }

    fn close(&mut self, tag: &Tag) {
        let inner = &self.text[tag.text_start..];
        let Some(entity) = entity_of(tag, inner, self.length - tag.offset) else {
            return;
        };
        match self.entities.last_mut() {
            Some(last) if is_code_in_pre(last, &entity) => {
                last.kind = EntityKind::Pre;
                last.language = last.language.take().or(entity.language);
            }
            _ => self.entities.push(entity),
        }
    }

    /// Takes the next character, which a character reference may spell.
    fn character(&mut self, next: char) -> char {
        let (character, taken) =
            character_reference(self.rest()).unwrap_or((next, next.len_utf8()));
        self.at += taken;
        character
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let taken: String = self.rest().chars().take_while(|c| keep(*c)).collect();
        self.at += taken.len();
        taken
    }

    fn skip_spaces(&mut self) {
        self.take_while(|c| c.is_ascii_whitespace());
    }
}

fn unclosed_start(begin: usize) -> String {
    format!("Unclosed start tag at byte offset {begin}")
}

fn is_emoji_id(id: &str) -> bool {
    id.parse::<u64>().is_ok_and(|id| id > 0)
}

fn argument_of(tag: &str, attribute: &str, value: String) -> Option<String> {
    match (tag, attribute) {
        ("a", "href") | ("span", "class") | ("tg-emoji", "emoji-id") => Some(value),
        ("code", "class") => value.strip_prefix("language-").map(str::to_owned),
        ("blockquote", "expandable") => Some(attribute.to_owned()),
        _ => None,
    }
}

fn kind_of(tag: &str) -> Option<EntityKind> {
    match tag {
        "b" | "strong" => Some(EntityKind::Bold),
        "i" | "em" => Some(EntityKind::Italic),
        "u" | "ins" => Some(EntityKind::Underline),
        "s" | "strike" | "del" => Some(EntityKind::Strikethrough),
        "tg-spoiler" | "span" => Some(EntityKind::Spoiler),
        "a" => Some(EntityKind::TextLink),
        "code" => Some(EntityKind::Code),
        "pre" => Some(EntityKind::Pre),
        "blockquote" => Some(EntityKind::Blockquote),
        "tg-emoji" => Some(EntityKind::CustomEmoji),
        _ => None,
    }
}

fn entity_of(tag: &Tag, inner: &str, length: usize) -> Option<Entity> {
    let mut entity = Entity::new(tag.kind, tag.offset, length);
    let argument = tag.argument.clone();
    match tag.kind {
        EntityKind::TextLink => {
            entity.url = Some(link::in_text(argument.as_deref().unwrap_or(inner))?);
        }
        EntityKind::Code => entity.language = argument,
        EntityKind::CustomEmoji => entity.custom_emoji_id = argument,
        EntityKind::Blockquote if argument.is_some() => {
            entity.kind = EntityKind::ExpandableBlockquote;
        }
        _ => {}
    }
    Some(entity)
}

/// `<pre><code class="language-x">` is one block of code in a language.
fn is_code_in_pre(inner: &Entity, outer: &Entity) -> bool {
    let kinds = [inner.kind, outer.kind];
    let one_place = (inner.offset, inner.length) == (outer.offset, outer.length);
    let language = inner.language.is_some() || outer.language.is_some();
    one_place && language && kinds.contains(&EntityKind::Pre) && kinds.contains(&EntityKind::Code)
}
