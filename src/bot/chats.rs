//! Handles the updates of each chat in order; chats do not wait for each other.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    buttons,
    commands::{self, Given, Ignored},
    ignored,
};
use crate::{context::Context, telegram};

/// Queue limit per chat. If a whole batch exceeds it, the sender is told that the rest was dropped.
const CHAT_MOST: usize = 100;
/// Queue limit for all chats. Telegram keeps further updates, for a day.
const ALL_MOST: usize = 2_000;
/// The next update in the chat may be about what a command changes, so it waits for the command to take effect: longer
/// than the 30 s limit of a database query, but not for minutes if something hangs.
const CHANGE_PATIENCE: Duration = Duration::from_secs(40);
/// An answer that takes longer than this continues beside the next update.
const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

pub struct Chats {
    cx: Arc<Context>,
    /// Chats that a worker is busy with, each with its queue.
    waiting: Mutex<HashMap<i64, Waiting>>,
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct Waiting {
    heard: VecDeque<Heard>,
    left_out: usize,
}

struct Heard {
    request: Request,
    _room: OwnedSemaphorePermit,
}

pub enum Request {
    Command(Given),
    Press(Box<telegram::Press>),
}

impl Request {
    fn chat(&self) -> i64 {
        match self {
            Self::Command(given) => given.invocation.address.chat.chat_id,
            Self::Press(press) => press
                .message
                .as_ref()
                .map_or(press.from.id, |message| message.chat.id),
        }
    }
}

impl Chats {
    pub fn new(cx: &Arc<Context>) -> Arc<Self> {
        Arc::new(Self {
            cx: Arc::clone(cx),
            waiting: Mutex::default(),
            room: Arc::new(Semaphore::new(ALL_MOST)),
        })
    }

    /// Queues an update behind the earlier ones of its chat. Waits while the queue is full.
    pub async fn hand(self: &Arc<Self>, request: Request) {
        let Ok(room) = Arc::clone(&self.room).acquire_owned().await else {
            return;
        };
        let chat = request.chat();
        let heard = Heard {
            request,
            _room: room,
        };
        match self.lock().entry(chat) {
            Entry::Occupied(mut there) => {
                let waiting = there.get_mut();
                if waiting.heard.len() < CHAT_MOST {
                    waiting.heard.push_back(heard);
                } else {
                    waiting.left_out += 1;
                }
            }
            Entry::Vacant(place) => {
                place.insert(Waiting {
                    heard: VecDeque::from([heard]),
                    left_out: 0,
                });
                let chats = Arc::clone(self);
                self.cx.tasks.spawn(async move { chats.work(chat).await });
            }
        }
    }

    /// Handles the queue until it is empty, then reports once which commands were ignored.
    async fn work(self: Arc<Self>, chat: i64) {
        loop {
            let mut ignored = Vec::new();
            while let Some(heard) = self.next(chat) {
                ignored.extend(self.deal_with(heard.request).await);
            }
            let left_out = self.left_out(chat);
            if ignored.is_empty() && left_out == 0 {
                if self.is_finished(chat) {
                    return;
                }
            } else {
                ignored::tell(&self.cx, chat, &ignored, left_out).await;
            }
        }
    }

    fn next(&self, chat: i64) -> Option<Heard> {
        self.lock().get_mut(&chat)?.heard.pop_front()
    }

    fn left_out(&self, chat: i64) -> usize {
        let mut all = self.lock();
        let waiting = all.get_mut(&chat);
        waiting.map_or(0, |waiting| std::mem::take(&mut waiting.left_out))
    }

    /// Checks and removes under one lock, so that no update is queued for a chat without a worker.
    fn is_finished(&self, chat: i64) -> bool {
        let mut all = self.lock();
        let rest = all.get(&chat);
        let finished = rest.is_none_or(|rest| rest.heard.is_empty() && rest.left_out == 0);
        if finished {
            all.remove(&chat);
        }
        finished
    }

    /// Returns when the next update may be handled: the change has taken effect, and the answer was delivered or is
    /// slow.
    async fn deal_with(&self, request: Request) -> Option<Ignored> {
        let cx = Arc::clone(&self.cx);
        let (done, effect) = oneshot::channel();
        let (outcome, changes_something) = match request {
            Request::Command(given) => {
                let changes_something = given.changes_something();
                let answering = async move { commands::answer(&cx, given, done).await };
                (self.cx.tasks.spawn(answering), changes_something)
            }
            Request::Press(press) => {
                let answering = async move {
                    buttons::answer(&cx, *press).await;
                    drop(done);
                    None
                };
                (self.cx.tasks.spawn(answering), true)
            }
        };
        if changes_something && tokio::time::timeout(CHANGE_PATIENCE, effect).await.is_err() {
            tracing::warn!("a command takes long; the next one in its chat does not wait for it");
        }
        let outcome = tokio::time::timeout(ANSWER_PATIENCE, outcome).await;
        outcome.ok()?.ok()?
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
