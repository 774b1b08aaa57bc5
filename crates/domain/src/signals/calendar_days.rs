//! The days of a year that each seller in Russia expects to be different: data to start a calendar from. Their names are
//! words for a catalogue, not for people.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::expected_days::ExpectedDays;

/// A day of the year, as month and day.
type YearDay = (u32, u32);

/// The days off of article 112 of the Labour Code. The government moves further days off each year by decree: they are
/// the caller's to add.
const HOLIDAYS: [(&str, YearDay, YearDay); 7] = [
    ("new-year-holidays", (1, 1), (1, 8)),
    ("defender-day", (2, 23), (2, 23)),
    ("womens-day", (3, 8), (3, 8)),
    ("labour-day", (5, 1), (5, 1)),
    ("victory-day", (5, 9), (5, 9)),
    ("russia-day", (6, 12), (6, 12)),
    ("unity-day", (11, 4), (11, 4)),
];

/// The sales of both marketplaces that return each year, at their usual core. The exact days are announced some weeks
/// before; wider ones would blind the checks for whole months.
const SALES: [(&str, YearDay, YearDay); 3] = [
    ("womens-day-sale", (3, 5), (3, 7)),
    ("singles-day-sale", (11, 10), (11, 12)),
    ("new-year-sale", (12, 20), (12, 31)),
];
/// Black Friday is the day after the fourth Thursday of November; its sale lasts until Cyber Monday.
const BLACK_FRIDAY: &str = "black-friday";
const UNTIL_CYBER_MONDAY: u64 = 3;

/// Russian public holidays of that year.
pub fn public_holidays(year: i32) -> Vec<ExpectedDays> {
    of_year(year, &HOLIDAYS)
}

/// The big sales of Wildberries and Ozon in that year, by day.
pub fn marketplace_sales(year: i32) -> Vec<ExpectedDays> {
    let mut sales = of_year(year, &SALES);
    let thursday = NaiveDate::from_weekday_of_month_opt(year, 11, Weekday::Thu, 4);
    sales.extend(thursday.map(|thursday| {
        let friday = thursday + Days::new(1);
        event(BLACK_FRIDAY, friday, friday + Days::new(UNTIL_CYBER_MONDAY))
    }));
    sales.sort_by_key(|sale| sale.from.ordinal());
    sales
}

fn of_year(year: i32, events: &[(&str, YearDay, YearDay)]) -> Vec<ExpectedDays> {
    let at = |(month, day): YearDay| NaiveDate::from_ymd_opt(year, month, day);
    events
        .iter()
        .filter_map(|(name, from, to)| Some(event(name, at(*from)?, at(*to)?)))
        .collect()
}

fn event(name: &str, from: NaiveDate, to: NaiveDate) -> ExpectedDays {
    ExpectedDays {
        name: name.to_owned(),
        from,
        to,
        marketplaces: Vec::new(),
    }
}
