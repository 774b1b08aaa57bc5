//! The metrics of error budgets. A target without data has no series, rather than a false 0.

use super::Metrics;
use crate::domain::{Burn, Span, Spending, Target};

impl Metrics {
    /// They are another instance's to show.
    pub fn hide_budgets(&self) {
        self.show_budgets([]);
    }

    /// Sets these series and removes all others, because windows and targets change with the settings.
    pub fn show_budgets<'a>(&self, spendings: impl IntoIterator<Item = (Target, &'a Spending)>) {
        self.slo_error_budget_left_ratio.reset();
        self.slo_burn_rate.reset();
        self.slo_burning.reset();
        for (target, spending) in spendings {
            if let Some(left) = spending.budget.left() {
                self.slo_error_budget_left_ratio
                    .with_label_values(&[target.as_str()])
                    .set(left);
            }
            for severity in spending.burns.iter().map(|burn| burn.tier.severity) {
                let is_alarm = |burn: &Burn| burn.tier.severity == severity && burn.is_firing();
                self.slo_burning
                    .with_label_values(&[target.as_str(), severity.as_str()])
                    .set(spending.burns.iter().any(is_alarm).into());
            }
            for burn in &spending.burns {
                let (long, short) = (burn.tier.long, burn.tier.short);
                for (window, rate) in [(long, burn.long_rate), (short, burn.short_rate)] {
                    let Some(rate) = rate else { continue };
                    let window = Span::of(window).to_string();
                    self.slo_burn_rate
                        .with_label_values(&[target.as_str(), &window])
                        .set(rate);
                }
            }
        }
    }
}
