//! A runbook, from Markdown to Telegram's HTML.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{
    Button, Html, Message, Voice,
    buttons::{self, RunbookPress},
    say,
};

/// About a phone's screen, in UTF-16 units.
const PAGE_UNITS: usize = 1200;

/// The list of runbooks, each a tap away. `buttons` are the detectors' names with their buttons' payloads.
pub fn list(voice: &Voice, buttons: Vec<Button>) -> Message {
    let mut message = Message::from(
        Html::new()
            .bold(&say!(voice, "runbooks-title"))
            .line()
            .text(&say!(voice, "runbooks-advice")),
    );
    message.buttons = buttons.into_iter().map(|button| vec![button]).collect();
    message
}

/// A page of the detector's runbook, counted from 1; `None` if it has no such page.
pub fn runbook(voice: &Voice, detector: &str, markdown: &str, page: usize) -> Option<Message> {
    let pages = pages(markdown);
    let html = pages.get(page.checked_sub(1)?)?.clone();
    if pages.len() == 1 {
        return Some(html.into());
    }
    let footer = say!(voice, "runbook-page", page = page, pages = pages.len());
    let press = |page| RunbookPress {
        detector: detector.to_owned(),
        page: Some(page),
    };
    let back = (page > 1).then(|| (say!(voice, "button-back"), press(page - 1)));
    let on = (page < pages.len()).then(|| (say!(voice, "button-next"), press(page + 1)));
    let html = html.line().line().italic(&footer);
    Some(Message::from(html).with_buttons(buttons::pager(buttons::RUNBOOK, back, on)))
}

/// Screens of text. They begin at headings where they can, and else between two blocks.
fn pages(markdown: &str) -> Vec<Html> {
    let mut pages: Vec<Html> = Vec::new();
    let mut reader = Reader::default();
    for event in Parser::new(markdown) {
        reader.take(event);
    }
    for section in reader.sections() {
        let length: usize = section.iter().map(|block| block.units() + 1).sum();
        let taken = pages.last().map_or(0, Html::units);
        let mut new_page = taken + length > PAGE_UNITS && taken > PAGE_UNITS / 3;
        for (at, block) in section.iter().enumerate() {
            // A heading must not be all that is left of its section on a page.
            let stays = at == 1 && block.units() <= PAGE_UNITS;
            match pages.last_mut() {
                Some(page)
                    if !new_page && (stays || page.units() + block.units() <= PAGE_UNITS) =>
                {
                    let gap = if at == 0 { "\n\n" } else { "\n" };
                    *page = std::mem::take(page).text(gap).then(block);
                }
                _ => pages.push(block.clone()),
            }
            new_page = false;
        }
    }
    pages
}

#[derive(Default)]
struct Reader {
    /// Headings, paragraphs, list items and code blocks, each a piece that is shown whole or not at all.
    blocks: Vec<Html>,
    /// The positions of the headings among the blocks.
    headings: Vec<usize>,
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
            // Markdown takes HTML in; here it is text like any other.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.write(|html, style| match style {
                    Style::Bold => html.bold(&text),
                    Style::Italic => html.italic(&text),
                    _ => html.text(&text),
                });
            }
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
                self.headings.push(self.blocks.len());
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
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock => self.finish(),
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

    /// The blocks under each heading, including the heading; any text before the first heading is a section too.
    fn sections(&self) -> Vec<&[Html]> {
        let starts = self.headings.iter().copied().filter(|start| *start > 0);
        let bounds: Vec<usize> = std::iter::once(0)
            .chain(starts)
            .chain([self.blocks.len()])
            .collect();
        bounds
            .windows(2)
            .map(|bound| &self.blocks[bound[0]..bound[1]])
            .filter(|section| !section.is_empty())
            .collect()
    }
}
