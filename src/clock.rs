//! What time it is. Tests set it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Duration, Utc};

use crate::domain::Timestamp;

#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// The hand of a clock that only moves when told to; `None` for the system's.
    hand: Option<Arc<Mutex<Timestamp>>>,
}

impl Clock {
    pub fn system() -> Self {
        Self::default()
    }

    pub fn standing_at(moment: Timestamp) -> Self {
        Self {
            hand: Some(Arc::new(Mutex::new(moment))),
        }
    }

    pub fn now(&self) -> Timestamp {
        match &self.hand {
            Some(hand) => *hand.lock().unwrap_or_else(PoisonError::into_inner),
            None => Timestamp::new(Utc::now()),
        }
    }

    /// Moves a standing clock, backwards too. The system's clock does not move.
    pub fn advance(&self, by: Duration) {
        if let Some(hand) = &self.hand {
            let mut hand = hand.lock().unwrap_or_else(PoisonError::into_inner);
            *hand = *hand + by;
        }
    }
}
