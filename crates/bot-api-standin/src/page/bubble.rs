//! One message as a phone shows it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use super::rich::rich;
use crate::{
    chat::Chat,
    id::UserId,
    keyboard::{Action, Button},
    message::Message,
    state::State,
};

/// How much of a quoted message is shown, in characters.
const QUOTED: usize = 90;
/// How many colours names have.
const COLOURS: i64 = 7;
/// The ids of made-up people are multiples of one another; their thousands tell them apart.
const APART: i64 = 1000;

/// The person whose view of a chat is rendered.
pub struct Eyes<'a> {
    pub state: &'a State,
    pub chat: &'a Chat,
    pub who: UserId,
    /// The zone of the displayed times.
    pub zone: Tz,
}

impl Eyes<'_> {
    pub fn bubble(&self, message: &Message) -> Markup {
        let mine = message.from == self.who;
        let name = name(self.state, message.from);
        let colour = colour(message.from);
        html! {
            li id={ "m" (message.id) } class={ "row " (if mine { "out" } else { "in" }) " c" (colour) } {
                @if !mine && !self.chat.is_private() {
                    span.avatar aria-hidden="true" { (initial(name)) }
                }
                article.bubble tabindex="-1" aria-label={ (if mine { "You" } else { name }) } {
                    div.balloon.pictured[message.photo.is_some()] {
                        @if !mine && !self.chat.is_private() { header.name { (name) } }
                        (self.quote(message))
                        (self.picture(message))
                        @if !message.text.is_empty() {
                            div.text dir="auto" { (rich(&message.text, &message.entities, message.from == self.state.bot.id)) }
                        }
                        (self.footer(message, mine))
                    }
                    (self.keys(message))
                }
            }
        }
    }

    fn path(&self) -> String {
        format!("/{}/{}", self.who, self.chat.id)
    }

    fn quote(&self, message: &Message) -> Markup {
        let Some(id) = message.reply_to else {
            return Markup::default();
        };
        let quoted = self.chat.message(id).filter(|quoted| !quoted.deleted);
        html! {
            @match quoted {
                Some(quoted) => a.reply class={ "c" (colour(quoted.from)) } href={ "#m" (id) } {
                    strong { (name(self.state, quoted.from)) }
                    span { (said(quoted)) }
                },
                None => span.reply { span { "Deleted message" } },
            }
        }
    }

    fn picture(&self, message: &Message) -> Markup {
        let Some(photo) = &message.photo else {
            return Markup::default();
        };
        let address = format!("{}/photo/{}", self.path(), message.id);
        html! {
            a.photo href=(address) target="_blank" {
                img src=(address) width=(photo.width) height=(photo.height) alt={ "Picture: " (said(message)) };
            }
        }
    }

    fn footer(&self, message: &Message, mine: bool) -> Markup {
        let at = DateTime::<Utc>::from_timestamp(message.date, 0).unwrap_or_default();
        html! {
            footer {
                a.answer href={ (self.path()) "?reply=" (message.id) "#compose" } data-reply=(message.id)
                    title="Reply" aria-label="Reply to this message" { "↩" }
                @if message.silent { span title="Sent without a sound" { span.visually-hidden { "silent" } span aria-hidden="true" { "🔕" } } }
                @if !message.edits.is_empty() { span.edited { "edited" } }
                time datetime=(at.to_rfc3339()) { (at.with_timezone(&self.zone).format("%H:%M")) }
                @if mine { span.ticks aria-hidden="true" { "✓✓" } }
            }
        }
    }

    fn keys(&self, message: &Message) -> Markup {
        if message.keyboard.is_empty() {
            return Markup::default();
        }
        html! {
            form.keys method="post" action={ (self.path()) "/press" } aria-label="Buttons of the message" {
                input type="hidden" name="message" value=(message.id);
                @for row in &message.keyboard.rows {
                    div.keyrow { @for button in row { (key(button)) } }
                }
            }
        }
    }
}

fn key(button: &Button) -> Markup {
    html! {
        @match &button.action {
            Action::Callback(data) => button name="data" value=(data) { (button.text) },
            Action::Url(url) => a.key href=(url) target="_blank" rel="noopener noreferrer" { (button.text) " ↗" },
            Action::Other(..) => button disabled title="This page does not know what it does" { (button.text) },
        }
    }
}

pub fn name(state: &State, user: UserId) -> &str {
    let user = state.users.get(&user);
    user.map_or("Deleted account", |user| user.first_name.as_str())
}

pub fn colour(user: UserId) -> i64 {
    (user / APART + user).rem_euclid(COLOURS)
}

pub fn initial(name: &str) -> String {
    let first = name.chars().find(|c| c.is_alphanumeric());
    first.map_or_else(|| "?".to_owned(), |c| c.to_uppercase().collect())
}

/// The beginning of what a message says, in one line.
pub fn said(message: &Message) -> String {
    let line = message
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let line = if line.is_empty() { "Picture" } else { &line };
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
