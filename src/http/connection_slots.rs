//! Connection slots: when all are taken, the longest-waiting connection is closed for a new one.
//!
//! A connection keeps its slot while a request on it is being answered. Any other connection, whether idle or slow to
//! send its request or to read the answer, can be evicted. Clients that connect and send nothing therefore evict each
//! other, and never a client with a request.

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

/// The slots that can be evicted, longest-waiting first.
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

    /// A slot for a new connection; when all are taken, the longest-waiting one is evicted. `None` when closed.
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
    /// A request has been read completely: the slot is kept until it is answered.
    pub fn busy(&self) {
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = number.take() {
            self.slots.queue().waiting.remove(&number);
        }
    }

    /// No request is being answered: the slot can be evicted, after those that have waited longer.
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

    /// Completes when the slot has been evicted.
    pub async fn evicted(&self) {
        self.evicted.cancelled().await;
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.busy();
    }
}
