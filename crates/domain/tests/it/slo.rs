//! Error budgets and the rates at which they burn.

mod budget;
mod properties;
mod tiers;

use sovani_domain::{Counted, Objective};

fn counted(total: f64, bad: f64) -> Counted {
    Counted {
        good: total - bad,
        total,
    }
}

fn percent(percent: f64) -> Objective {
    Objective::from_percent(percent)
}

fn assert_close(found: f64, expected: f64, case: &str) {
    let tolerance = 1e-9 * expected.abs().max(1.0);
    assert!(
        (found - expected).abs() <= tolerance,
        "{case}: {found}, expected {expected}"
    );
}
