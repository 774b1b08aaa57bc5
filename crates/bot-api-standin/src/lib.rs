//! A stand-in for the Telegram Bot API: a real HTTP server that keeps chats, messages and updates, rejects invalid
//! calls with Telegram's own error texts, and fails on demand.
//!
//! `server` speaks HTTP, `dispatch` decides between honest answers and injected faults, `methods` holds one function
//! per API method over `state`, and `person` and `world` are the human side.

mod browsers;
mod calls;
mod character_reference;
mod chat;
mod clock;
mod dispatch;
mod entity;
mod error;
mod event;
mod faults;
mod formatted;
mod guise;
mod html;
mod id;
mod keyboard;
mod link;
mod listening;
mod markdown;
mod menu;
mod message;
mod methods;
pub mod page;
mod params;
mod person;
mod photo;
mod rates;
mod reply;
mod server;
mod shared;
mod state;
mod transcript;
mod updates;
mod wait;
mod wire;
mod world;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{Mutex, broadcast};

pub use self::{
    calls::{Call, Outcome},
    chat::{ChatAccess, ChatKind, Membership, Topic, User},
    entity::{Entity, EntityKind, Formatted, utf16_len},
    error::{ApiError, Cause},
    event::{CallbackAnswer, Event},
    faults::{Fault, Scope, Times},
    formatted::ParseMode,
    guise::Guise,
    id::{ChatId, MessageId, UserId},
    keyboard::{Action, Button, Keyboard},
    menu::Command,
    message::{Edit, Message},
    person::{Person, Press},
    photo::Photo,
    state::{RefusedCall, State},
    wait::TimedOut,
    world::WorldError,
};
use self::{listening::Server, shared::Shared};

/// How long Telegram takes an answer to a pressed button, as observed.
const CALLBACK_LIFETIME: Duration = Duration::from_secs(15);
/// How long the Bot API's server keeps a button press that is not fetched.
const PRESS_KEPT: Duration = Duration::from_secs(150);

#[derive(Clone)]
pub struct Options {
    pub token: String,
    /// The bot's @username, without the @.
    pub username: String,
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// How many of the latest calls to remember; `None` remembers all of them.
    pub keep_calls: Option<usize>,
    /// The age at which a pressed button can no longer be answered.
    pub callback_lifetime: Duration,
    /// How long a press waits to be fetched before it is dropped.
    pub press_kept: Duration,
    /// Leave out what later versions of the Bot API have added.
    pub is_older: bool,
    /// Answer 429 to a bot that sends faster than Telegram lets it.
    pub enforce_rates: bool,
    /// When off (the default), the bot receives only commands, mentions and replies to it in groups.
    pub reads_all_group_messages: bool,
}

impl Options {
    pub fn new(token: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            username: username.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keep_calls: None,
            callback_lifetime: CALLBACK_LIFETIME,
            press_kept: PRESS_KEPT,
            is_older: false,
            enforce_rates: false,
            reads_all_group_messages: false,
        }
    }
}

/// A handle to the running stand-in. The server stops with its last handle.
#[derive(Clone)]
pub struct BotApi {
    shared: Arc<Shared>,
    server: Arc<Mutex<Option<Server>>>,
    address: SocketAddr,
}

impl BotApi {
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let listen = options.listen;
        let shared = Arc::new(Shared::new(options));
        let server = server::listen(listen, Arc::clone(&shared)).await?;
        let address = server.address();
        Ok(Self {
            shared,
            server: Arc::new(Mutex::new(Some(server))),
            address,
        })
    }

    /// The base URL to give a client in place of `https://api.telegram.org`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes the listening socket and all connections; the state is kept.
    pub async fn go_down(&self) {
        let mut server = self.server.lock().await;
        if let Some(running) = server.take() {
            running.stop().await;
            self.shared.change(|state| state.turn(false));
        }
    }

    /// Listens again on the address it had before [`BotApi::go_down`].
    pub async fn come_back(&self) -> anyhow::Result<()> {
        let mut server = self.server.lock().await;
        if server.is_none() {
            *server = Some(server::listen(self.address, Arc::clone(&self.shared)).await?);
            self.shared.change(|state| state.turn(true));
        }
        Ok(())
    }

    pub async fn shutdown(&self) {
        self.go_down().await;
    }

    /// Makes the calls in `scope` fail, `times` times. Faults are tried oldest first.
    pub fn fail(&self, scope: Scope, times: Times, fault: Fault) {
        self.shared
            .change(|state| state.faults.push(scope, times, fault));
    }

    /// Makes calls in `scope` fail at random until the faults are cleared. Each call draws one fault of the mix, or
    /// none; the weights are per mille. The same seed gives the same faults for the same sequence of calls. A call that
    /// another mix hits draws too; one that is hit by [`BotApi::fail`] does not.
    pub fn fail_at_random(&self, seed: u64, scope: Scope, mix: &[(Fault, u32)]) {
        self.shared
            .change(|state| state.faults.push_random(seed, scope, mix));
    }

    pub fn clear_faults(&self) {
        self.shared.change(|state| state.faults.clear());
    }

    /// The events in the chats from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.shared.read(|state| state.events.subscribe())
    }

    /// The chat's messages in order, deleted ones included.
    pub fn messages(&self, chat: ChatId) -> Vec<Message> {
        self.shared.read(|state| state.messages(chat).to_vec())
    }

    /// The chat's messages that the bot sent, deleted ones included.
    pub fn bot_messages(&self, chat: ChatId) -> Vec<Message> {
        self.shared
            .read(|state| state.bot_messages(chat).cloned().collect())
    }

    pub fn message(&self, chat: ChatId, id: MessageId) -> Option<Message> {
        self.shared.read(|state| state.message(chat, id).cloned())
    }

    pub fn calls(&self) -> Vec<Call> {
        self.shared.read(|state| state.calls().cloned().collect())
    }

    /// The calls of one method, by its name in any case.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.shared
            .read(|state| state.calls_of(method).cloned().collect())
    }

    /// The calls that were rejected because of their content; injected faults and changed circumstances do not count.
    pub fn refused_calls(&self) -> Vec<RefusedCall> {
        self.shared.read(|state| state.refused_calls().to_vec())
    }

    pub fn callback_answers(&self) -> Vec<CallbackAnswer> {
        self.shared.read(|state| state.callback_answers().to_vec())
    }
}
