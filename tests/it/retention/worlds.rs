//! Made-up histories: what is to stay stays, and all else goes.

use std::collections::BTreeSet;

use chrono::Duration;
use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any, prop_oneof},
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use sovani_ops::domain::Timestamp;

use crate::support::{database::TestDatabase, history::forget_what_is_old, program::moment};

const WORLDS: usize = 24;
const NOW: &str = "2025-10-02 09:00:00";
/// In days; the history begins with the day that is 180 days ago.
const HISTORY: i64 = 180;
const SETTLED: i64 = 30;

/// In days before now.
type Age = i64;

#[derive(Clone, Debug)]
struct Incident {
    closed: Option<Age>,
    /// Each with the state of its message.
    alerts: Vec<(Age, &'static str)>,
    /// Tells if it is still running.
    remediations: Vec<(Age, bool)>,
}

#[derive(Clone, Debug)]
struct World {
    incidents: Vec<Incident>,
    /// Of other writers.
    alerts: Vec<Age>,
    /// The time since the end of each; a negative one lies ahead.
    silences: Vec<Age>,
    audit: Vec<Age>,
    /// Of the platform's journal: the job, and whether it still runs.
    runs: Vec<(Age, &'static str, bool)>,
    heartbeats: Vec<(Age, &'static str)>,
    days: BTreeSet<Age>,
}

fn ages() -> impl Strategy<Value = Age> {
    prop_oneof![
        0..400_i64,
        SETTLED - 1..SETTLED + 3,
        HISTORY - 1..HISTORY + 3
    ]
}

fn worlds() -> impl Strategy<Value = World> {
    let state = prop_oneof![
        Just("pending"),
        Just("sent"),
        Just("dead"),
        Just("obsolete")
    ];
    let incident = (
        proptest::option::weighted(0.7, ages()),
        vec((ages(), state), 0..4),
        vec((ages(), any::<bool>()), 0..3),
    );
    let incident = incident.prop_map(|(closed, alerts, remediations)| Incident {
        closed,
        alerts,
        remediations,
    });
    let job = prop_oneof![Just("ops_health_check"), Just("collect_yesterday_data")];
    (
        vec(incident, 0..8),
        vec(ages(), 0..6),
        vec(prop_oneof![ages(), -5..1_i64], 0..6),
        vec(ages(), 0..6),
        vec((ages(), job, any::<bool>()), 0..8),
        vec((ages(), prop_oneof![Just("a"), Just("b")]), 0..6),
        proptest::collection::btree_set(ages(), 0..8),
    )
        .prop_map(
            |(incidents, alerts, silences, audit, runs, heartbeats, days)| World {
                incidents,
                alerts,
                silences,
                audit,
                runs,
                heartbeats,
                days,
            },
        )
}

fn at(age: Age) -> Timestamp {
    moment(NOW) - Duration::days(age)
}

/// By table, the ids of the rows; of days, the days.
#[derive(Debug, Default, PartialEq)]
struct Rows {
    incidents: Vec<usize>,
    alerts: Vec<usize>,
    outbox: Vec<usize>,
    proposals: Vec<usize>,
    remediations: Vec<usize>,
    silences: Vec<usize>,
    audit: Vec<usize>,
    runs: Vec<usize>,
    heartbeats: Vec<usize>,
    days: Vec<String>,
}

/// Writes the world down. Which of its rows are to stay.
async fn make(database: &TestDatabase, world: &World) -> Rows {
    let mut stay = Rows::default();
    let (mut alert, mut remediation) = (0, 0);
    for (incident, it) in world.incidents.iter().enumerate() {
        let closed = it
            .closed
            .map_or("NULL".to_owned(), |age| format!("'{}'", at(age)));
        database
            .execute(format!(
                "INSERT INTO ops_incidents (id, fingerprint, source, severity, message, extras_json, opened_at,
                    last_seen_at, occurrences, passes, notifications, closed_at)
                 VALUES ({incident}, 'f{incident}', 's', 'error', 'm', '{{}}', '{0}', '{0}', 1, 0, 0, {closed})",
                at(500)
            ))
            .await;
        let is_open = it.closed.is_none();
        let is_recent = it.closed.is_none_or(|age| age <= HISTORY);
        let mut is_needed = is_recent;
        for (age, state) in &it.alerts {
            database
                .execute(format!(
                    "INSERT INTO ops_alerts_history (id, created_at, source, severity, message, fingerprint, incident_id)
                     VALUES ({alert}, '{0}', 's', 'error', 'm', 'f', {incident});
                     INSERT INTO ops_outbox (id, created_at, chat_id, alert_id, incident_id, html, buttons, silent, state,
                        attempts, next_attempt_at, kind)
                     VALUES ({alert}, '{0}', 1, {alert}, {incident}, '', '[]', FALSE, '{state}', 0, '{0}', 'card');
                     INSERT INTO ops_proposals (id, created_at, expires_at, chat_id, source, action_name, requested_by,
                        state, incident_id)
                     VALUES ({alert}, '{0}', '{0}', 1, 's', 'a', 0, '{state}', {incident})",
                    at(*age)
                ))
                .await;
            let pending = *state == "pending";
            if pending || *age <= SETTLED || is_open {
                stay.outbox.push(alert);
                stay.proposals.push(alert);
                is_needed = true;
            }
            if *age <= HISTORY || is_recent || pending {
                stay.alerts.push(alert);
                is_needed = true;
            }
            alert += 1;
        }
        for (age, running) in &it.remediations {
            let status = if *running { "running" } else { "success" };
            database
                .execute(format!(
                    "INSERT INTO ops_remediation_history (id, triggered_at, action_name, status, incident_id)
                     VALUES ({remediation}, '{}', 'a', '{status}', {incident})",
                    at(*age)
                ))
                .await;
            if *running || *age <= HISTORY || is_recent {
                stay.remediations.push(remediation);
                is_needed = true;
            }
            remediation += 1;
        }
        if is_needed {
            stay.incidents.push(incident);
        }
    }
    for age in &world.alerts {
        database
            .execute(format!(
                "INSERT INTO ops_alerts_history (id, created_at, source, severity, message, fingerprint)
                 VALUES ({alert}, '{}', 's', 'error', 'm', 'f')",
                at(*age)
            ))
            .await;
        if *age <= HISTORY {
            stay.alerts.push(alert);
        }
        alert += 1;
    }
    make_the_rest(database, world, &mut stay).await;
    stay
}

async fn make_the_rest(database: &TestDatabase, world: &World, stay: &mut Rows) {
    for (id, age) in world.silences.iter().enumerate() {
        // One in two was ended before its time.
        let (ends, ended) = if id % 2 == 0 {
            (*age, "NULL".to_owned())
        } else {
            (age - 3, format!("'{}'", at(*age)))
        };
        database
            .execute(format!(
                "INSERT INTO ops_silences (id, created_at, scope, reason, created_by, created_name, starts_at, ends_at, ended_at)
                 VALUES ({id}, '{0}', 'all', '', 'rest', 'REST', '{0}', '{1}', {ended})",
                at(500), at(ends)
            ))
            .await;
        if *age <= HISTORY {
            stay.silences.push(id);
        }
    }
    // Acts are written down in the order of their time.
    let mut audit = world.audit.clone();
    audit.sort_unstable_by_key(|age| std::cmp::Reverse(*age));
    for (id, age) in audit.iter().enumerate() {
        database
            .execute(format!(
                "INSERT INTO ops_audit (id, at, actor, actor_name, door, origin, act, subject, outcome, detail)
                 VALUES ({id}, '{}', 'rest', 'REST', 'rest', '', 'resolve', '', 'done', '')",
                at(*age)
            ))
            .await;
        if *age <= HISTORY {
            stay.audit.push(id);
        }
    }
    for (id, (age, job, running)) in world.runs.iter().enumerate() {
        let status = if *running { "running" } else { "success" };
        database
            .execute(format!(
                "INSERT INTO job_runs (id, job_name, started_at, status) VALUES ({id}, '{job}', '{}', '{status}')",
                at(*age)
            ))
            .await;
        if *age <= HISTORY || *running || *job != "ops_health_check" {
            stay.runs.push(id);
        }
    }
    for (id, (age, job)) in world.heartbeats.iter().enumerate() {
        database
            .execute(format!(
                "INSERT INTO ops_job_runs (id, job, started_at, status) VALUES ({id}, '{job}', '{}', 'success')",
                at(*age)
            ))
            .await;
        let is_newest = world
            .heartbeats
            .iter()
            .all(|(other, of)| of != job || other >= age);
        if *age <= HISTORY || is_newest {
            stay.heartbeats.push(id);
        }
    }
    // The oldest last: days go up.
    for age in world.days.iter().rev() {
        let day = at(*age).naive_utc().date();
        database
            .execute(format!(
                "INSERT INTO ops_sli (target, at, d, good, total) VALUES ('api_latency', '{}', '{day}', 1, 1)",
                at(*age)
            ))
            .await;
        if *age <= HISTORY {
            stay.days.push(day.to_string());
        }
    }
}

async fn standing(database: &TestDatabase) -> Rows {
    let ids = async |table: &str| -> Vec<usize> {
        let ids = database
            .texts(format!("SELECT CAST(id AS TEXT) FROM {table}"))
            .await;
        let mut ids: Vec<_> = ids.iter().map(|id| id.parse().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    Rows {
        incidents: ids("ops_incidents").await,
        alerts: ids("ops_alerts_history").await,
        outbox: ids("ops_outbox").await,
        proposals: ids("ops_proposals").await,
        remediations: ids("ops_remediation_history").await,
        silences: ids("ops_silences").await,
        audit: ids("ops_audit").await,
        runs: ids("job_runs").await,
        heartbeats: ids("ops_job_runs").await,
        days: database
            .texts("SELECT CAST(d AS TEXT) FROM ops_sli ORDER BY d")
            .await,
    }
}

#[each_database]
async fn all_that_is_too_old_goes_and_nothing_younger_or_still_needed(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    for _ in 0..WORLDS {
        let world = worlds().new_tree(&mut runner).unwrap().current();
        for table in [
            "ops_outbox",
            "ops_proposals",
            "ops_alerts_history",
            "ops_remediation_history",
            "ops_incidents",
            "ops_silences",
            "ops_audit",
            "job_runs",
            "ops_job_runs",
            "ops_sli",
        ] {
            database.execute(format!("DELETE FROM {table}")).await;
        }
        let stay = make(&database, &world).await;

        forget_what_is_old(database.db(), moment(NOW)).await;

        assert_eq!(standing(&database).await, stay, "{world:#?}");
    }
}
