//! Failures on demand: which calls they hit, how often, and what the bot sees of them.

use std::time::Duration;

use fastrand::Rng;

use super::{error::ApiError, id::ChatId, params::Params, reply::Reply};

const HTML_PAGE: &str = "<html><head><title>502 Bad Gateway</title></head>\
    <body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.18.0</center></body></html>";

/// The weights of random faults are per mille.
const PER_MILLE: u32 = 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with `retry_after`, in seconds.
    TooManyRequests(u64),
    /// A 5xx with Telegram's envelope.
    ServerError(u16),
    /// A 5xx with a proxy's page in place of JSON.
    HtmlError(u16),
    /// Status 200, and a body that is not JSON.
    Garbage,
    /// The call takes effect only after this long, if the client is still there.
    Delay(Duration),
    /// The call takes effect at once, and the answer comes after this long.
    LateAnswer(Duration),
    /// The connection closes without an answer, and the call has no effect.
    Dropped,
    /// The call takes effect, but the connection closes without an answer.
    AcceptedThenDropped,
    /// An error response with this text, whatever the call.
    Refused(u16, &'static str),
    Unauthorized,
    Conflict,
    /// `can't parse entities` for any text that comes with a parse mode; plain text goes through.
    ParseRefusal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Any,
    /// Every call but getUpdates, so that the fault is not spent on a poll.
    AllButPolling,
    /// One method, by its name in any case.
    Method(String),
    Chat(ChatId),
    /// Only messages and edits to this chat.
    MessagesTo(ChatId),
    /// Messages and edits with these words in their text.
    Saying(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    Once,
    Exactly(usize),
    UntilCleared,
}

impl Scope {
    pub fn method(name: impl Into<String>) -> Self {
        Self::Method(name.into())
    }

    fn covers(&self, method: &str, params: &Params) -> bool {
        let chat = params.chat_id();
        match self {
            Self::Any => true,
            Self::AllButPolling => !method.eq_ignore_ascii_case("getUpdates"),
            Self::Method(name) => method.eq_ignore_ascii_case(name),
            Self::Chat(id) => chat == Some(*id),
            Self::MessagesTo(id) => chat == Some(*id) && has_text(params),
            Self::Saying(words) => ["text", "caption"]
                .iter()
                .filter_map(|name| params.text(name))
                .any(|text| text.contains(words)),
        }
    }
}

impl Fault {
    /// The answer of faults that replace the call altogether.
    pub fn instead(&self) -> Option<Reply> {
        match self {
            Self::TooManyRequests(seconds) => Some(Reply::Refused(ApiError::too_many(*seconds))),
            Self::ServerError(code) => Some(Reply::Refused(ApiError::server_error(*code))),
            Self::HtmlError(status) => Some(Reply::Page {
                status: *status,
                body: HTML_PAGE,
            }),
            Self::Garbage => Some(Reply::Page {
                status: 200,
                body: "{\"ok\":tru",
            }),
            Self::Dropped => Some(Reply::HangUp),
            Self::Refused(code, words) => Some(Reply::Refused(ApiError::in_words(*code, words))),
            Self::Unauthorized => Some(Reply::Refused(ApiError::unauthorized())),
            Self::Conflict => Some(Reply::Refused(ApiError::other_poller())),
            Self::ParseRefusal => Some(Reply::Refused(ApiError::unparsable(
                "Can't find end tag corresponding to start tag \"b\"",
            ))),
            Self::Delay(_) | Self::LateAnswer(_) | Self::AcceptedThenDropped => None,
        }
    }

    /// Tells if the call takes effect but a client that waits no longer than `patience` gets no answer.
    pub fn loses_answer(&self, patience: Duration) -> bool {
        match self {
            Self::AcceptedThenDropped => true,
            Self::LateAnswer(pause) => *pause >= patience,
            _ => false,
        }
    }

    fn hits(&self, params: &Params) -> bool {
        *self != Self::ParseRefusal || (params.has("parse_mode") && has_text(params))
    }
}

fn has_text(params: &Params) -> bool {
    params.has("text") || params.has("caption")
}

struct Pending {
    scope: Scope,
    /// `None` until cleared.
    left: Option<usize>,
    fault: Fault,
}

/// Faults at random, reproducible by their seed.
struct Random {
    scope: Scope,
    draws: Rng,
    /// Each with its probability per mille.
    mix: Vec<(Fault, u32)>,
}

impl Random {
    /// Draws for a call: one fault of the mix, or none.
    fn draw(&mut self) -> Option<&Fault> {
        let mut drawn = self.draws.u32(0..PER_MILLE);
        for (fault, weight) in &self.mix {
            match drawn.checked_sub(*weight) {
                Some(rest) => drawn = rest,
                None => return Some(fault),
            }
        }
        None
    }
}

#[derive(Default)]
pub struct Faults {
    ordered: Vec<Pending>,
    random: Vec<Random>,
}

impl Faults {
    pub fn push(&mut self, scope: Scope, times: Times, fault: Fault) {
        let left = match times {
            Times::Once => Some(1),
            Times::Exactly(count) => Some(count),
            Times::UntilCleared => None,
        };
        self.ordered.push(Pending { scope, left, fault });
        self.forget_the_spent();
    }

    pub fn push_random(&mut self, seed: u64, scope: Scope, mix: &[(Fault, u32)]) {
        let all: u32 = mix.iter().map(|(_, weight)| weight).sum();
        assert!(all <= PER_MILLE, "{all} calls in a thousand are to fail");
        self.random.push(Random {
            scope,
            draws: Rng::with_seed(seed),
            mix: mix.to_vec(),
        });
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault for a call: the oldest one ordered, or else one drawn at random.
    pub fn take(&mut self, method: &str, params: &Params) -> Option<Fault> {
        let ordered = self.take_ordered(method, params);
        ordered.or_else(|| self.draw(method, params))
    }

    fn take_ordered(&mut self, method: &str, params: &Params) -> Option<Fault> {
        let pending = self
            .ordered
            .iter_mut()
            .find(|pending| pending.scope.covers(method, params) && pending.fault.hits(params))?;
        let fault = pending.fault.clone();
        pending.left = pending.left.map(|left| left - 1);
        self.forget_the_spent();
        Some(fault)
    }

    fn draw(&mut self, method: &str, params: &Params) -> Option<Fault> {
        let covering = self
            .random
            .iter_mut()
            .filter(|random| random.scope.covers(method, params));
        // Every mix draws a number even after a hit, so that the mixes stay independent of each other.
        let mut struck = None;
        for random in covering {
            let fault = random.draw().filter(|fault| fault.hits(params));
            struck = struck.or_else(|| fault.cloned());
        }
        struck
    }

    fn forget_the_spent(&mut self) {
        self.ordered.retain(|pending| pending.left != Some(0));
    }
}
