//! Properties of every error budget.

use chrono::Duration;
use proptest::prelude::*;
use sovani_domain::{Counted, Judgement, Objective, TIERS, burn_rate, error_budget};

use super::{counted, percent};

/// An objective in hundredths of a percent that tolerates something, events, and how many of them are bad.
fn histories() -> impl Strategy<Value = (u32, u32, u32)> {
    (0_u32..10_000, 1_u32..1_000_000)
        .prop_flat_map(|(objective, events)| (Just(objective), Just(events), 0..=events))
}

fn hundredths(objective: u32) -> Objective {
    percent(f64::from(objective) / 100.0)
}

proptest! {
    #[test]
    fn the_budget_is_negative_exactly_when_the_objective_is_missed(
        (objective, events, bad) in histories()
    ) {
        let left = error_budget(counted(events.into(), bad.into()), hundredths(objective))
            .left()
            .unwrap();
        let compliant = u64::from(bad) * 10_000 <= u64::from(events) * u64::from(10_000 - objective);
        prop_assert_eq!(left >= 0.0, compliant, "{}", left);
    }

    #[test]
    fn a_rate_of_one_uses_the_budget_up_exactly_at_the_end_of_the_period_and_a_rate_of_k_in_a_kth_of_it(
        objective in 0_u32..10_000, days in 7_i64..=90, factor in 1_u32..=1000
    ) {
        let (objective, period) = (hundredths(objective), Duration::days(days));
        let untouched = error_budget(counted(1000.0, 0.0), objective);

        prop_assert_eq!(untouched.lasts(Some(1.0), period), Some(period));
        let lasts = untouched.lasts(Some(factor.into()), period).unwrap();
        prop_assert!((lasts * factor.cast_signed() - period).num_milliseconds().abs() <= i64::from(factor));
    }

    #[test]
    fn a_constant_burn_leaves_nothing_after_its_share_of_the_period(
        objective in 0_u32..10_000, of_period in 1_u32..=100, traffic in 1_u32..1000
    ) {
        // In the first `100 / k` hundredths of the period the budget burns k times too fast, and not at all in the rest.
        let (objective, factor) = (hundredths(objective), 100.0 / f64::from(of_period));
        let a_hundredth = f64::from(traffic) * 100.0;
        let bad = objective.allows(a_hundredth) * factor;
        let burning: Counted = (0..of_period).map(|_| counted(a_hundredth, bad)).sum();
        let quiet: Counted = (of_period..100).map(|_| counted(a_hundredth, 0.0)).sum();

        let rate = burn_rate(burning, objective).unwrap();
        let left = error_budget(burning + quiet, objective).left().unwrap();

        prop_assert!((rate / factor - 1.0).abs() < 1e-6, "{} for {}", rate, factor);
        prop_assert!(left.abs() < 1e-6, "{}", left);
    }

    #[test]
    fn another_bad_event_never_raises_the_remaining_budget((objective, events, bad) in histories()) {
        let objective = hundredths(objective);
        let before = counted(events.into(), bad.into());
        let worse = counted(events.into(), f64::from(bad) + 1.0);
        let left = |counted| error_budget(counted, objective).left().unwrap();

        prop_assert!(left(worse) < left(before));
        prop_assert!(left(before + counted(1.0, 1.0)) <= left(before) + 1e-6);
        prop_assert!(burn_rate(worse, objective) > burn_rate(before, objective));
    }

    #[test]
    fn ten_times_the_traffic_with_ten_times_the_faults_is_the_same((objective, events, bad) in histories()) {
        let objective = hundredths(objective);
        let (small, large) = (
            counted(events.into(), bad.into()),
            counted(f64::from(events) * 10.0, f64::from(bad) * 10.0),
        );
        let close = |one: Option<f64>, other: Option<f64>| (one.unwrap() - other.unwrap()).abs() <= 1e-9 * one.unwrap().abs().max(1.0);

        prop_assert!(close(burn_rate(small, objective), burn_rate(large, objective)));
        prop_assert!(close(error_budget(small, objective).left(), error_budget(large, objective).left()));
    }

    #[test]
    fn the_remaining_budget_is_the_part_that_the_burn_rate_has_not_used((objective, events, bad) in histories()) {
        let (objective, counted) = (hundredths(objective), counted(events.into(), bad.into()));
        let left = error_budget(counted, objective).left().unwrap();
        prop_assert!((left - (1.0 - burn_rate(counted, objective).unwrap())).abs() < 1e-9);
    }

    #[test]
    fn a_tier_that_cannot_fire_does_not_even_when_everything_is_bad(
        objective in 0_u32..=10_000, tier in 0_usize..4, events in 10_u32..10_000
    ) {
        let (tier, objective) = (TIERS[tier], hundredths(objective));
        let all_bad = counted(events.into(), events.into());
        let judged = tier.judge(all_bad, all_bad, objective, 10.0).judgement;
        prop_assert_eq!(judged == Judgement::Firing, tier.can_fire(objective));
    }
}
