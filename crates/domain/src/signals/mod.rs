//! Anomalies in daily series, steps of commission rates, and forecasts of levels: pure functions from figures by day.
//!
//! Nothing here knows a clock, and nothing looks ahead: the answer for a day depends on that day and those before it,
//! so that a replay of the history tells what would have been said then. Chance comes from a seed of the caller.

mod backtest;
mod bands;
mod bootstrap;
mod calendar_days;
mod commission;
mod draws;
mod evidence;
mod expected_days;
mod firing;
mod flows;
mod limits;
mod pooled;
mod report;
mod size_trend;
mod student;
mod watch;
mod weekly;
mod weekly_sums;

pub use self::{
    backtest::{Backtest, Forecasting, Unproven},
    bands::{Band, Bands, Crossing, Side},
    bootstrap::{cash_forecast, measured_cash},
    calendar_days::{marketplace_sales, public_holidays},
    commission::{ArticleRate, Extent, RateStep, Rates, Sold, judge_rates},
    draws::Draws,
    evidence::{Direction, Evidence},
    expected_days::{ExpectedDays, expected_on},
    firing::{Outlook, fires},
    limits::{Effect, Limits},
    report::{Contribution, Member, Report, SeriesKey, report},
    size_trend::{measured_size, size_forecast},
    student::chance_of,
    watch::{Judged, LEARNING_WEEKS, Standing, Usual, judge},
    weekly_sums::judge_weeks,
};
