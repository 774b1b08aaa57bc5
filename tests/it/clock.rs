//! A clock that somebody sets: no wait lasts longer than it was to last.

use chrono::Duration;
use sovani_ops::{
    clock::Clock,
    db::{NewRemediation, WAITS},
    demo::{COLLECT_YESTERDAY, Platform},
    domain::{Actor, ChatTarget, Severity},
    ops::time,
    standin::{ChatAccess, ChatKind},
    views::Html,
};

use crate::support::{
    checks::failing,
    database::TestDatabase,
    deadline::eventually,
    jobs::JobList,
    program::{ALERT_CHAT, Setup, TestProgram, moment, noon},
};

const ANNA: i64 = 501;
/// Columns that say when something happened, and for which nothing waits.
const PAST: [&str; 17] = [
    "acknowledged_at",
    "at",
    "closed_at",
    "created_at",
    "dead_since",
    "decided_at",
    "done_at",
    "ended_at",
    "escalated_at",
    "finished_at",
    "last_seen_at",
    "opened_at",
    "pending_since",
    "reached_at",
    "seen_at",
    "sent_at",
    "started_at",
];
/// Columns from which a wait is counted, and why a clock that is set back does not draw it out.
const BOUNDED: [(&str, &str); 5] = [
    (
        "ops_chats.tried_at",
        "a chat that was tried later than now is due",
    ),
    (
        "ops_digests.grew_at",
        "what grew later than now takes no more incidents in",
    ),
    ("ops_incidents.called_at", "now at the latest, when judged"),
    (
        "ops_incidents.notified_at",
        "now at the latest, when judged",
    ),
    (
        "ops_remediation_history.triggered_at",
        "a run later than now does not count",
    ),
];
const HOUR: Duration = Duration::hours(1);
/// The longest wait after a first failed delivery, and how exactly the time is noted.
const RETRY: Duration = Duration::seconds(60);

async fn set_back(program: &TestProgram, clock: &Clock, by: Duration) {
    clock.advance(-by);
    time::keep(&program.cx().db, clock).await.unwrap();
}

async fn post(program: &TestProgram, text: &str) {
    let anna = ChatTarget {
        chat_id: ANNA,
        thread_id: None,
    };
    let message = Html::new().text(text).into();
    program.cx().post(&[anna], message).await.unwrap();
}

async fn a_delivery_fails(program: &TestProgram, database: &TestDatabase) {
    program.telegram().add_chat(ANNA, ChatKind::Private, "Anna");
    program.telegram().go_down().await;
    post(program, "before").await;
    let failed =
        "SELECT COUNT(*) FROM ops_outbox WHERE last_error IS NOT NULL AND leased_until IS NULL";
    eventually("a failed attempt", async || {
        database.number(failed).await == 1
    })
    .await;
}

async fn silence(program: &TestProgram, query: &str) {
    let answer = program.post(&format!("/api/v1/ops/silences?{query}")).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

async fn standing(program: &TestProgram, clock: &Clock) -> Vec<&'static str> {
    let now = clock.now();
    let silences = program.cx().db.standing_silences(now).await.unwrap();
    let phases = silences.iter().map(|silence| silence.phase(now).as_str());
    phases.collect()
}

#[each_database]
async fn a_retry_comes_as_soon_as_it_would_have(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    a_delivery_fails(&program, &database).await;

    set_back(&program, &clock, HOUR).await;
    post(&program, "after").await;
    program.telegram().come_back().await.unwrap();
    clock.advance(RETRY);

    program.hears(ANNA, "before").await;
    program.hears(ANNA, "after").await;
    program.stop().await;
}

#[each_database]
async fn a_retry_comes_as_soon_over_a_restart_too(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    a_delivery_fails(&program, &database).await;

    program.stop().await;
    clock.advance(-HOUR);
    program.telegram().come_back().await.unwrap();
    program.restart().await;
    clock.advance(RETRY);

    program.hears(ANNA, "before").await;
    program.stop().await;
}

#[each_database]
async fn a_silence_lasts_as_long_as_it_was_to_and_a_planned_one_begins_at_its_time(
    database: TestDatabase,
) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    silence(&program, "scope=all&duration=1h&reason=now").await;
    silence(
        &program,
        "scope=check_db_growth&starts_at=2025-10-02T10:00:00&duration=1h&reason=later",
    )
    .await;
    assert_eq!(standing(&program, &clock).await, ["active", "planned"]);
    clock.advance(Duration::minutes(30));
    time::keep(&program.cx().db, &clock).await.unwrap();

    set_back(&program, &clock, HOUR).await;
    assert_eq!(standing(&program, &clock).await, ["active", "planned"]);
    clock.advance(Duration::minutes(29));
    assert_eq!(standing(&program, &clock).await, ["active", "planned"]);
    clock.advance(Duration::minutes(1));
    assert_eq!(standing(&program, &clock).await, ["planned"]);
    clock.advance(HOUR);
    assert_eq!(standing(&program, &clock).await, ["active"]);
    program.stop().await;
}

#[each_database]
async fn a_lease_runs_out_in_its_time(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let now = moment("2025-10-02 09:00:00");
    db.note_time(now).await.unwrap();
    let limit = Duration::seconds(10);
    assert!(
        db.acquire_lease("work", "dead", now, now + limit)
            .await
            .unwrap()
    );

    let now = now - HOUR;
    assert_eq!(db.note_time(now).await.unwrap(), Some(HOUR));

    assert!(
        !db.acquire_lease("work", "heir", now, now + limit)
            .await
            .unwrap()
    );
    let later = now + limit;
    assert!(
        db.acquire_lease("work", "heir", later, later + limit)
            .await
            .unwrap()
    );
}

#[each_database]
async fn a_lost_chat_is_tried_again_as_soon_as_it_would_have_been(database: TestDatabase) {
    let clock = noon();
    let mut program = Setup::beside(&database).at(&clock).start().await;
    let telegram = program.telegram();
    telegram
        .set_access(ALERT_CHAT, ChatAccess::Blocked)
        .unwrap();
    program.finds(&[failing("Pump", Severity::Error)]).await;
    let lost = "SELECT COUNT(*) FROM ops_chats WHERE dead_since IS NOT NULL AND wait_sec > 0";
    eventually("a lost chat", async || database.number(lost).await == 1).await;

    set_back(&program, &clock, HOUR).await;
    telegram.set_access(ALERT_CHAT, ChatAccess::Open).unwrap();
    clock.advance(RETRY);

    program.hears(ALERT_CHAT, "Pump is broken").await;
    program.stop().await;
}

#[each_database]
async fn a_run_that_is_ahead_of_the_clock_keeps_no_action_waiting(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let now = moment("2025-10-02 09:00:00");
    let run = NewRemediation {
        alert_id: None,
        incident_id: None,
        action_name: "remediate_clear_cache",
        source: "check_db_growth",
        triggered_by: Actor::Scheduler,
    };
    db.start_remediation(&run, now).await.unwrap();
    for (now, runs) in [(now, 1), (now + HOUR, 1), (now - HOUR, 0)] {
        let since = now - Duration::days(1);
        let found = db
            .automatic_runs(run.action_name, since, now)
            .await
            .unwrap();
        assert_eq!(found.len(), runs, "{now}");
    }
}

#[each_database]
async fn every_moment_that_is_kept_is_past_or_follows_the_clock(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let moments = database.texts(if database.is_postgres() {
        "SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns
         JOIN information_schema.tables USING (table_schema, table_name)
         WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name LIKE 'ops\\_%'
            AND table_name <> 'ops_migrations' AND data_type LIKE 'timestamp%'"
    } else {
        "SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p
         WHERE m.type = 'table' AND m.name LIKE 'ops\\_%' ESCAPE '\\' AND m.name <> 'ops_migrations'
            AND p.type IN ('DATETIME', 'TIMESTAMP')"
    }).await;
    let waits: Vec<_> = WAITS
        .iter()
        .flat_map(|wait| {
            wait.columns
                .iter()
                .map(|column| format!("{}.{column}", wait.table))
        })
        .collect();
    for wait in &waits {
        assert!(moments.contains(wait), "{wait} is none of {moments:?}");
    }
    for moment in &moments {
        let (_, column) = moment.split_once('.').unwrap();
        let is_bounded = BOUNDED.iter().any(|(bounded, _)| bounded == moment);
        let listed = [waits.contains(moment), is_bounded, PAST.contains(&column)];
        assert_eq!(
            listed.iter().filter(|listed| **listed).count(),
            1,
            "{moment}: an end of a wait belongs in WAITS"
        );
    }
    for (bounded, why) in BOUNDED {
        assert!(
            moments.iter().any(|moment| moment == bounded),
            "{bounded}: {why}"
        );
    }
}

#[each_database]
async fn a_step_forward_and_jitter_move_nothing(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let now = moment("2025-10-02 09:00:00");
    for (seconds, set_back) in [
        (0, None),
        (-1, None),
        (7200, None),
        (7199, None),
        (0, Some(7200)),
    ] {
        let by = db
            .note_time(now + Duration::seconds(seconds))
            .await
            .unwrap();
        assert_eq!(by.map(|by| by.num_seconds()), set_back, "at {seconds} s");
    }
}

#[each_database]
async fn the_latest_time_holds_for_a_day_and_no_longer(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let latest = moment("2025-10-02 09:00:00");
    db.note_time(latest).await.unwrap();
    for back in [HOUR, Duration::days(1)] {
        db.note_time(latest - back).await.unwrap();
        assert_eq!(db.latest_time(latest - back).await.unwrap(), latest);
    }
    let long_before = latest - Duration::days(1) - Duration::seconds(1);
    assert_eq!(db.latest_time(long_before).await.unwrap(), long_before);
}

#[each_database]
async fn the_incident_of_a_job_stays_open_until_the_job_runs(database: TestDatabase) {
    let today = chrono::NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
    Platform::healthy(today)
        .skipped_job(COLLECT_YESTERDAY, today)
        .create(database.db())
        .await
        .unwrap();
    // 02:20 in Moscow: ten minutes after the grace of the run at 02:00.
    let clock = Clock::standing_at(moment("2025-10-01 23:20:00"));
    let jobs = JobList::of("[[job]]\nname = \"collect_yesterday_data\"\ncron = \"0 2 * * *\"");
    let mut program = Setup::beside(&database)
        .at(&clock)
        .with("OPS_CONFIG", jobs.setting())
        .start()
        .await;
    program.sweep().await;
    let open = "SELECT COUNT(*) FROM ops_incidents WHERE closed_at IS NULL AND source = 'check_scheduler_on_time'";
    assert_eq!(database.number(open).await, 1);

    set_back(&program, &clock, HOUR).await;
    for _ in 0..3 {
        program.sweep().await;
        clock.advance(Duration::minutes(5));
    }

    assert_eq!(database.number(open).await, 1);
    program.stop().await;
}

#[each_database]
async fn instances_on_postgresql_go_by_its_clock(database: TestDatabase) {
    let clock = Clock::system();
    clock.follow(moment("2001-01-01 00:00:00"));
    assert!(clock.now().since(moment("2001-01-01 00:00:00")) < HOUR);
    let shared = database.db().shared_time().await.unwrap();
    assert_eq!(shared.is_some(), database.is_postgres());
    database.db().migrate().await.unwrap();
    time::keep(database.db(), &clock).await.unwrap();
    if let Some(shared) = shared {
        assert!(clock.now() >= shared);
    }
}
