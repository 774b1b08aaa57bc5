//! The retry policy, for any sequence of failures and any jitter.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use sovani_domain::{Failing, GivenUp, Next, RetryPolicy, backoff, next_attempt};

const RETRIES: RetryPolicy = RetryPolicy {
    most: 3,
    first: Duration::from_millis(500),
    longest: Duration::from_secs(30),
};

/// A sequence of attempts, until success or giving up.
struct Course {
    attempts: u32,
    waits: Vec<Duration>,
    given_up: Option<GivenUp>,
}

/// Tries; each failure comes with the jitter of the wait after it, and what comes after the last one succeeds.
fn course(failures: &[(Failing, f64)], retries: &RetryPolicy) -> Course {
    let mut waits = Vec::new();
    for (attempts, (failing, jitter)) in (1..).zip(failures) {
        match next_attempt(*failing, attempts - 1, retries, *jitter) {
            Next::Again { after } => waits.push(after),
            Next::GiveUp(why) => {
                return Course {
                    attempts,
                    waits,
                    given_up: Some(why),
                };
            }
        }
    }
    Course {
        attempts: u32::try_from(failures.len()).unwrap() + 1,
        waits,
        given_up: None,
    }
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn retries() -> impl Strategy<Value = RetryPolicy> {
    let waits = (1..10_000_u64, 1..100_000_u64);
    (0..12_u32, waits).prop_map(|(most, (first, longest))| RetryPolicy {
        most,
        first: millis(first),
        longest: millis(longest),
    })
}

/// Most failures are for now.
fn failures() -> impl Strategy<Value = Vec<(Failing, f64)>> {
    let failing = prop_oneof![9 => Just(Failing::ForNow), 1 => Just(Failing::ForGood)];
    vec((failing, 0.0..1.0_f64), 0..20)
}

/// The wait before this retry at its longest, counted from 0.
fn full(retry: usize, retries: &RetryPolicy) -> Duration {
    let doubled = retries.first * 2_u32.pow(u32::try_from(retry).unwrap());
    doubled.min(retries.longest)
}

#[test]
fn the_waits_double_up_to_the_longest_and_end_with_the_retries() {
    let again = |seconds| Next::Again {
        after: Duration::from_secs_f64(seconds),
    };
    let many = RetryPolicy { most: 9, ..RETRIES };
    for (failing, made, retries, jitter, expected) in [
        (Failing::ForNow, 0, &RETRIES, 0.0, again(0.25)),
        (Failing::ForNow, 0, &RETRIES, 1.0, again(0.5)),
        (Failing::ForNow, 2, &RETRIES, 1.0, again(2.0)),
        (
            Failing::ForNow,
            3,
            &RETRIES,
            1.0,
            Next::GiveUp(GivenUp::Exhausted),
        ),
        (
            Failing::ForGood,
            0,
            &RETRIES,
            1.0,
            Next::GiveUp(GivenUp::InVain),
        ),
        (
            Failing::ForGood,
            3,
            &RETRIES,
            1.0,
            Next::GiveUp(GivenUp::InVain),
        ),
        (Failing::ForNow, 6, &many, 0.0, again(15.0)),
        (Failing::ForNow, 8, &many, 1.0, again(30.0)),
        (
            Failing::ForNow,
            9,
            &many,
            1.0,
            Next::GiveUp(GivenUp::Exhausted),
        ),
    ] {
        let next = next_attempt(failing, made, retries, jitter);
        assert_eq!(next, expected, "{failing:?} after {made} retries");
    }
}

proptest! {
    #[test]
    fn there_are_no_more_attempts_than_one_and_the_retries(
        failures in failures(), retries in retries()
    ) {
        let course = course(&failures, &retries);
        let most = retries.most + 1;
        prop_assert!(course.attempts <= most);
        prop_assert_eq!(course.waits.len(), usize::try_from(course.attempts).unwrap() - 1, "one before each but the first");
        if course.given_up == Some(GivenUp::Exhausted) {
            prop_assert_eq!(course.attempts, most);
        }
    }

    #[test]
    fn nothing_is_given_up_without_cause(failures in failures(), retries in retries()) {
        let course = course(&failures, &retries);
        let allowed = usize::try_from(retries.most).unwrap() + 1;
        let for_good = failures.iter().take(allowed).position(|(failing, _)| *failing == Failing::ForGood);
        let expected = match for_good {
            Some(at) => (at + 1, Some(GivenUp::InVain)),
            None if failures.len() >= allowed => (allowed, Some(GivenUp::Exhausted)),
            None => (failures.len() + 1, None),
        };
        prop_assert_eq!((usize::try_from(course.attempts).unwrap(), course.given_up), expected);
    }

    #[test]
    fn a_failure_for_good_is_never_tried_again(
        made in any::<u32>(), retries in retries(), jitter in any::<f64>()
    ) {
        prop_assert_eq!(next_attempt(Failing::ForGood, made, &retries, jitter), Next::GiveUp(GivenUp::InVain));
    }

    #[test]
    fn all_waits_together_stay_within_half_and_all_of_their_sum_without_jitter(
        failures in failures(), retries in retries()
    ) {
        let course = course(&failures, &retries);
        let longest: Duration = (0..course.waits.len()).map(|retry| full(retry, &retries)).sum();
        let waited: Duration = course.waits.iter().sum();
        prop_assert!(waited <= longest);
        prop_assert!(waited >= longest / 2);
        prop_assert!(longest <= retries.longest * retries.most);
    }

    #[test]
    fn no_wait_is_shorter_than_the_one_before_until_the_longest_is_reached(
        failures in failures(), retries in retries()
    ) {
        let course = course(&failures, &retries);
        for (retry, pair) in course.waits.windows(2).enumerate() {
            prop_assert!(pair[1] <= retries.longest);
            if full(retry + 1, &retries) < retries.longest {
                prop_assert!(pair[1] >= pair[0], "{:?}", pair);
            }
        }
    }

    #[test]
    fn a_retry_waits_between_half_and_all_of_the_doubled_time(
        attempt in any::<u32>(), base in 1..10_000_u64, cap in 1..1_000_000_u64, jitter in 0.0..1.0_f64,
    ) {
        let wait = backoff(attempt, millis(base), millis(cap), jitter);
        let doublings = attempt.saturating_sub(1).min(40);
        let full = millis(base.saturating_mul(1 << doublings).min(cap));
        prop_assert!(wait <= full);
        prop_assert!(wait >= full / 2);
    }

    #[test]
    fn jitter_out_of_range_breaks_no_bound(attempt in 0..100_u32, jitter in -1e9..1e9_f64) {
        let second = Duration::from_secs(1);
        let wait = backoff(attempt, second, second * 300, jitter);
        prop_assert!(wait >= second / 2 && wait <= second * 300);
    }
}
