//! Talking with the bot, as people do.

use std::time::Duration;

use sovani_ops::standin::{BotApi, Call, Message, Person};

use super::program::TestProgram;

const SOON: Duration = Duration::from_secs(60);

impl TestProgram {
    pub fn person(&self, id: i64, name: &str) -> Person {
        self.telegram().person(id, name)
    }

    /// Writes to a chat, and waits for the bot's next message there.
    pub async fn asks(&self, person: &Person, chat: i64, text: &str) -> Message {
        let question = person.says(chat, text).unwrap();
        self.answer_after(chat, question).await
    }

    /// The bot's first message in the chat after this one that may answer it.
    pub async fn answer_after(&self, chat: i64, message: i32) -> Message {
        self.telegram()
            .wait_for(SOON, |state| {
                state
                    .bot_messages(chat)
                    .filter(|answer| answer.id > message)
                    // Other notices about the incident reply to its message.
                    .find(|answer| answer.reply_to.is_none_or(|to| to == message))
                    .cloned()
            })
            .await
            .unwrap()
    }

    /// The message, once it says this.
    pub async fn reads(&self, message: &Message, text: &str) -> Message {
        self.telegram()
            .wait_for(SOON, |state| {
                state
                    .message(message.chat, message.id)
                    .filter(|message| message.text.contains(text))
                    .cloned()
            })
            .await
            .unwrap()
    }

    /// The message as it is now.
    pub fn message(&self, message: &Message) -> Message {
        self.telegram().message(message.chat, message.id).unwrap()
    }

    /// The answer to the presser.
    pub async fn told(&self, press: &sovani_ops::standin::Press) -> String {
        let answer = press.answered(SOON).await.unwrap();
        answer.text.unwrap_or_default()
    }
}

/// The program's calls to send to a chat, accepted by Telegram or not.
pub fn sends_to(telegram: &BotApi, chat: i64) -> Vec<Call> {
    let sends = telegram.calls_of("sendMessage").into_iter();
    sends.filter(|call| call.chat() == Some(chat)).collect()
}
