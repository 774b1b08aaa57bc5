//! The calendar of days that are expected to be different.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::marketplace;

/// An event of the calendar: its days are neither judged nor learnt from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedDays {
    pub name: String,
    pub from: NaiveDate,
    /// The last day, which belongs to it.
    pub to: NaiveDate,
    /// In any spelling; none for all of them.
    #[serde(default)]
    pub marketplaces: Vec<String>,
}

impl ExpectedDays {
    /// Tells if it is expected on that day at that marketplace.
    pub fn covers(&self, day: NaiveDate, marketplace: &str) -> bool {
        let wanted = marketplace::key(marketplace);
        let everywhere = self.marketplaces.is_empty();
        (self.from..=self.to).contains(&day)
            && (everywhere
                || self
                    .marketplaces
                    .iter()
                    .any(|name| marketplace::key(name) == wanted))
    }
}

/// The first event that is expected on that day at that marketplace.
pub fn expected_on<'a>(
    calendar: &'a [ExpectedDays],
    day: NaiveDate,
    marketplace: &str,
) -> Option<&'a ExpectedDays> {
    calendar.iter().find(|event| event.covers(day, marketplace))
}
