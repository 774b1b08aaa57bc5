//! The conversation as text, for a person who reads why a test failed.

use std::fmt::{self, Display, Write as _};

use super::{BotApi, calls::Outcome, chat::Chat, message::Message, state::State};

/// How many of the latest calls a transcript ends with.
const LATEST_CALLS: usize = 20;

impl BotApi {
    /// Every chat's messages, and the latest calls.
    pub fn transcript(&self) -> String {
        self.shared.read(|state| Transcript(state).to_string())
    }
}

struct Transcript<'a>(&'a State);

impl Display for Transcript<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chat in self.0.chats.values() {
            writeln!(f, "chat {} \"{}\" ({:?}):", chat.id, chat.title, chat.kind)?;
            for message in &chat.messages {
                writeln!(f, "  {}", self.line(chat, message))?;
            }
        }
        for answer in self.0.callback_answers() {
            let text = answer.text.as_deref().unwrap_or("(nothing)");
            writeln!(f, "answered {}: {text}", answer.query)?;
        }
        let calls: Vec<_> = self.0.calls().collect();
        let skipped = calls.len().saturating_sub(LATEST_CALLS);
        for call in &calls[skipped..] {
            writeln!(
                f,
                "{} {}: {}",
                call.method,
                call.params,
                ending(&call.outcome)
            )?;
        }
        Ok(())
    }
}

impl Transcript<'_> {
    fn line(&self, chat: &Chat, message: &Message) -> String {
        let name = self.0.users.get(&message.from);
        let name = name.map_or("?", |user| user.first_name.as_str());
        let mut line = format!("#{} {name}", message.id);
        let thread = message.thread.and_then(|thread| chat.topics.get(&thread));
        if let Some(topic) = thread {
            let _ = write!(line, " in \"{}\"", topic.name);
        }
        if let Some(replied_to) = message.reply_to {
            let _ = write!(line, " to #{replied_to}");
        }
        for (happened, mark) in [
            (message.silent, "silent"),
            (!message.edits.is_empty(), "edited"),
            (message.deleted, "deleted"),
        ] {
            if happened {
                let _ = write!(line, " ({mark})");
            }
        }
        let _ = write!(line, ": {}", message.shown().replace('\n', "\n      "));
        for row in message.labels() {
            let _ = write!(line, "\n      [{}]", row.join("] ["));
        }
        line
    }
}

fn ending(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Unfinished => "unfinished".to_owned(),
        Outcome::Done(_) => "ok".to_owned(),
        Outcome::Refused(error) => error.to_string(),
        Outcome::Faulted(fault) => format!("{fault:?}"),
    }
}
