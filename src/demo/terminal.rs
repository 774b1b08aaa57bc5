//! A chat in the terminal: messages scroll by, and buttons have numbers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, broadcast},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    standin::{BotApi, ChatId, Event, Message, MessageId, UserId},
    views::{Voice, say},
};

/// The bot is taken to have finished when it has been quiet for this long.
const QUIET: Duration = Duration::from_millis(700);

/// A button on the screen, by the message that has it and its label.
type ShownButton = (ChatId, MessageId, String);

pub struct Screen {
    /// The followed chat; messages in other chats are shown with their chat's name.
    chat: ChatId,
    /// The person at the keyboard.
    own: UserId,
    voice: Voice,
    /// The lines of each message as they were shown last.
    shown: Mutex<HashMap<(ChatId, MessageId), Vec<String>>>,
    /// Every button shown so far, at its number less one. A lock, because the printer adds and the reader looks up.
    buttons: Mutex<Vec<ShownButton>>,
    changed: Notify,
}

impl Screen {
    /// Prints what happens from now on, in a task that the caller ends.
    pub fn start(
        api: &BotApi,
        chat: ChatId,
        own: UserId,
        voice: Voice,
    ) -> (Arc<Self>, JoinHandle<()>) {
        let screen = Arc::new(Self {
            chat,
            own,
            voice,
            buttons: Mutex::default(),
            shown: Mutex::default(),
            changed: Notify::new(),
        });
        let mut events = api.subscribe();
        let printer = Arc::clone(&screen);
        let printing = tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(event) => printer.show(&event),
                    Err(broadcast::error::RecvError::Lagged(missed)) => {
                        println!("… {missed} events went by too fast\n");
                    }
                    Err(broadcast::error::RecvError::Closed) => break,
                }
            }
        });
        (screen, printing)
    }

    /// Waits until the bot has acted and then been silent for a while, at most `longest`.
    pub async fn settle(&self, longest: Duration) {
        let quiet = async {
            self.changed.notified().await;
            while timeout(QUIET, self.changed.notified()).await.is_ok() {}
        };
        // Silence is an answer too.
        let _ = timeout(longest, quiet).await;
    }

    pub fn button(&self, number: usize) -> Option<ShownButton> {
        let buttons = self.buttons.lock().unwrap_or_else(PoisonError::into_inner);
        buttons.get(number.checked_sub(1)?).cloned()
    }

    fn show(&self, event: &Event) {
        match event {
            Event::Sent {
                message,
                by_bot: true,
            } => self.print(&say!(self.voice, "demo-bot"), message),
            Event::Sent {
                message,
                by_bot: false,
            } => {
                let who = if message.from == self.own {
                    say!(self.voice, "demo-you")
                } else {
                    say!(self.voice, "demo-somebody")
                };
                println!("{}{who}> {}\n", self.place(message.chat), message.text);
                return;
            }
            Event::Edited(message) => self.print(&say!(self.voice, "demo-bot-edits"), message),
            Event::Pressed { data, by, .. } => {
                let who = if *by == self.own {
                    say!(self.voice, "demo-you-press")
                } else {
                    say!(self.voice, "demo-somebody-presses")
                };
                println!("{who}> {data}\n");
                return;
            }
            Event::Answered(answer) => match answer.text.as_deref() {
                None | Some("") => return,
                Some(text) => println!("({text})\n"),
            },
            Event::Reachable(up) => {
                let state = if *up {
                    say!(self.voice, "demo-telegram-up")
                } else {
                    say!(self.voice, "demo-telegram-down")
                };
                println!("({state})\n");
            }
            Event::Deleted { .. } | Event::Action { .. } => return,
        }
        self.changed.notify_one();
    }

    /// Shows a message; of one that was shown before, the lines that are new.
    fn print(&self, who: &str, message: &Message) {
        let rows = message.labels().into_iter().map(|row| {
            let row: Vec<String> = row
                .iter()
                .map(|label| format!("[{}] {label}", self.number(message, label)))
                .collect();
            row.join("   ")
        });
        let text = message.shown();
        let lines: Vec<String> = text.lines().map(str::to_owned).chain(rows).collect();
        let news = self.news(message, lines);
        if news.is_empty() {
            return;
        }
        println!(
            "{}{who}> {}\n",
            self.place(message.chat),
            news.join("\n    ")
        );
    }

    /// The lines that the message had not when it was shown last.
    fn news(&self, message: &Message, lines: Vec<String>) -> Vec<String> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let before = shown.insert((message.chat, message.id), lines.clone());
        match before {
            Some(before) => lines
                .into_iter()
                .filter(|line| !line.is_empty() && !before.contains(line))
                .collect(),
            None => lines,
        }
    }

    fn number(&self, message: &Message, label: &str) -> usize {
        let button = (message.chat, message.id, label.to_owned());
        let mut buttons = self.buttons.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = buttons.iter().position(|shown| *shown == button) {
            return known + 1;
        }
        buttons.push(button);
        buttons.len()
    }

    fn place(&self, chat: ChatId) -> String {
        if chat == self.chat {
            String::new()
        } else {
            say!(self.voice, "demo-in-private") + " "
        }
    }
}
