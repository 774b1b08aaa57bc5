//! Figures of the platform's tables that were counted already.

use std::{
    any::Any,
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The state of the platform's tables. While it is the same, nobody has written there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TablesState {
    /// Which connection was asked.
    pub connection: u64,
    /// Whatever it tells of others' commits.
    pub version: i64,
    /// How often this program has written there itself.
    pub own: u64,
}

/// The newest figure for each question.
#[derive(Debug, Default)]
pub struct KeptFigures(Mutex<HashMap<String, Kept>>);

#[derive(Debug)]
struct Kept {
    /// The days, the zone and the like that were asked about.
    about: String,
    /// Before it was counted.
    at: TablesState,
    figure: Box<dyn Any + Send + Sync>,
}

impl KeptFigures {
    pub fn find<T: Clone + 'static>(
        &self,
        question: &str,
        about: &str,
        at: TablesState,
    ) -> Option<T> {
        let all = self.all();
        let kept = all.get(question)?;
        let is_of = kept.about == about && kept.at == at;
        kept.figure.downcast_ref().filter(|_| is_of).cloned()
    }

    pub fn keep<T: Send + Sync + 'static>(
        &self,
        question: &str,
        about: String,
        at: TablesState,
        figure: T,
    ) {
        let figure = Box::new(figure);
        let kept = Kept { about, at, figure };
        self.all().insert(question.to_owned(), kept);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
