//! The worlds on which the properties are tested, and properties of single decisions.

use chrono::{Duration, NaiveDateTime};
use proptest::prelude::*;
use sovani_ops::domain::{
    Decision, End, Event, Life, Mark, Notice, Policy, ReminderBackoff, Severity, Suppression,
    Timestamp, decide,
};

use super::{
    noon,
    world::{World, anna},
};

pub fn severity() -> impl Strategy<Value = Severity> {
    prop::sample::select(Severity::ALL.to_vec())
}

pub fn policy() -> impl Strategy<Value = Policy> {
    let waits = (0..2_000_i64, any::<bool>(), 1..20_000_i64);
    let limit = prop::option::of(0..4_000_i64);
    (waits, severity(), 0..4_u32, limit).prop_map(
        |((window, doubles, longest), min_severity, resolve_after, limit)| Policy {
            window: Duration::seconds(window),
            backoff: if doubles {
                ReminderBackoff::Double
            } else {
                ReminderBackoff::None
            },
            reminder_max: Duration::seconds(longest),
            min_severity,
            resolve_after,
            escalate_after: limit.map(Duration::seconds),
        },
    )
}

#[derive(Clone, Debug)]
pub enum Step {
    Happens(Event),
    /// A silence begins, and lasts this many seconds.
    Silence(i64),
    /// All silences are ended.
    Unsilence,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => severity().prop_map(Event::Failed),
        3 => Just(Event::Tick),
        2 => Just(Event::Passed),
        1 => Just(Event::Stood),
        1 => Just(Event::Acknowledged(anna())),
        1 => prop::bool::weighted(0.3).prop_map(|resolves| if resolves {
            Event::Resolved(anna())
        } else {
            Event::Tick
        }),
    ]
}

/// How far the clock moves before a step: mostly on, at times back, and seldom by years.
fn seconds() -> impl Strategy<Value = i64> {
    const YEARS: i64 = 5 * 366 * 86_400;
    prop_oneof![
        30 => 0..700_i64,
        2 => -4_000..0_i64,
        1 => -YEARS..YEARS,
    ]
}

pub fn steps(most: usize) -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step = prop_oneof![
        16 => event().prop_map(Step::Happens),
        1 => (1..4_000_i64).prop_map(Step::Silence),
        1 => Just(Step::Unsilence),
    ];
    prop::collection::vec((seconds(), step), 1..most)
}

/// The world after these steps. Operations without an incident are left out.
pub fn play(steps: &[(i64, Step)], policy: &Policy) -> World {
    let mut world = World::new(*policy);
    for (seconds, step) in steps {
        world.turn_clock(*seconds);
        match step {
            Step::Happens(event) => {
                if world.incidents() > 0 || matches!(event, Event::Failed(_)) {
                    world.happens(event);
                }
            }
            Step::Silence(length) => world.begin_silence(world.now + Duration::seconds(*length)),
            Step::Unsilence => {
                world.end_silences();
            }
        }
    }
    world
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![
        Just(0),
        Just(1),
        Just(31),
        Just(u32::MAX - 1),
        Just(u32::MAX)
    ]
}

fn any_moment() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::from_naive_utc(NaiveDateTime::MIN)),
        Just(Timestamp::from_naive_utc(NaiveDateTime::MAX)),
        (-50_000..50_000_i64).prop_map(|seconds| noon() + Duration::seconds(seconds)),
    ]
}

fn any_wait() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::zero()),
        Just(Duration::MAX),
        (0..5_000_i64).prop_map(Duration::seconds),
    ]
}

/// Lives that no history leads to among them.
fn any_life() -> impl Strategy<Value = Life> {
    let mark = || any_moment().prop_map(|at| Mark { at, by: anna() });
    let end = prop_oneof![
        mark().prop_map(End::ByHand),
        any_moment().prop_map(|at| End::Passed { at }),
        any_moment().prop_map(|at| End::Unwatched { at }),
    ];
    let notice = (any_moment(), severity()).prop_map(|(at, severity)| Notice { at, severity });
    let counts = (count(), count(), count(), count());
    let times = (any_moment(), any_moment());
    let notices = (
        prop::option::weighted(0.8, notice),
        prop::option::of(any_moment()),
        prop::option::of(any_moment()),
    );
    let rest = (
        prop::option::weighted(0.2, mark()),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.1, end),
    );
    (severity(), counts, times, notices, rest).prop_map(
        |(severity, counts, times, notices, (acknowledged, hushed, end))| Life {
            severity,
            opened_at: times.0,
            last_seen_at: times.1,
            occurrences: counts.0,
            passes: counts.1,
            returns: counts.3 % 9,
            last_notice: notices.0,
            notifications: counts.2,
            reminders: counts.3,
            called_at: notices.1,
            acknowledged,
            hushed,
            escalated_at: notices.2,
            end,
        },
    )
}

proptest! {
    #[test]
    fn no_state_and_no_moment_is_too_much(
        life in any_life(), event in event(), now in any_moment(), silenced in prop::option::weighted(0.2, any_moment()),
        waits in (any_wait(), any_wait(), any_wait()), policy in policy(),
    ) {
        let policy = Policy {
            window: waits.0,
            reminder_max: waits.1,
            escalate_after: Some(waits.2),
            ..policy
        };
        let (next, decision) = decide(&life, &event, now, silenced, &policy);
        prop_assert_eq!(&(next, decision), &decide(&life.clone(), &event.clone(), now, silenced, &policy));
        prop_assert!(life.lasted(now) >= Duration::zero());
    }

    #[test]
    fn a_repeat_is_told_from_the_moment_that_its_suppression_names(
        steps in steps(40), seconds in 0..700_i64, severity in severity(), policy in policy(),
    ) {
        let mut world = play(&steps, &policy);
        world.turn_clock(seconds);
        world.end_silences();
        let decision = world.fails(severity);
        if let Decision::Suppress(Suppression::Repeated { until }) = decision {
            let failing = |at| decide(world.life(), &Event::Failed(severity), at, None, &policy).1;
            prop_assert!(world.now < until);
            prop_assert!(matches!(failing(until), Decision::Notify(_)));
            prop_assert_eq!(failing(until - Duration::microseconds(1)), decision);
        }
    }

    #[test]
    fn what_a_check_tells_at_one_moment_it_would_tell_at_any_later_one(
        steps in steps(40), seconds in 0..100_000_i64, later in 0..100_000_i64, severity in severity(),
        policy in policy(),
    ) {
        let mut world = play(&steps, &policy);
        world.end_silences();
        if world.open().is_none() {
            return Ok(());
        }
        let now = world.now + Duration::seconds(seconds);
        let failing = |at| decide(world.life(), &Event::Failed(severity), at, None, &policy).1;
        let decision = failing(now);
        if matches!(decision, Decision::Notify(_)) {
            prop_assert_eq!(failing(now + Duration::seconds(later)), decision);
        }
    }
}
