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

pub struct Room {
    places: Arc<Semaphore>,
    queue: Mutex<Queue>,
}

/// The places that can be given up, by how long their connections have been waiting.
#[derive(Default)]
struct Queue {
    next: u64,
    waiting: BTreeMap<u64, CancellationToken>,
}

pub struct Place {
    room: Arc<Room>,
    number: Mutex<Option<u64>>,
    given_up: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl Room {
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(places)),
            queue: Mutex::default(),
        })
    }

    /// A place for a newcomer; when all are taken, that of who has waited longest. `None` when the room is closed.
    pub async fn place(self: &Arc<Self>) -> Option<Arc<Place>> {
        let permit = if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            permit
        } else {
            self.make_room();
            Arc::clone(&self.places).acquire_owned().await.ok()?
        };
        let place = Arc::new(Place {
            room: Arc::clone(self),
            number: Mutex::new(None),
            given_up: CancellationToken::new(),
            _permit: permit,
        });
        place.waits();
        Some(place)
    }

    fn make_room(&self) {
        let longest = self.queue().waiting.pop_first();
        if let Some((_, place)) = longest {
            place.cancel();
        }
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// A request has arrived whole: the place is kept until it is answered.
    pub fn works(&self) {
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = number.take() {
            self.room.queue().waiting.remove(&number);
        }
    }

    /// Nothing is to be answered: the place can be given up, after all that wait already.
    pub fn waits(&self) {
        let mut number = self.number.lock().unwrap_or_else(PoisonError::into_inner);
        let mut queue = self.room.queue();
        if let Some(number) = number.take() {
            queue.waiting.remove(&number);
        }
        let last = queue.next;
        queue.next += 1;
        queue.waiting.insert(last, self.given_up.clone());
        *number = Some(last);
    }

    /// Ends when the place has been given up.
    pub async fn given_up(&self) {
        self.given_up.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.works();
    }
}
