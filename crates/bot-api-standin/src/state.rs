//! The stand-in's whole state, and the parts that methods share.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::sync::broadcast;

use super::{
    Options,
    calls::{Call, CallLog},
    chat::{Chat, ChatAccess, ChatKind, User},
    error::ApiError,
    event::{CallbackAnswer, Event},
    faults::Faults,
    id::{ChatId, MessageId, UserId},
    menu::{Command, Menus},
    message::Message,
    params::Params,
    rates::Rates,
    updates::Updates,
};

/// Events a slow subscriber may fall behind before it misses some.
const EVENTS_KEPT: usize = 1024;

/// The chats as they are now. Given to `wait_for`, which holds the lock: look, but call no handle.
pub struct State {
    pub(super) bot: User,
    pub(super) reads_all_group_messages: bool,
    pub(super) callback_lifetime: Duration,
    pub(super) press_kept: Duration,
    pub(super) is_older: bool,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) chats: BTreeMap<ChatId, Chat>,
    pub(super) updates: Updates,
    pub(super) presses: Vec<PressedButton>,
    pub(super) answers: Vec<CallbackAnswer>,
    pub(super) menus: Menus,
    pub(super) webhook: Option<String>,
    /// Tells if the Bot API is reachable.
    pub(super) reachable: bool,
    pub(super) calls: CallLog,
    pub(super) refused_calls: Vec<RefusedCall>,
    pub(super) faults: Faults,
    pub(super) rates: Rates,
    pub(super) events: broadcast::Sender<Event>,
}

pub(super) struct PressedButton {
    pub id: String,
    pub by: UserId,
    pub chat: ChatId,
    pub message: MessageId,
    pub at: Instant,
    pub expired: bool,
}

/// A call that Telegram would always reject.
#[derive(Clone, Debug)]
pub struct RefusedCall {
    pub method: String,
    pub params: Value,
    pub error: ApiError,
}

impl State {
    pub(super) fn new(options: &Options) -> Self {
        let id = options
            .token
            .split(':')
            .next()
            .and_then(|id| id.parse().ok());
        let bot = User {
            id: id.unwrap_or(1),
            first_name: options.username.clone(),
            username: Some(options.username.clone()),
            language: None,
            is_bot: true,
        };
        Self {
            users: BTreeMap::from([(bot.id, bot.clone())]),
            bot,
            reads_all_group_messages: options.reads_all_group_messages,
            callback_lifetime: options.callback_lifetime,
            press_kept: options.press_kept,
            is_older: options.is_older,
            chats: BTreeMap::new(),
            updates: Updates::default(),
            presses: Vec::new(),
            answers: Vec::new(),
            menus: Menus::default(),
            webhook: None,
            reachable: true,
            calls: CallLog::new(options.keep_calls),
            refused_calls: Vec::new(),
            faults: Faults::default(),
            rates: Rates::default(),
            events: broadcast::Sender::new(EVENTS_KEPT),
        }
    }

    /// The chat's messages in order, deleted ones included.
    pub fn messages(&self, chat: ChatId) -> &[Message] {
        self.chats.get(&chat).map_or(&[], |chat| &chat.messages)
    }

    pub fn bot_messages(&self, chat: ChatId) -> impl Iterator<Item = &Message> {
        let bot = self.bot.id;
        self.messages(chat)
            .iter()
            .filter(move |message| message.from == bot)
    }

    pub fn message(&self, chat: ChatId, id: MessageId) -> Option<&Message> {
        self.chats.get(&chat)?.message(id)
    }

    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter()
    }

    pub fn calls_of(&self, method: &str) -> impl Iterator<Item = &Call> {
        self.calls()
            .filter(move |call| call.method.eq_ignore_ascii_case(method))
    }

    pub fn is_reachable(&self) -> bool {
        self.reachable
    }

    pub fn refused_calls(&self) -> &[RefusedCall] {
        &self.refused_calls
    }

    pub fn callback_answers(&self) -> &[CallbackAnswer] {
        &self.answers
    }

    /// The bot's answer to one press; the latest if it gave several.
    pub fn answer_to(&self, query: &str) -> Option<&CallbackAnswer> {
        self.answers
            .iter()
            .rev()
            .find(|answer| answer.query == query)
    }

    /// The commands shown to a person whose app speaks `language` on typing a slash in a chat.
    pub fn menu(&self, chat: ChatId, user: UserId, language: &str) -> &[Command] {
        let members = self.chats.get(&chat).map(|chat| &chat.members);
        let membership = members.and_then(|members| members.get(&user).copied());
        self.menus.shown_to(chat, user, membership, language)
    }

    /// The chat that a call is about, if the bot may still speak in it.
    pub(super) fn open_chat(&mut self, params: &Params) -> Result<&mut Chat, ApiError> {
        let chat = self.known_chat(params)?;
        match (chat.access, chat.kind) {
            (ChatAccess::Open, _) => Ok(chat),
            (ChatAccess::Blocked, _) => Err(ApiError::forbidden("bot was blocked by the user")),
            (ChatAccess::Deactivated, _) => Err(ApiError::forbidden("user is deactivated")),
            (ChatAccess::Kicked, ChatKind::Supergroup | ChatKind::Forum) => Err(
                ApiError::forbidden("bot was kicked from the supergroup chat"),
            ),
            (ChatAccess::Kicked, _) => {
                Err(ApiError::forbidden("bot was kicked from the group chat"))
            }
            (ChatAccess::MigratedTo(id), _) => Err(ApiError::migrated(id)),
        }
    }

    pub(super) fn known_chat(&mut self, params: &Params) -> Result<&mut Chat, ApiError> {
        if !params.has("chat_id") {
            return Err(ApiError::bad("chat_id is empty"));
        }
        params
            .chat_id()
            .and_then(|id| self.chats.get_mut(&id))
            .ok_or_else(|| ApiError::gone("chat not found"))
    }

    /// Makes the Bot API reachable or unreachable.
    pub(super) fn turn(&mut self, reachable: bool) {
        self.reachable = reachable;
        self.announce(Event::Reachable(reachable));
    }

    /// Tells the subscribers, of whom there may be none.
    pub(super) fn announce(&self, event: Event) {
        let _ = self.events.send(event);
    }
}
