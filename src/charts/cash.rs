//! Cash balances: each marketplace, and all together.

use super::{Figure, Limit, Line, Look, Panel, Plot, Unit};
use crate::{
    domain::Money,
    facts::CashHistory,
    views::{Voice, say},
};

/// In the order of assignment; more lines than these could not be told apart.
const LOOKS: [Look; 4] = [Look::Dots, Look::Squares, Look::Triangles, Look::Diamonds];

/// `None` when no balance is known.
pub fn cash(voice: &Voice, history: &CashHistory, threshold: Money) -> Option<Panel> {
    let total = history.total();
    let newest = total.iter().rev().flatten().next().copied()?;
    // The lowest are those that matter.
    let mut lowest: Vec<_> = history.marketplaces.iter().collect();
    lowest.sort_by_key(|(_, days)| days.last().copied().flatten());
    let left_out = lowest.len().saturating_sub(LOOKS.len());
    lowest.truncate(LOOKS.len());
    lowest.sort();
    let mut lines: Vec<Line> = lowest
        .iter()
        .zip(LOOKS)
        .map(|((name, days), look)| Line::daily(Some((*name).clone()), look, &roubles(days)))
        .collect();
    // With one marketplace the total is the same line.
    if history.marketplaces.len() > 1 {
        let name = say!(voice, "chart-total");
        lines.insert(0, Line::daily(Some(name), Look::Heavy, &roubles(&total)));
    }
    Some(Panel::Plot(Plot {
        title: say!(voice, "trend-cash"),
        figure: Some(Figure {
            text: voice.money(newest),
            holds: None,
        }),
        unit: Unit::Roubles,
        lines,
        limit: Some(Limit {
            value: threshold.roubles(),
            at_least: true,
            label: say!(voice, "chart-threshold", amount = voice.money(threshold)),
            beyond: Some(say!(voice, "chart-below")),
        }),
        unmeasured: Vec::new(),
        budget: None,
        remark: (left_out > 0).then(|| say!(voice, "chart-left-out", count = left_out)),
    }))
}

fn roubles(days: &[Option<Money>]) -> Vec<Option<f64>> {
    days.iter().map(|day| day.map(Money::roubles)).collect()
}
