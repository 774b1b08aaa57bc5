//! A database keeps incidents as they are decided.

use std::collections::BTreeSet;

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use sovani_ops::{
    db::{Db, NewSilence},
    domain::{
        Audience, ChatTarget, Check, Decision, Event, Fingerprint, Incident, Loudness, Origin,
        Scope, Severity, Timestamp, Verdict, Who,
    },
    incidents::{self, Happening, Played, begin_silence, end_silence},
};

use super::{
    OPENED, RESOLVED, at, noon, passing,
    properties::{Step, steps},
    silenced,
    world::{POLICY, World, anna},
    worsened,
};
use crate::support::{checks::judged, database::TestDatabase};
use Severity::{Critical, Error};

const SOURCE: &str = "check_cash_balance_threshold";
const KEY: &str = "OZON";
/// Histories that are tried on each database.
const HISTORIES: usize = 4;

fn audience() -> Audience {
    let chat = |chat_id| ChatTarget {
        chat_id,
        thread_id: None,
    };
    Audience {
        policy: POLICY,
        chats: vec![chat(-1001)],
        manager: Some(chat(77)),
        group_max: 5,
        loudness: Loudness {
            severities: BTreeSet::from([Error, Critical]),
            reminders: true,
        },
    }
}

pub fn failing(severity: Severity) -> Check {
    let verdict = Verdict::fail(KEY, "too little");
    judged(SOURCE, severity, verdict)
}

fn well() -> Check {
    judged(SOURCE, Error, Verdict::pass("enough"))
}

fn in_chat() -> Origin {
    Who::in_chat(anna(), 7).origin
}

pub async fn play(db: &Db, happening: Happening<'_>, now: Timestamp) -> Vec<Played> {
    incidents::play(db, &[happening], &audience(), now)
        .await
        .unwrap()
}

pub async fn checked(db: &Db, check: &Check, now: Timestamp) -> Vec<Decision> {
    decisions(&play(db, Happening::Check(check), now).await)
}

pub async fn done(db: &Db, id: i64, event: Event, now: Timestamp) -> Vec<Decision> {
    decisions(&play(db, Happening::Operation(id, event, in_chat()), now).await)
}

pub fn decisions(played: &[Played]) -> Vec<Decision> {
    played.iter().map(|played| played.decision).collect()
}

pub async fn newest(db: &Db) -> Option<Incident> {
    let fault = Fingerprint::of(SOURCE, KEY);
    db.newest_incident(&fault).await.unwrap()
}

/// A database, and what should be in it.
struct Both {
    db: Db,
    world: World,
}

impl Both {
    /// The decisions about the check that a database would make.
    fn expected(&mut self, check: &Check) -> Vec<Decision> {
        let is_open = self.world.open().is_some();
        match (check.failed(), is_open) {
            (true, true) => vec![self.world.stands(), self.world.fails(check.severity)],
            (true, false) => vec![self.world.fails(check.severity)],
            (false, true) => vec![self.world.passes()],
            (false, false) => Vec::new(),
        }
    }

    async fn check(&mut self, check: Check) {
        let expected = self.expected(&check);
        assert_eq!(checked(&self.db, &check, self.world.now).await, expected);
    }

    async fn tick(&mut self) {
        let silences = self.db.standing_silences(self.world.now).await.unwrap();
        let due = incidents::tick_is_due(&self.db, &audience(), &silences, self.world.now)
            .await
            .unwrap();
        let before = self.world.open().cloned();
        let expected = self.tick_world();
        let ticked = play(&self.db, Happening::Tick, self.world.now).await;
        assert_eq!(decisions(&ticked), expected);
        if !due {
            assert_eq!(self.world.open(), before.as_ref());
            assert!(ticked.iter().all(|played| played.alert_id.is_none()));
        }
    }

    fn tick_world(&mut self) -> Vec<Decision> {
        let is_open = self.world.open().is_some();
        is_open.then(|| self.world.ticks()).into_iter().collect()
    }

    async fn happens(&mut self, event: &Event) {
        let newest = newest(&self.db).await;
        let expected: Vec<_> = newest.iter().map(|_| self.world.happens(event)).collect();
        let id = newest.map_or(1, |incident| incident.id);
        assert_eq!(
            done(&self.db, id, event.clone(), self.world.now).await,
            expected
        );
    }

    async fn silence(&mut self, seconds: i64) {
        let now = self.world.now;
        let silence = NewSilence {
            scope: Scope::Fault(Fingerprint::of(SOURCE, KEY)),
            reason: "works on the tills".to_owned(),
            who: Who::in_chat(anna(), 7),
            starts_at: now,
            ends_at: now + chrono::Duration::seconds(seconds),
        };
        begin_silence(&self.db, &silence, false, &audience(), now)
            .await
            .unwrap();
        self.world.begin_silence(silence.ends_at);
        self.tick_world();
    }

    async fn unsilence(&mut self) {
        let now = self.world.now;
        for silence in self.db.standing_silences(now).await.unwrap() {
            let anna = Who::in_chat(anna(), 7);
            let ended = end_silence(&self.db, silence.id, &anna, &audience(), now).await;
            assert_eq!(
                ended.unwrap().map(|(silence, _)| silence),
                Some(silence.clone())
            );
            self.world.end_silence(silence.id);
            self.tick_world();
        }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Happens(Event::Failed(severity)) => self.check(failing(*severity)).await,
            Step::Happens(Event::Passed) => self.check(well()).await,
            // Other findings are covered by other tests.
            Step::Happens(Event::Tick | Event::Stood) => self.tick().await,
            Step::Happens(event) => self.happens(event).await,
            Step::Silence(seconds) => self.silence(*seconds).await,
            Step::Unsilence => self.unsilence().await,
        }
    }

    async fn agree(&self) {
        let newest = newest(&self.db).await;
        let life = (self.world.incidents() > 0).then(|| self.world.life());
        assert_eq!(newest.as_ref().map(|incident| &incident.life), life);
        let open: Vec<_> = newest
            .iter()
            .filter(|incident| incident.life.is_open())
            .cloned()
            .collect();
        assert_eq!(self.db.open_incidents().await.unwrap(), open);
        if let Some(incident) = newest {
            assert_eq!(self.db.incident(incident.id).await.unwrap(), Some(incident));
        }
    }
}

#[each_database]
async fn what_becomes_of_an_incident_survives_being_written_and_read_and_a_restart(
    database: TestDatabase,
) {
    database.db().migrate().await.unwrap();
    let mut runner = TestRunner::deterministic();
    let mut both = Both {
        db: database.db().clone(),
        world: World::new(POLICY),
    };
    for _ in 0..HISTORIES {
        for (number, (seconds, step)) in steps(60)
            .new_tree(&mut runner)
            .unwrap()
            .current()
            .iter()
            .enumerate()
        {
            both.world.turn_clock(*seconds);
            both.take(step).await;
            both.agree().await;
            if number % 10 == 9 {
                both.db = database.another_connection().await;
                both.agree().await;
            }
        }
    }
    assert!(both.world.incidents() > HISTORIES);
}

#[each_database]
async fn an_operation_on_an_unknown_incident_has_no_effect(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    for id in [0, 1, i64::MAX] {
        let event = Event::Acknowledged(anna());
        assert_eq!(done(database.db(), id, event, noon()).await, []);
    }
}

#[each_database]
async fn what_happens_at_one_moment_is_played_in_its_order(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let (fails, passes) = (failing(Error), well());
    let happenings = [&fails, &passes, &passes, &fails].map(Happening::Check);

    let played = incidents::play(database.db(), &happenings, &audience(), noon())
        .await
        .unwrap();

    assert_eq!(decisions(&played), [OPENED, passing(1), RESOLVED, OPENED]);
    assert_ne!(played[0].incident.id, played[3].incident.id);
}

#[each_database]
async fn what_turns_critical_is_told_through_a_silence_of_everything_else(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let db = database.db();
    let silence = NewSilence {
        scope: Scope::All,
        reason: String::new(),
        who: Who::in_chat(anna(), 7),
        starts_at: at(10),
        ends_at: at(9_999),
    };
    assert_eq!(checked(db, &failing(Error), noon()).await, [OPENED]);
    begin_silence(db, &silence, false, &audience(), at(10))
        .await
        .unwrap();
    let newest_decision = async |severity, seconds| {
        *checked(db, &failing(severity), at(seconds))
            .await
            .last()
            .unwrap()
    };

    assert_eq!(newest_decision(Error, 20).await, silenced(9_999));
    assert_eq!(newest_decision(Critical, 30).await, worsened(Error));
    assert_eq!(newest_decision(Error, 400).await, silenced(9_999));
}
