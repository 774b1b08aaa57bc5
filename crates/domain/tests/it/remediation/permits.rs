//! Limits on automatic runs, for any history of runs.

use chrono::Duration;
use proptest::{collection::vec, prelude::*};
use sovani_domain::{AutomaticLimits, Permit, Timestamp, permit, was_asked};

use crate::moment;

const LIMITS: AutomaticLimits = AutomaticLimits {
    runs: 3,
    window: Duration::hours(1),
    cooldown: Duration::minutes(5),
};

fn at(seconds: i64) -> Timestamp {
    moment("2025-10-02 09:00:00") + Duration::seconds(seconds)
}

#[test]
fn each_limit_holds_to_the_second() {
    let broken = |until| Permit::Broken {
        runs: 3,
        until: at(until),
    };
    let cooling = |until| Permit::Cooling { until: at(until) };
    for (past, now, expected) in [
        (&[][..], 0, Permit::Granted),
        (&[0], 0, cooling(300)),
        (&[0], 299, cooling(300)),
        (&[0], 300, Permit::Granted),
        (&[0, 600], 899, cooling(900)),
        (&[0, 600, 1200], 1200, broken(3600)),
        (&[1200, 0, 600], 3599, broken(3600)),
        (&[0, 600, 1200], 3600, Permit::Granted),
        (&[0, 600, 3400], 3600, cooling(3700)),
        // The clock was set back.
        (&[900], 0, cooling(1200)),
    ] {
        let past: Vec<Timestamp> = past.iter().copied().map(at).collect();
        assert_eq!(permit(&past, at(now), &LIMITS), expected, "{past:?} {now}");
    }
}

fn limits() -> impl Strategy<Value = AutomaticLimits> {
    (1..6_u32, 60..7_200_i64, 0..1_200_i64).prop_map(|(runs, window, cooldown)| AutomaticLimits {
        runs,
        window: Duration::seconds(window),
        cooldown: Duration::seconds(cooldown),
    })
}

proptest! {
    /// Granted runs keep to the limits, whenever they are requested.
    #[test]
    fn granted_runs_keep_to_the_limits(limits in limits(), steps in vec(0..900_i64, 1..60)) {
        let mut now = at(0);
        let mut runs: Vec<Timestamp> = Vec::new();
        for step in steps {
            now = now + Duration::seconds(step);
            match permit(&runs, now, &limits) {
                Permit::Granted => runs.push(now),
                Permit::Broken { until, .. } | Permit::Cooling { until } => {
                    prop_assert!(until > now);
                    prop_assert!(until <= now + limits.memory());
                    let then = permit(&runs, until, &limits);
                    prop_assert_ne!(then, permit(&runs, now, &limits), "it holds for that long");
                }
            }
        }
        for pair in runs.windows(2) {
            prop_assert!(pair[1].since(pair[0]) >= limits.cooldown);
        }
        let crowd = usize::try_from(limits.runs).unwrap() + 1;
        for group in runs.windows(crowd) {
            prop_assert!(group[crowd - 1].since(group[0]) >= limits.window);
        }
    }

    /// Alerts call for the action at these moments, as `ops` plays them.
    #[test]
    fn people_are_asked_once_between_two_runs_if_anything_was_held_back_and_else_never(
        limits in limits(), steps in vec(0..900_i64, 1..80)
    ) {
        let mut now = at(0);
        let mut runs: Vec<Timestamp> = Vec::new();
        let mut asked = None;
        let (mut held, mut questions) = (0, 0);
        for step in steps {
            now = now + Duration::seconds(step);
            let past: Vec<Timestamp> =
                runs.iter().copied().filter(|run| *run > now - limits.memory()).collect();
            if permit(&past, now, &limits) == Permit::Granted {
                prop_assert_eq!(questions, i32::from(held > 0));
                (held, questions) = (0, 0);
                runs.push(now);
                continue;
            }
            held += 1;
            if !was_asked(&past, asked) {
                asked = Some(now);
                questions += 1;
            }
            prop_assert_eq!(questions, 1);
        }
    }

    #[test]
    fn what_lies_further_back_than_the_memory_changes_nothing(
        limits in limits(), past in vec(-20_000..0_i64, 0..20)
    ) {
        let past: Vec<Timestamp> = past.into_iter().map(at).collect();
        let kept: Vec<Timestamp> = past.iter().copied().filter(|run| *run > at(0) - limits.memory()).collect();
        prop_assert_eq!(permit(&past, at(0), &limits), permit(&kept, at(0), &limits));
    }
}
