//! Failures on demand: which calls they hit, how often, and what the bot sees of them.

use std::time::Duration;

use super::{chat::ChatId, params::Params, refusal::Refusal, reply::Reply};

const HTML_PAGE: &str = "<html><head><title>502 Bad Gateway</title></head>\
    <body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.18.0</center></body></html>";

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
    /// The connection closes without an answer, and nothing happened.
    Dropped,
    /// The call takes effect, and the connection closes without an answer.
    AcceptedThenDropped,
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

    fn covers(&self, method: &str, chat: Option<ChatId>) -> bool {
        match self {
            Self::Any => true,
            Self::AllButPolling => !method.eq_ignore_ascii_case("getUpdates"),
            Self::Method(name) => method.eq_ignore_ascii_case(name),
            Self::Chat(id) => chat == Some(*id),
        }
    }
}

impl Fault {
    /// The answer that replaces the call altogether, for the faults that do.
    pub fn instead(&self) -> Option<Reply> {
        match self {
            Self::TooManyRequests(seconds) => Some(Reply::Refused(Refusal::too_many(*seconds))),
            Self::ServerError(code) => Some(Reply::Refused(Refusal::server_error(*code))),
            Self::HtmlError(status) => Some(Reply::Page {
                status: *status,
                body: HTML_PAGE,
            }),
            Self::Garbage => Some(Reply::Page {
                status: 200,
                body: "{\"ok\":tru",
            }),
            Self::Dropped => Some(Reply::HangUp),
            Self::Unauthorized => Some(Reply::Refused(Refusal::unauthorized())),
            Self::Conflict => Some(Reply::Refused(Refusal::other_poller())),
            Self::ParseRefusal => Some(Reply::Refused(Refusal::unparsable(
                "Can't find end tag corresponding to start tag \"b\"",
            ))),
            Self::Delay(_) | Self::LateAnswer(_) | Self::AcceptedThenDropped => None,
        }
    }

    fn hits(&self, params: &Params) -> bool {
        *self != Self::ParseRefusal || (params.has("text") && params.has("parse_mode"))
    }
}

struct Pending {
    scope: Scope,
    /// `None` until cleared.
    left: Option<usize>,
    fault: Fault,
}

#[derive(Default)]
pub struct Faults(Vec<Pending>);

impl Faults {
    pub fn push(&mut self, scope: Scope, times: Times, fault: Fault) {
        let left = match times {
            Times::Once => Some(1),
            Times::Exactly(count) => Some(count),
            Times::UntilCleared => None,
        };
        self.0.push(Pending { scope, left, fault });
        self.0.retain(|pending| pending.left != Some(0));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn take(&mut self, method: &str, params: &Params) -> Option<Fault> {
        let pending = self.0.iter_mut().find(|pending| {
            pending.scope.covers(method, params.chat_id()) && pending.fault.hits(params)
        })?;
        let fault = pending.fault.clone();
        pending.left = pending.left.map(|left| left - 1);
        self.0.retain(|pending| pending.left != Some(0));
        Some(fault)
    }
}
