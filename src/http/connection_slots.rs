//! Who has a connection when there is not room for all.
//!
//! A connection on which a request is being answered keeps its place. Any other, be it idle or slow with its request or
//! with taking the answer, gives its place up to a newcomer once all are taken, the longest-waiting first. So clients
//! that connect and say nothing, however many, push out each other and nobody who has something to say.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

pub struct ConnectionSlots {
    permits: Arc<Semaphore>,
    queue: Mutex<Queue>,
}

/// The permits that can be given up, by how long their connections have been waiting.
#[derive(Default)]
struct Queue {
    next: u64,
    waiting: BTreeMap<u64, CancellationToken>,
}

pub struct ConnectionSlot {
    slots: Arc<ConnectionSlots>,
    number: Mutex<Option<u64>>,
    evicted: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl ConnectionSlots {
    pub fn new(permits: usize) -> Arc<Self> {
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(permits)),
            queue: Mutex::default(),
        })
    }

    /// A place for a newcomer; when all are taken, that of who has waited longest. `None` when the room is closed.
    pub async fn acquire(self: &Arc<Self>) -> Option<Arc<ConnectionSlot>> {
        let permit = if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            permit
        } else {
            self.evict_longest_waiting();
            Arc::clone(&self.permits).acquire_owned().await.ok()?
        };
        let slot = Arc::new(ConnectionSlot {
            slots: Arc::clone(self),
            number: Mutex::new(None),
            evicted: CancellationToken::new(),
            _permit: permit,
        });
        slot.idle();
        Some(slot)
    }

    fn evict_longest_waiting(&self) {
        let longest = self.queue().waiting.pop_first();
        if let Some((_, evicted)) = longest {
            evicted.cancel();
        }
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectionSlot {
    /// A request has arrived whole: the place is kept until it is answered.
    pub fn busy(&self) {
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = number.take() {
            self.slots.queue().waiting.remove(&number);
        }
    }

    /// Nothing is to be answered: the place can be given up, after all that wait already.
    pub fn idle(&self) {
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        let mut queue = self.slots.queue();
        if let Some(number) = number.take() {
            queue.waiting.remove(&number);
        }
        let last = queue.next;
        queue.next += 1;
        queue.waiting.insert(last, self.evicted.clone());
        *number = Some(last);
    }

    /// Ends when the place has been given up.
    pub async fn evicted(&self) {
        self.evicted.cancelled().await;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.busy();
    }
}
