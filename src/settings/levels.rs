use super::{InvalidSetting, Settings, delta};
use crate::domain::{BurnPolicy, SloTargets, TIERS, Target};

/// The service levels in the settings.
impl Settings {
    pub fn slo_targets(&self) -> SloTargets {
        SloTargets {
            api_latency_p95_ms: self.slo_api_latency_p95_ms,
            ingest_success_rate_pct: self.slo_ingest_success_rate_pct,
            scheduler_on_time_pct: self.slo_scheduler_on_time_pct,
        }
    }

    pub fn burn_policy(&self, target: Target) -> BurnPolicy {
        let between_looks = delta(self.check_interval);
        BurnPolicy {
            objective: self.slo_targets().objective(target),
            period_days: self.slo_period_days,
            tiers: TIERS
                .iter()
                .filter(|tier| self.slo_burn_tiers.contains(&tier.factor))
                .map(|tier| tier.for_period(self.slo_period_days, between_looks))
                .collect(),
            least_events: self.slo_burn_min_events.into(),
        }
    }

    /// Tiers that a target can never reach: an alarm that looks configured and never fires.
    pub(super) fn tiers_out_of_reach(&self) -> Vec<InvalidSetting> {
        [
            (Target::IngestSuccessRate, "SLO_INGEST_SUCCESS_RATE_PCT"),
            (Target::SchedulerOnTime, "SLO_SCHEDULER_ON_TIME_PCT"),
        ]
        .into_iter()
        .filter_map(|(target, name)| out_of_reach(&self.burn_policy(target), name))
        .collect()
    }
}

fn out_of_reach(policy: &BurnPolicy, target: &str) -> Option<InvalidSetting> {
    let tiers = policy.tiers.iter();
    let factors: Vec<f64> = tiers
        .filter(|tier| !tier.can_fire(policy.objective))
        .map(|tier| tier.factor)
        .collect();
    // The fastest needs the highest target.
    let above = (10_000.0 * (1.0 - 1.0 / factors.first()?)).ceil() / 100.0;
    let listed: Vec<String> = factors.iter().map(ToString::to_string).collect();
    let listed = listed.join(",");
    Some(InvalidSetting {
        name: "SLO_BURN_TIERS",
        problem: format!(
            "{listed} can never be exceeded at {target}={}, where the budget burns {:.1} times too fast when every event \
             is bad: leave {listed} out, or set {target} above {above}",
            policy.objective.percent(),
            policy.objective.fastest_burn(),
        ),
    })
}
