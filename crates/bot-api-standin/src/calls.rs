//! The log of every call the bot made, and how each ended.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{error::ApiError, faults::Fault, id::ChatId};

#[derive(Clone, Debug)]
pub struct Call {
    pub at: Instant,
    /// The method as Telegram's documentation spells it.
    pub method: String,
    pub params: Value,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Still waiting, or the client disconnected first.
    Unfinished,
    Done(Value),
    Refused(ApiError),
    Faulted(Fault),
}

impl Call {
    pub fn chat(&self) -> Option<ChatId> {
        let chat = &self.params["chat_id"];
        chat.as_i64()
            .or_else(|| chat.as_str().and_then(|digits| digits.parse().ok()))
    }

    pub fn text(&self) -> Option<&str> {
        self.params["text"].as_str()
    }

    pub fn succeeded(&self) -> bool {
        matches!(self.outcome, Outcome::Done(_))
    }

    /// Tells if a fault let the call take effect but kept the answer from a client that waits no longer than
    /// `patience`.
    pub fn answer_was_lost(&self, patience: Duration) -> bool {
        matches!(&self.outcome, Outcome::Faulted(fault) if fault.loses_answer(patience))
    }
}

/// A call's number, counted from the first one ever made.
#[derive(Clone, Copy)]
pub struct Ticket(usize);

pub struct CallLog {
    calls: VecDeque<Call>,
    forgotten: usize,
    keep: usize,
}

impl CallLog {
    pub fn new(keep: Option<usize>) -> Self {
        Self {
            calls: VecDeque::new(),
            forgotten: 0,
            keep: keep.unwrap_or(usize::MAX),
        }
    }

    pub fn begin(&mut self, method: &str, params: Value) -> Ticket {
        self.calls.push_back(Call {
            at: Instant::now(),
            method: method.to_owned(),
            params,
            outcome: Outcome::Unfinished,
        });
        while self.calls.len() > self.keep {
            self.calls.pop_front();
            self.forgotten += 1;
        }
        Ticket(self.forgotten + self.calls.len() - 1)
    }

    /// Records how a call ended; the first recorded end is final.
    pub fn end(&mut self, ticket: Ticket, outcome: Outcome) {
        let place = ticket.0.checked_sub(self.forgotten);
        let call = place.and_then(|place| self.calls.get_mut(place));
        if let Some(call) = call.filter(|call| call.outcome == Outcome::Unfinished) {
            call.outcome = outcome;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }
}
