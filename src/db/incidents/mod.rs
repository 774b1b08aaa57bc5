//! Incidents: what happens to them, the notices it gives rise to, and where they stand.

mod board;
mod lists;
mod notices;
mod play;
mod recording;
mod row;
mod telling;

pub use self::{
    lists::{IncidentFilter, IncidentState},
    play::{Begun, Happening, Played},
    recording::{Reached, Told},
};
pub(super) use self::{
    row::{IncidentRow, by, mark, select_incidents, worst_first},
    telling::News,
};
