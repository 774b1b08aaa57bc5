//! Checks the cash of each marketplace, and of all together.

use chrono::NaiveDate;

use super::{Detector, Scene};
use crate::{
    db::{Column, Holds, Relation},
    domain::{Arg, Money, Severity, Verdict},
    facts::{CashBalance, CashBalances},
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
    let balances = scene.facts().cash_balances().await?;
    Ok(judge(&balances, scene.settings.threshold(&THRESHOLD)))
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
