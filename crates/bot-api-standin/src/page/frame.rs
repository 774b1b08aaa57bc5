//! The whole page: who looks, at which chat, and the phone that shows it.

use maud::{DOCTYPE, Markup, html};

use super::{
    Face,
    bubble::{Eyes, colour, initial, name, said},
    panel,
};
use crate::{
    chat::{Chat, ChatKind, Membership},
    clock::unix_now,
    event::CallbackAnswer,
    id::{ChatId, MessageId, UserId},
    state::State,
};

/// The newest messages that are shown; a phone loads those before them when asked.
const MESSAGES: usize = 200;
const LONGEST_TEXT: usize = 4096;

/// The person and chat that a page shows.
#[derive(Clone, Copy)]
pub struct Look {
    pub who: UserId,
    pub chat: ChatId,
}

/// Parts of the page besides the chat itself.
#[derive(Default)]
pub struct Extras {
    pub reply: Option<MessageId>,
    pub answer: Option<CallbackAnswer>,
}

impl Look {
    pub fn path(&self) -> String {
        format!("/{}/{}", self.who, self.chat)
    }

    /// Tells if Telegram would show the person this chat: their own with the bot, or one that they are a member of.
    pub fn is_allowed(&self, state: &State) -> bool {
        self.chat == self.who
            || state
                .chats
                .get(&self.chat)
                .is_some_and(|chat| is_in(chat, self.who))
    }

    /// The private chat exists even before its first message.
    pub fn with_chat<T>(&self, state: &State, show: impl FnOnce(&Chat) -> T) -> T {
        match state.chats.get(&self.chat) {
            Some(chat) => show(chat),
            None => show(&Chat::new(
                self.chat,
                ChatKind::Private,
                name(state, self.who),
            )),
        }
    }
}

pub fn is_in(chat: &Chat, who: UserId) -> bool {
    let membership = chat.members.get(&who);
    !chat.is_private() && membership.is_some_and(|membership| *membership != Membership::Left)
}

/// The chats in a person's list.
pub fn chats_of(state: &State, who: UserId) -> Vec<ChatId> {
    let groups = state.chats.values().filter(|chat| is_in(chat, who));
    groups.map(|chat| chat.id).chain([who]).collect()
}

/// The messages of a chat, oldest first.
pub fn log(face: &Face, state: &State, look: Look) -> Markup {
    look.with_chat(state, |chat| {
        let eyes = Eyes {
            state,
            chat,
            who: look.who,
            zone: face.zone,
        };
        let there: Vec<_> = chat
            .messages
            .iter()
            .filter(|message| !message.deleted)
            .collect();
        let newest = &there[there.len().saturating_sub(MESSAGES)..];
        html! { @for message in newest { (eyes.bubble(message)) } }
    })
}

pub fn page(face: &Face, state: &State, look: Look, extras: &Extras) -> Markup {
    let base = look.path();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content";
                meta name="color-scheme" content="light dark";
                title { (title(state, look)) " · " (face.title) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
            }
            body data-base=(base) data-down[!state.is_reachable()] {
                a.skip href="#compose" { "To the message box" }
                (people(face, look))
                main.phone { (phone(face, state, look, extras)) }
                @if let Some(beside) = &face.panel {
                    aside #panel aria-label=(beside.sentences().label) { (panel::panel(beside.as_ref(), &base, unix_now())) }
                }
                div #toasts aria-live="assertive" { (toast(extras)) }
                dialog #alert { p {} form method="dialog" { button autofocus { "OK" } } }
            }
        }
    }
}

fn people(face: &Face, look: Look) -> Markup {
    html! {
        nav.people aria-label="Whose phone" {
            p { "Whose phone" }
            ul {
                @for member in &face.people {
                    // Switching the person keeps the chat if both are members, and else opens the first chat that both
                    // see.
                    li { a href={ "/" (member.person.id) "/" (look.chat_for(member.person.id)) } aria-current=[(member.person.id == look.who).then_some("page")] class={ "c" (colour(member.person.id)) } {
                        span.avatar aria-hidden="true" { (initial(&member.person.first_name)) }
                        span { strong { (member.person.first_name) } span { (member.about) } }
                    } }
                }
            }
        }
    }
}

fn phone(face: &Face, state: &State, look: Look, extras: &Extras) -> Markup {
    html! {
        nav.chats aria-label="Chats" {
            @for id in chats_of(state, look.who) {
                @let other = Look { chat: id, ..look };
                a href=(other.path()) data-chat=(id) aria-current=[(id == look.chat).then_some("page")] {
                    (title(state, other)) " " span.unread hidden {}
                }
            }
        }
        header.top {
            span.avatar aria-hidden="true" class={ "c" (colour(look.chat)) } { (initial(title(state, look))) }
            div {
                h1 { (title(state, look)) }
                p #presence role="status" data-rest=(presence(state, look)) {
                    @if state.is_reachable() { (presence(state, look)) } @else { "connecting…" }
                }
            }
            @if let Some(beside) = &face.panel { a.to-panel href="#panel" { (beside.sentences().link) } }
        }
        p #outage role="alert" hidden[state.is_reachable()] { "Telegram is down. What the bot has to say waits in its outbox." }
        ol #log role="log" aria-live="polite" aria-label="Messages" tabindex="0" { (log(face, state, look)) }
        p #empty { "No messages here yet. Press Start, or type a command." }
        (compose(state, look, extras))
    }
}

fn compose(state: &State, look: Look, extras: &Extras) -> Markup {
    let base = look.path();
    let commands = state.menu(look.chat, look.who, "en");
    let quoted = look.with_chat(state, |chat| {
        let message = chat
            .message(extras.reply?)
            .filter(|message| !message.deleted)?;
        Some((
            message.id,
            name(state, message.from).to_owned(),
            said(message),
        ))
    });
    html! {
        form #tap method="post" action={ (base) "/say" } {}
        form #compose method="post" action={ (base) "/say" } autocomplete="off" {
            div #replying hidden[quoted.is_none()] {
                p { strong { @if let Some((_, name, _)) = &quoted { (name) } } span { @if let Some((_, _, said)) = &quoted { (said) } } }
                a href=(base) aria-label="Do not reply" { "✕" }
            }
            input #reply type="hidden" name="reply" value=[quoted.as_ref().map(|(id, ..)| id)];
            div.line {
                details #menu {
                    summary aria-label="Commands of the bot" { "/" span { "Menu" } }
                    ul {
                        @for command in commands {
                            li { button type="submit" form="tap" name="text" value={ "/" (command.command) } {
                                strong { "/" (command.command) } span { (command.description) }
                            } }
                        }
                        @if commands.is_empty() { li { p { "The bot has published no commands yet." } } }
                    }
                }
                label.visually-hidden for="text" { "Message" }
                input #text name="text" placeholder="Message" maxlength=(LONGEST_TEXT) list="commands" enterkeyhint="send" required;
                datalist #commands { @for command in commands { option value={ "/" (command.command) } { (command.description) } } }
                button.send aria-label="Send" { "➤" }
            }
        }
    }
}

fn toast(extras: &Extras) -> Markup {
    let text = extras
        .answer
        .as_ref()
        .and_then(|answer| answer.text.as_deref());
    html! { @if let Some(text) = text { p.toast { (text) } } }
}

fn title(state: &State, look: Look) -> &str {
    match state.chats.get(&look.chat) {
        Some(chat) if !chat.is_private() => &chat.title,
        _ => &state.bot.first_name,
    }
}

/// The line below the title.
fn presence(state: &State, look: Look) -> String {
    let chat = state
        .chats
        .get(&look.chat)
        .filter(|chat| !chat.is_private());
    match chat {
        // The bot is a member without an entry in the list.
        Some(chat) => format!(
            "{} members",
            chat.members
                .values()
                .filter(|one| **one != Membership::Left)
                .count()
                + 1
        ),
        None => "bot".to_owned(),
    }
}
