//! When a forecast raises a warning, and when the warning ends.

use super::bands::Crossing;

/// One forecast that crosses a limit may be a bad week.
const IN_A_ROW: usize = 3;

/// The effect of a day's forecast on the warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// The median crosses within the horizon, and the unlucky edge within half of it, on three days in a row.
    Raise,
    /// The warning was raised and the median has not left one and a half horizons.
    Keep,
    /// The median is beyond one and a half horizons, or crosses no more.
    End,
    Quiet,
}

fn is_near(crossing: Crossing, horizon: u32) -> bool {
    crossing.median.is_some_and(|median| median <= horizon)
        && crossing
            .unlucky
            .is_some_and(|unlucky| 2 * unlucky <= horizon)
}

/// The days that a forecast must reach to for this horizon.
pub(super) const fn days_to_forecast(horizon: u32) -> u32 {
    horizon.saturating_add(horizon.div_ceil(2))
}

/// Judges the crossings of the days' forecasts, newest last, `None` for a day whose forecast was not measured. Each has
/// to look one and a half horizons ahead. A warning that is raised stays while nothing is measured.
pub fn fires(crossings: &[Option<Crossing>], horizon: u32, raised: bool) -> Outlook {
    let newest = crossings.last().copied().flatten();
    if raised {
        let left = |crossing: Crossing| {
            crossing
                .median
                .is_none_or(|median| 2 * median > 3 * horizon)
        };
        return if newest.is_some_and(left) {
            Outlook::End
        } else {
            Outlook::Keep
        };
    }
    let last = crossings
        .len()
        .checked_sub(IN_A_ROW)
        .map(|from| &crossings[from..]);
    let near =
        |crossing: &Option<Crossing>| crossing.is_some_and(|crossing| is_near(crossing, horizon));
    if last.is_some_and(|last| last.iter().all(near)) {
        Outlook::Raise
    } else {
        Outlook::Quiet
    }
}
