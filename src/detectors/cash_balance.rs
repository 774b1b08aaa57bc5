//! Checks the cash of each marketplace, and of all together.

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use super::{Detector, Scene};
use crate::{
    db::{
        Column, Db, Holds, Relation,
        reading::{NAME_CHARS, Written, ZoneOffset},
    },
    domain::{Arg, Money, Severity, Verdict, by_marketplace},
    settings::{Threshold, parse},
};

/// How many balances are reported, the lowest first.
const TOLD: usize = 20;
/// The key, and the name, of all marketplaces together.
const TOTAL: &str = "total";

const CASHFLOW: Relation = Relation {
    name: "cashflow_daily",
    columns: &[
        Column::small("d", Holds::Day, "marketplace"),
        Column::small("marketplace", Holds::Name, "d"),
        Column::small("net", Holds::Amount, "d"),
    ],
};

pub static THRESHOLD: Threshold<Money> = Threshold {
    setting: "CF_NEGATIVE_BALANCE_ALERT_THRESHOLD",
    default: "-10000",
    about: "Cash balance in roubles below which the alarm is raised.",
    accepts: parse::own,
};

pub const DETECTOR: Detector = Detector {
    name: "check_cash_balance_threshold",
    severity: Severity::Critical,
    target: None,
    reads: &[CASHFLOW],
    also_reads: &[],
    thresholds: &[&THRESHOLD],
    runbook: include_str!("../../runbooks/check_cash_balance_threshold.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let Scene { db, settings, .. } = scene;
    let zone = settings.timezone;
    let balances = scene.unless_changed("cash", zone.to_string(), balances(db, zone));
    let balances = balances.await?;
    Ok(judge(&balances, settings.threshold(&THRESHOLD)))
}

/// Judges each marketplace's newest balance and their sum; the finding tells the lowest.
pub fn judge(balances: &CashBalances, threshold: Money) -> Verdict {
    let (others, of_others) = balances.others;
    let balances = &balances.each;
    let Some(newest) = balances.iter().map(|balance| balance.day).max() else {
        return Verdict::not_measured("finding-cash-empty");
    };
    let listed: Money = balances.iter().map(|balance| balance.balance).sum();
    let total = listed + of_others;
    let mut judged: Vec<(&str, Money, NaiveDate)> = balances
        .iter()
        .map(|balance| (balance.marketplace.as_str(), balance.balance, balance.day))
        .collect();
    judged.push((TOTAL, total, newest));
    judged.sort_by_key(|(_, balance, _)| *balance);
    let (name, lowest, day) = judged[0];

    let mut verdict = if lowest < threshold {
        Verdict::fail(name, "finding-cash-low")
    } else {
        Verdict::pass("finding-cash-enough")
    };
    verdict.also_standing = judged[1..]
        .iter()
        .filter(|(_, balance, _)| *balance < threshold)
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    let verdict = verdict
        .figure("balance", Arg::Money(lowest))
        .figure("threshold", Arg::Money(threshold))
        .figure("date", Arg::Day(day))
        .named("marketplace", name, marketplace(name))
        .figure("balances", each(balances))
        .figure("total", Arg::Money(total));
    match balances.len().saturating_sub(TOLD) + others {
        0 => verdict,
        more => verdict.figure("balances_left_out", Arg::count(more)),
    }
}

/// One marketplace, or all together.
fn marketplace(name: &str) -> Arg {
    match name {
        TOTAL => Arg::Term("all-marketplaces".to_owned()),
        name => Arg::Text(name.to_owned()),
    }
}

fn each(balances: &[CashBalance]) -> Arg {
    let mut told: Vec<&CashBalance> = balances.iter().collect();
    if told.len() > TOLD {
        told.sort_by_key(|balance| balance.balance);
    }
    let told = told.iter().take(TOLD);
    let told = told.map(|told| (told.marketplace.clone(), Arg::Money(told.balance)));
    Arg::Each(told.collect())
}

/// A marketplace's newest cash balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashBalance {
    pub marketplace: String,
    pub day: NaiveDate,
    pub balance: Money,
}

/// The balances of all marketplaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CashBalances {
    /// By name. Where there are more than can be, the lowest.
    pub each: Vec<CashBalance>,
    /// How many others there are, and what they have together.
    pub others: (usize, Money),
}

impl From<Vec<CashBalance>> for CashBalances {
    fn from(each: Vec<CashBalance>) -> Self {
        Self {
            each,
            ..Self::default()
        }
    }
}

/// So many balances are read, the lowest. A table with more names has something else in that column.
const BALANCES_MAX: usize = 10_000;

/// A way to write a marketplace's name, the newest day, and the sum of all days in kopecks.
type CashRow = (Option<Written>, Option<String>, Option<f64>);

/// The balance that `vw_cashflow_daily` shows on each marketplace's newest day, in one pass over the table: the
/// view sums all earlier days again for every row. Amounts that cannot be read count for nothing, and neither does a
/// marketplace without any other.
pub async fn balances(db: &Db, zone: Tz) -> sqlx::Result<CashBalances> {
    let reading = db.reading("cashflow_daily").await?;
    let sums = format!(
        "SELECT name, MAX(day), CAST(ROUND(SUM(figure) * 100) AS DOUBLE PRECISION) AS kopecks
         FROM (SELECT {name} AS name, {day} AS day, {figure} AS figure FROM cashflow_daily) changes
         GROUP BY name",
        name = reading.text("marketplace", NAME_CHARS),
        day = reading.day("d", ZoneOffset::of(zone)),
        figure = reading.figure("net"),
    );
    let lowest = format!(
        "{sums} ORDER BY CASE WHEN SUM(figure) IS NULL THEN 1 ELSE 0 END, SUM(figure)
         LIMIT {BALANCES_MAX}"
    );
    let rows: Vec<CashRow> = db.query(AssertSqlSafe(lowest)).fetch_all().await?;
    if rows.len() < BALANCES_MAX {
        return Ok(together(rows).into());
    }
    let all = format!("SELECT COUNT(kopecks), SUM(kopecks) FROM ({sums}) sums");
    let (names, kopecks): (i64, Option<f64>) = db.query(AssertSqlSafe(all)).fetch_one().await?;
    let read = rows
        .iter()
        .filter(|(_, _, kopecks)| kopecks.is_some())
        .count();
    let each = together(rows);
    let listed: Money = each.iter().map(|balance| balance.balance).sum();
    let others = usize::try_from(names).unwrap_or(0).saturating_sub(read);
    let balance = Money::from_float(kopecks.unwrap_or(0.0)) - listed;
    Ok(CashBalances {
        each,
        others: (others, balance),
    })
}

fn together(rows: Vec<CashRow>) -> Vec<CashBalance> {
    let read = |day: &Option<String>| day.as_ref().and_then(|day| day.parse().ok());
    let newest: Option<NaiveDate> = rows.iter().filter_map(|(_, day, _)| read(day)).max();
    let known = rows.into_iter().filter_map(|(name, day, kopecks)| {
        // Money without a day is money all the same.
        let day = read(&day).or(newest)?;
        Some((
            name.unwrap_or_default().0,
            (day, Money::from_float(kopecks?)),
        ))
    });
    let balances = by_marketplace(known).into_iter();
    balances.filter_map(sum).collect()
}

/// Adds up the balances of a marketplace's spellings.
fn sum((marketplace, known): (String, Vec<(NaiveDate, Money)>)) -> Option<CashBalance> {
    Some(CashBalance {
        marketplace,
        day: known.iter().map(|(day, _)| *day).max()?,
        balance: known.iter().map(|(_, balance)| *balance).sum(),
    })
}
