//! How many runs in a row each fault has lasted.

use std::collections::HashMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Streaks(HashMap<String, u32>);

impl Streaks {
    /// A run that found these faults, and no others.
    pub fn ran<'a>(&mut self, found: impl Iterator<Item = &'a str>) {
        let counted = found.map(|key| {
            let before = self.0.get(key).copied().unwrap_or(0);
            (key.to_owned(), before.saturating_add(1))
        });
        self.0 = counted.collect();
    }

    /// Tells if the fault has lasted this many runs.
    pub fn reaches(&self, key: &str, runs: u32) -> bool {
        self.0.get(key).is_some_and(|lasted| *lasted >= runs)
    }
}
