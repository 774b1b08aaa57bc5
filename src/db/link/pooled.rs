//! Statements for a pooler that gives each transaction another server connection, such as `PgBouncer` by
//! `pool_mode = transaction`.
//!
//! The driver prepares a statement in one transaction and runs it in the next, which would be on a server that has never
//! heard of it. So the statement is prepared once more in the message before it runs, without a name; whatever came of that
//! does not outlive the transaction. A session has no settings there either: they go along with each statement.

use super::message::{Message, text};
use crate::db::limits;

const PARSE: u8 = b'P';
const BIND: u8 = b'B';
const DESCRIBE: u8 = b'D';
const EXECUTE: u8 = b'E';
const CLOSE: u8 = b'C';
const STATEMENT: u8 = b'S';

/// Statements that set their own limits, or cannot follow another one in their transaction, begin with none of these.
const LIMITED: [&str; 5] = ["select", "insert", "update", "delete", "with"];

/// The last statement that the driver prepared, without its name. The driver runs each statement right after preparing
/// it.
#[derive(Default)]
pub struct Prepared(Vec<u8>);

impl Prepared {
    /// The message, or the messages that replace it.
    pub fn carry(&mut self, message: &Message) -> Vec<u8> {
        self.translate(message)
            .unwrap_or_else(|| message.bytes().to_vec())
    }

    fn translate(&mut self, message: &Message) -> Option<Vec<u8>> {
        let body = message.body();
        match message.kind() {
            PARSE => {
                let (_, statement) = text(body)?;
                self.0 = statement.to_vec();
                Some(self.prepare())
            }
            BIND => {
                let (_portal, rest) = text(body)?;
                let (_name, values) = text(rest)?;
                let mut messages = self.limits();
                messages.extend(self.prepare());
                messages.extend(Message::new(BIND, &[b"\0\0", values].concat()).bytes());
                Some(messages)
            }
            kind @ (DESCRIBE | CLOSE) if body.first() == Some(&STATEMENT) => {
                Some(Message::new(kind, &[STATEMENT, 0]).bytes().to_vec())
            }
            _ => None,
        }
    }

    fn prepare(&self) -> Vec<u8> {
        Message::new(PARSE, &[&[0], &self.0[..]].concat())
            .bytes()
            .to_vec()
    }

    /// A statement before it, which sets the limits until their common transaction ends, and whose result has no rows.
    fn limits(&self) -> Vec<u8> {
        let sql = self.0.trim_ascii_start();
        let is_limited = LIMITED.iter().any(|word| {
            let begin = sql.get(..word.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
        });
        if !is_limited {
            return Vec::new();
        }
        let mut statement = vec![0];
        statement.extend(limits::statement().as_bytes());
        // The end of the text, and no types of parameters.
        statement.extend([0, 0, 0]);
        [
            Message::new(PARSE, &statement),
            // No portal, no statement's name, and neither formats nor values nor formats of results.
            Message::new(BIND, &[0; 8]),
            Message::new(EXECUTE, &[0; 5]),
        ]
        .iter()
        .flat_map(|message| message.bytes().to_vec())
        .collect()
    }
}
