//! Making the program's objects, and adopting those of an existing installation.

mod standing;
mod upgrade;
mod views;

use chrono::{Duration, NaiveDate, Utc};
use futures::future::join_all;
use sovani_ops::{
    db::{Db, FinishedRemediation, NewRemediation, OpsHealth},
    demo::Platform,
    domain::{Actor, Life, Severity, SloDay, Timestamp, Verdict},
    incidents::{Reached, SentAlert, record},
};

use crate::support::{
    alembic, checks,
    database::{TestDatabase, on_sqlite},
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();

const OWN_OBJECTS: [&str; 11] = [
    "ops_alerts_history",
    "ops_chats",
    "ops_incidents",
    "ops_leases",
    "ops_migrations",
    "ops_outbox",
    "ops_unmeasured",
    "ops_proposals",
    "ops_remediation_history",
    "vw_ops_health",
    "vw_slo_daily",
];

fn days_ago(days: i64) -> NaiveDate {
    TODAY - Duration::days(days)
}

/// The rows of `vw_slo_daily`.
async fn slo_days(database: &TestDatabase) -> Vec<SloDay> {
    let columns = [
        "CAST(d AS VARCHAR)",
        "CAST(ingest_records AS VARCHAR)",
        "COALESCE(CAST(ingest_success_rate_pct AS VARCHAR), '-')",
        "COALESCE(CAST(scheduler_on_time_pct AS VARCHAR), '-')",
        "COALESCE(CAST(api_latency_p95_ms AS VARCHAR), '-')",
    ];
    let columns = columns.join(" || ' ' || ");
    let rows = database.texts(format!("SELECT {columns} FROM vw_slo_daily ORDER BY d"));
    let day = |row: &String| {
        let figures: Vec<&str> = row.split(' ').collect();
        SloDay {
            d: figures[0].parse().unwrap(),
            ingest_records: figures[1].parse().unwrap(),
            ingest_success_rate_pct: figures[2].parse().ok(),
            scheduler_on_time_pct: figures[3].parse().ok(),
            api_latency_p95_ms: figures[4].parse().ok(),
        }
    };
    rows.await.iter().map(day).collect()
}

#[each_database]
async fn an_empty_database_gets_every_object_of_the_program(database: TestDatabase) {
    database.db().migrate().await.unwrap();

    let relations = database.db().relations().await.unwrap();
    for object in OWN_OBJECTS {
        assert!(
            relations.contains(object),
            "{object} is missing from {relations:?}"
        );
    }
    assert!(slo_days(&database).await.is_empty());
    assert_eq!(
        database.db().ops_health().await.unwrap(),
        OpsHealth {
            alerts_last_hour: 0,
            critical_last_24h: 0,
            remediations_last_hour: 0,
            remediation_failures_24h: 0,
        },
    );
}

#[each_database]
async fn migrating_again_changes_nothing(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let before = (
        database.db().relations().await.unwrap(),
        schema_texts(&database).await,
    );

    database.db().migrate().await.unwrap();

    assert_eq!(
        before,
        (
            database.db().relations().await.unwrap(),
            schema_texts(&database).await
        )
    );
}

#[each_database]
async fn several_processes_may_migrate_one_database_at_the_same_time(database: TestDatabase) {
    let mut others = Vec::new();
    for _ in 0..5 {
        others.push(database.another_connection().await);
    }

    for outcome in join_all(others.iter().map(Db::migrate)).await {
        outcome.unwrap();
    }

    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_migrations WHERE success")
            .await,
        migrations()
    );
}

#[each_database]
async fn an_existing_installation_is_adopted_with_every_row(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    alembic::install(&database).await;
    let before = histories(&database).await;

    database.db().migrate().await.unwrap();

    assert_eq!(histories(&database).await, before);
    assert_eq!(
        database
            .texts("SELECT version_num FROM alembic_version")
            .await,
        [alembic::REVISION]
    );
    let alerts = database.db().recent_alerts(None, 10).await.unwrap();
    assert_eq!(
        alerts
            .iter()
            .map(|alert| (alert.id, alert.fingerprint.as_str()))
            .collect::<Vec<_>>(),
        [(3, "a3f5e2"), (2, "c0ffee"), (1, "b4c3d2")],
    );
    assert_eq!(
        alerts[1].created_at,
        Ok("2025-10-02 10:20:00".parse().unwrap())
    );
}

#[each_database]
async fn the_platforms_own_writers_keep_working_after_adoption(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    alembic::install(&database).await;
    database.db().migrate().await.unwrap();

    database.execute(alembic::INSERT_ALERT).await;
    database.execute(alembic::INSERT_REMEDIATION).await;

    assert_eq!(
        database
            .number("SELECT MAX(id) FROM ops_alerts_history")
            .await,
        alembic::ALERTS + 1
    );
    assert_eq!(
        database
            .number("SELECT MAX(id) FROM ops_remediation_history")
            .await,
        alembic::REMEDIATIONS + 1
    );
}

#[each_database]
async fn the_platforms_own_writers_work_on_a_new_installation_too(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();

    database.execute(alembic::INSERT_ALERT).await;
    database.execute(alembic::INSERT_REMEDIATION).await;

    let alerts = database.db().recent_alerts(None, 10).await.unwrap();
    assert_eq!(
        alerts[0].created_at,
        Ok("2025-10-03 08:00:00".parse().unwrap())
    );
}

#[each_database]
async fn the_program_writes_beside_the_platform_in_an_adopted_installation(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    alembic::install(&database).await;
    database.db().migrate().await.unwrap();
    let (db, now) = (database.db(), Timestamp::new(Utc::now()));

    let check = checks::judged(
        "check_db_growth",
        Severity::Warning,
        Verdict::fail("size", "Database size 5200.0 MB exceeds 5GB threshold"),
    );
    let reached = Reached {
        chat: "123456789".parse().unwrap(),
        chat_id: 123_456_789,
        message_id: 1,
    };
    let life = Life::new(check.severity, 0, now);
    let alert = SentAlert {
        check,
        at: now,
        reached: vec![reached],
        unreached: Vec::new(),
        silent: true,
        life,
    };
    record(db, &alert).await.unwrap();
    let new = NewRemediation {
        source: "check_db_growth",
        action_name: "remediate_vacuum_db",
        alert_id: Some(alembic::ALERTS + 1),
        incident_id: Some(1),
        triggered_by: Actor::Rest,
    };
    let remediation = db.start_remediation(&new, now).await.unwrap();
    let done = FinishedRemediation {
        at: now,
        status: "success",
        details: "Database vacuumed successfully",
        retry_count: 1,
        duration_ms: 250,
        verified: Some("fixed"),
    };
    db.finish_remediation(remediation, &done).await.unwrap();
    let run = db.start_run(now).await.unwrap();
    db.finish_run(run, now, 0.25, &["a report"]).await.unwrap();

    assert_eq!(remediation, alembic::REMEDIATIONS + 1);
    assert_eq!(
        db.recent_alerts(Some(Severity::Warning), 10).await.unwrap()[0].created_at,
        Ok(now)
    );
    assert_eq!(
        database
            .number("SELECT COUNT(*) FROM ops_remediation_history")
            .await,
        3
    );
    let health = db.ops_health().await.unwrap();
    assert_eq!(
        (health.alerts_last_hour, health.remediations_last_hour),
        (1, 1)
    );
    assert_eq!(
        database
            .texts("SELECT status FROM job_runs WHERE job_name = 'ops_health_check'")
            .await,
        ["success"]
    );
}

/// On `PostgreSQL` nobody writes to the whole database.
#[tokio::test]
async fn a_migrated_sqlite_file_is_opened_while_the_platform_writes_to_it() {
    on_sqlite(async |database| {
        database.db().migrate().await.unwrap();
        let Db::Sqlite(platform, ..) = database.another_connection().await else {
            unreachable!()
        };
        let writing = platform.begin_with("BEGIN IMMEDIATE").await.unwrap();

        database.db().migrate().await.unwrap();

        writing.rollback().await.unwrap();
    })
    .await;
}

/// How many migrations the program has for either database.
fn migrations() -> i64 {
    let files =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap();
    i64::try_from(files.count()).unwrap()
}

/// Both histories as the platform's columns show them.
async fn histories(database: &TestDatabase) -> Vec<String> {
    let mut rows = database
        .texts(
            "SELECT id || ' ' || created_at || ' ' || source || ' ' || severity || ' ' || message || ' ' || fingerprint
                || ' ' || COALESCE(extras_json, '-') || ' ' || COALESCE(sent_to_chat_ids, '-')
             FROM ops_alerts_history ORDER BY id",
        )
        .await;
    rows.extend(
        database
            .texts(
                "SELECT id || ' ' || triggered_at || ' ' || COALESCE(alert_id, 0) || ' ' || action_name || ' ' || status
                    || ' ' || COALESCE(details, '-') || ' ' || retry_count
                 FROM ops_remediation_history ORDER BY id",
            )
            .await,
    );
    rows
}

/// The definitions of the database's views and indexes.
async fn schema_texts(database: &TestDatabase) -> Vec<String> {
    let query = if database.is_postgres() {
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
         UNION ALL SELECT viewname || ': ' || definition FROM pg_views WHERE schemaname = 'public' ORDER BY 1"
    } else {
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    };
    database.texts(query).await
}
