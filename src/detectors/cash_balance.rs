//! Whether a marketplace, or all of them together, runs out of cash.

use super::{Detector, Scene};
use crate::{
    db::CashBalance,
    domain::{Extras, Money, Severity, Verdict},
};

/// So many balances are told, the lowest.
const TOLD: usize = 20;
/// The key, and the name in the message, of all marketplaces together.
const TOTAL: &str = "total";

pub const DETECTOR: Detector = Detector {
    name: "check_cash_balance_threshold",
    about: "Cash balance of each marketplace and in total",
    severity: Severity::Critical,
    target: None,
    reads: &["cashflow_daily"],
    also_reads: &[],
    runbook: include_str!("../../runbooks/check_cash_balance_threshold.md"),
    run: |scene| Box::pin(run(scene)),
};

async fn run(Scene { db, settings, .. }: Scene<'_>) -> anyhow::Result<Verdict> {
    let balances = db.cash_balances(settings.timezone).await?;
    Ok(judge(&balances, settings.cash_threshold))
}

/// Judges each marketplace's newest balance and their sum; the message gives the lowest.
pub fn judge(balances: &[CashBalance], threshold: Money) -> Verdict {
    let Some(newest) = balances.iter().map(|balance| balance.day).max() else {
        return Verdict::not_measured("No data to look at: cashflow_daily is empty");
    };
    let total: Money = balances.iter().map(|balance| balance.balance).sum();
    let mut judged: Vec<(&str, Money, chrono::NaiveDate)> = balances
        .iter()
        .map(|balance| (balance.marketplace.as_str(), balance.balance, balance.day))
        .collect();
    judged.push((TOTAL, total, newest));
    judged.sort_by_key(|(_, balance, _)| *balance);
    let (name, lowest, day) = judged[0];

    let mut verdict = if lowest < threshold {
        Verdict::fail(
            name,
            format!("Cash balance {lowest} RUB below alert threshold {threshold} ({name})"),
        )
    } else {
        Verdict::pass(format!(
            "Lowest cash balance {lowest} RUB ({name}), alert threshold {threshold}"
        ))
    };
    verdict.also_standing = judged[1..]
        .iter()
        .filter(|(_, balance, _)| *balance < threshold)
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    let verdict = verdict
        .with("balance", lowest.roubles())
        .with("threshold", threshold.roubles())
        .with("date", day.to_string())
        .with("marketplace", name)
        .with("balances", each(balances))
        .with("total", total.roubles());
    match balances.len().saturating_sub(TOLD) {
        0 => verdict,
        more => verdict.with("balances_left_out", more),
    }
}

fn each(balances: &[CashBalance]) -> Extras {
    let mut told: Vec<&CashBalance> = balances.iter().collect();
    if told.len() > TOLD {
        told.sort_by_key(|balance| balance.balance);
    }
    told.iter()
        .take(TOLD)
        .map(|balance| {
            (
                balance.marketplace.clone(),
                balance.balance.roubles().into(),
            )
        })
        .collect()
}
