//! A runbook, from Markdown to Telegram's HTML.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{Button, Html, Message};

/// The list of runbooks, each a tap away. `buttons` are the detectors' names with their buttons' payloads.
pub fn list(buttons: Vec<Button>) -> Message {
    let mut message = Message::from(
        Html::new()
            .bold("Runbooks")
            .line()
            .text("Choose one, or name it: /runbook check_db_growth"),
    );
    message.buttons = buttons.into_iter().map(|button| vec![button]).collect();
    message
}

pub fn runbook(markdown: &str) -> Message {
    Html::new()
        .lines(&blocks(markdown), "the file in runbooks/")
        .into()
}

/// Headings, paragraphs, list items and code blocks, each a piece that is shown whole or not at all.
fn blocks(markdown: &str) -> Vec<Html> {
    let mut reader = Reader::default();
    for event in Parser::new(markdown) {
        reader.take(event);
    }
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Html>,
    current: Html,
    style: Style,
    /// Code comes in several pieces and must become one.
    code: String,
    /// The number of the next item of each list that is open; `None` for a list with bullets.
    lists: Vec<Option<u64>>,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Style {
    #[default]
    Plain,
    Bold,
    Italic,
    Code,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.style == Style::Code => self.code += &text,
            Event::Text(text) => self.write(|html, style| match style {
                Style::Bold => html.bold(&text),
                Style::Italic => html.italic(&text),
                _ => html.text(&text),
            }),
            Event::Code(code) => self.write(|html, _| html.code(&code)),
            Event::SoftBreak => self.write(|html, _| html.text(" ")),
            Event::HardBreak => self.write(|html, _| html.line()),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.finish();
                self.style = Style::Bold;
                // An empty line above every heading but the first.
                if !self.blocks.is_empty() {
                    self.blocks.push(Html::new());
                }
            }
            Tag::Strong => self.style = Style::Bold,
            Tag::Emphasis => self.style = Style::Italic,
            Tag::CodeBlock(_) => {
                self.finish();
                self.style = Style::Code;
            }
            Tag::List(first) => {
                self.finish();
                self.lists.push(*first);
            }
            Tag::Item => {
                self.finish();
                let indent = "  ".repeat(self.lists.len().saturating_sub(1));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{indent}{}. ", *number - 1)
                    }
                    _ => format!("{indent}• "),
                };
                self.current = Html::new().text(&mark);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong | TagEnd::Emphasis => self.style = Style::Plain,
            TagEnd::Heading(_) => {
                self.style = Style::Plain;
                self.finish();
            }
            TagEnd::CodeBlock => {
                self.style = Style::Plain;
                let code = std::mem::take(&mut self.code);
                self.blocks.push(Html::new().pre(code.trim_end()));
            }
            TagEnd::List(_) => {
                self.finish();
                self.lists.pop();
            }
            TagEnd::Paragraph | TagEnd::Item => self.finish(),
            _ => {}
        }
    }

    fn write(&mut self, add: impl FnOnce(Html, Style) -> Html) {
        self.current = add(std::mem::take(&mut self.current), self.style);
    }

    fn finish(&mut self) {
        let block = std::mem::take(&mut self.current);
        if block.units() > 0 {
            self.blocks.push(block);
        }
    }
}
