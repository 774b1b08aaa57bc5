//! Compares the chats with what they must contain once everything is delivered.

use std::collections::BTreeMap;

use sovani_ops::{
    domain::Fingerprint,
    outbox::card,
    standin::Message,
    views::{self, plain_text},
};

use super::{
    LOST, SUPERGROUP, Size,
    copies::{Lost, copies, excused},
    scenario::named,
};
use crate::support::{
    checks::fault,
    database::TestDatabase,
    program::{MANAGER, TestProgram},
};

/// A word on the standing message of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// After the fault was found so often.
    Reminder {
        found: u32,
    },
    Worsened,
    SilenceOver,
    /// By hand, while the check still fails.
    Closed,
    Resolved,
}

/// The messages that each chat must have besides those of the incidents, in order.
#[derive(Default)]
pub struct Expected {
    words: Vec<(usize, Word)>,
    /// How many words went before the supergroup had all standing messages of its own.
    before_supergroup: usize,
}

impl Word {
    fn phrase(self) -> String {
        match self {
            Self::Reminder { found } => format!("Still failing, {found} checks so far."),
            Self::Worsened => "Worse: it was error, now it is critical.".to_owned(),
            Self::SilenceOver => "The silence is over".to_owned(),
            Self::Closed => "Closed by Anna".to_owned(),
            Self::Resolved => "RESOLVED".to_owned(),
        }
    }

    fn is_in(self, number: usize, text: &str) -> bool {
        text.contains(&named(number)) && text.contains(&self.phrase())
    }
}

impl Expected {
    pub fn add(&mut self, number: usize, word: Word) {
        self.words.push((number, word));
    }

    pub fn supergroup_is_settled(&mut self) {
        self.before_supergroup = self.words.len();
    }

    pub async fn is_met(&self, database: &TestDatabase, program: &TestProgram, size: Size) {
        let lost = Lost::answers(program);
        let live = size.live_chats();
        for number in 1..=size.faults {
            let ends = standing_message(program, &fault(&named(number))).await;
            for chat in live.iter().chain([&SUPERGROUP]) {
                ends_as(program, *chat, number, &ends);
            }
        }
        for chat in &live {
            once(program, &lost, *chat, &self.words, &size);
            was_written_to_alone(program, &lost, *chat);
        }
        for (number, word) in &self.words[self.before_supergroup..] {
            copies(program, &lost, SUPERGROUP, |text| word.is_in(*number, text));
        }
        for chat in live.iter().chain([&SUPERGROUP, &MANAGER]) {
            for gone in LOST {
                let news = format!("Alerts no longer reach chat {gone}: ");
                copies(program, &lost, *chat, |text| text.contains(&news));
            }
        }
        outbox_is_settled(database).await;
    }
}

async fn standing_message(program: &TestProgram, fault: &Fingerprint) -> views::Message {
    let incident = program
        .cx()
        .db
        .newest_incident(fault)
        .await
        .unwrap()
        .unwrap();
    card(program.cx(), &incident).await.unwrap()
}

/// The newest message about the incident that is no reply shows its state, with the matching buttons.
fn ends_as(program: &TestProgram, chat: i64, number: usize, ends: &views::Message) {
    let cards = standing_messages(program, chat, number);
    let card = cards.last();
    let card = card.unwrap_or_else(|| panic!("{chat} was never told of {number}"));
    assert_eq!(card.text, plain_text(&ends.html), "in {chat}");
    let buttons = |row: &Vec<views::Button>| row.iter().map(|button| button.text.clone()).collect();
    let buttons: Vec<Vec<String>> = ends.buttons.iter().map(buttons).collect();
    assert_eq!(card.labels(), buttons, "in {chat}");
}

fn standing_messages(program: &TestProgram, chat: i64, number: usize) -> Vec<Message> {
    let mut said = program.said_in(chat);
    said.retain(|message| message.reply_to.is_none() && message.text.contains(&named(number)));
    said
}

/// Every standing message and every word is there once, and nothing else.
fn once(program: &TestProgram, lost: &[Lost], chat: i64, words: &[(usize, Word)], size: &Size) {
    for number in 1..=size.faults {
        let cards = standing_messages(program, chat, number).len();
        let excused = excused(lost, chat, |text| {
            let is_word = words.iter().any(|(of, word)| word.is_in(*of, text));
            text.contains(&named(number)) && !is_word
        });
        assert!(
            (1..=1 + excused).contains(&cards),
            "{cards} of {number} in {chat}"
        );
    }
    for (number, word) in words {
        copies(program, lost, chat, |text| word.is_in(*number, text));
    }
    for reply in replies(program, chat) {
        let is_expected = words
            .iter()
            .any(|(number, word)| word.is_in(*number, &reply.text));
        assert!(is_expected, "{reply:?}");
    }
}

fn replies(program: &TestProgram, chat: i64) -> Vec<Message> {
    let mut said = program.said_in(chat);
    said.retain(|message| message.reply_to.is_some());
    said
}

fn was_written_to_alone(program: &TestProgram, lost: &[Lost], chat: i64) {
    let own = format!("For chat {chat} alone.");
    copies(program, lost, chat, |text| text == own);
    let said = program.said_in(chat);
    let strays = said
        .iter()
        .filter(|message| message.text.starts_with("For chat "));
    assert!(
        strays.into_iter().all(|message| message.text == own),
        "{said:#?}"
    );
}

async fn outbox_is_settled(database: &TestDatabase) {
    let states = "SELECT CAST(chat_id AS TEXT) || ' ' || state FROM ops_outbox WHERE state IN ('pending', 'dead')";
    let mut unsettled = BTreeMap::new();
    for row in database.texts(states).await {
        *unsettled.entry(row).or_insert(0) += 1;
    }
    unsettled.retain(|row, _| !LOST.iter().any(|chat| *row == format!("{chat} dead")));
    assert!(unsettled.is_empty(), "{unsettled:?}");
    let gone =
        "SELECT CAST(chat_id AS TEXT) FROM ops_chats WHERE dead_since IS NOT NULL ORDER BY chat_id";
    assert_eq!(
        database.texts(gone).await,
        LOST.map(|chat| chat.to_string())
    );
}
