//! Copies of a message, and what excuses them.

use sovani_ops::{
    standin::{Call, Fault, Message, Outcome},
    views::plain_text,
};

use super::CALL_TIMEOUT;
use crate::support::program::TestProgram;

/// A message that took effect, or may have, without the program knowing.
pub struct Lost {
    chat: i64,
    text: String,
}

impl Lost {
    pub fn answers(program: &TestProgram) -> Vec<Self> {
        let calls = program.telegram().calls().into_iter();
        calls
            .filter(is_lost)
            .filter_map(|call| {
                Some(Self {
                    chat: call.chat()?,
                    text: plain_text(call.text()?),
                })
            })
            .collect()
    }
}

fn is_lost(call: &Call) -> bool {
    let late = matches!(&call.outcome, Outcome::Faulted(Fault::Delay(_)));
    call.method == "sendMessage" && (late || call.answer_was_lost(CALL_TIMEOUT))
}

/// The chat has the message once, and once more at most for every answer to it that was lost.
pub fn copies(program: &TestProgram, lost: &[Lost], chat: i64, is_it: impl Fn(&str) -> bool) {
    let is_card = |message: &Message| message.reply_to.is_none() && !message.edits.is_empty();
    let said = program.said_in(chat);
    let found: Vec<&Message> = said
        .iter()
        .filter(|message| !is_card(message) && is_it(&message.text))
        .collect();
    let most = 1 + excused(lost, chat, &is_it);
    assert!(
        (1..=most).contains(&found.len()),
        "at most {most} in {chat}: {found:#?}"
    );
}

pub fn excused(lost: &[Lost], chat: i64, is_it: impl Fn(&str) -> bool) -> usize {
    let lost = lost.iter().filter(|lost| lost.chat == chat);
    lost.filter(|lost| is_it(&lost.text)).count()
}
