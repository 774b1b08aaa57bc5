//! `ops_incidents`, and the history of their alerts.

mod history;
mod lists;
mod row;

pub use self::lists::{IncidentFilter, IncidentState};
pub(super) use self::row::{SELECT_INCIDENTS, WORST_FIRST, by, incidents, mark};
