//! The level axis: which days are named.

use chrono::{Datelike, Days, Months, NaiveDate};

/// Steps that people count in.
const STEPS: [u64; 7] = [1, 2, 3, 5, 7, 10, 14];

/// At most `most` of the days, evenly: counted back from the last one, or the first days of months.
pub fn day_ticks(from: NaiveDate, to: NaiveDate, most: u64) -> Vec<NaiveDate> {
    let most = most.max(1);
    let days = u64::try_from((to - from).num_days()).unwrap_or(0) + 1;
    if let Some(step) = STEPS.into_iter().find(|step| days.div_ceil(*step) <= most) {
        let back = (0..).map(|count| to.checked_sub_days(Days::new(count * step)));
        let mut ticks: Vec<NaiveDate> = back
            .map_while(|day| day.filter(|day| *day >= from))
            .collect();
        ticks.reverse();
        // Even of a range that ends before it begins.
        return if ticks.is_empty() { vec![from] } else { ticks };
    }
    let first = match from.with_day(1) {
        Some(first) if first < from => first.checked_add_months(Months::new(1)),
        first => first,
    };
    let first = first.unwrap_or(from);
    let months = months_between(first, to) + 1;
    let step = months.div_ceil(u32::try_from(most).unwrap_or(u32::MAX));
    (0..=months)
        .step_by(usize::try_from(step).unwrap_or(1).max(1))
        .filter_map(|count| first.checked_add_months(Months::new(count)))
        .filter(|day| (from..=to).contains(day))
        .take(usize::try_from(most).unwrap_or(usize::MAX))
        .collect()
}

fn months_between(first: NaiveDate, to: NaiveDate) -> u32 {
    let years = u32::try_from(to.year() - first.year()).unwrap_or(0);
    (years * 12 + to.month()).saturating_sub(first.month())
}
