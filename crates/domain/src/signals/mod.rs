//! Anomalies in daily series: pure functions from figures by day.
//!
//! Nothing here knows a clock, and nothing looks ahead: the answer for a day depends on that day and those before it,
//! so that a replay of the history tells what would have been said then. Chance comes from a seed of the caller.

mod calendar_days;
mod draws;
mod evidence;
mod expected_days;
mod limits;
mod pooled;
mod report;
mod student;
mod watch;
mod weekly;

pub use self::{
    calendar_days::{marketplace_sales, public_holidays},
    draws::Draws,
    evidence::{Direction, Evidence},
    expected_days::{ExpectedDays, expected_on},
    limits::{Effect, Limits},
    report::{Contribution, Member, Report, SeriesKey, report},
    student::chance_of,
    watch::{Judged, LEARNING_WEEKS, Standing, Usual, judge},
    weekly::Weekly,
};
