//! The events that service levels are made of.

use chrono::{Duration, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use sovani_ops::{
    db::LatencyPolicy,
    domain::{Calendar, Counted, Histogram, Stretch, Target, Timestamp},
};

use crate::support::{
    database::TestDatabase,
    history::forget_what_is_old,
    program::moment,
    sli::{count, counted_since},
};

const LEVEL: Target = Target::ApiLatency;

fn noon() -> Timestamp {
    moment("2025-10-02 09:00:00")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn counted(good: f64, total: f64) -> Counted {
    Counted { good, total }
}

async fn rows(database: &TestDatabase) -> Vec<String> {
    let query = "SELECT target || ' ' || CAST(at AS TEXT) || ' ' || CAST(CAST(good AS INTEGER) AS TEXT) || '/'
        || CAST(CAST(total AS INTEGER) AS TEXT) FROM ops_sli ORDER BY target, at";
    let rows = database.texts(query).await;
    rows.iter().map(|row| row.replace(".000000", "")).collect()
}

#[each_database]
async fn events_of_one_moment_add_up(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let policy = LatencyPolicy {
        calendar: Calendar {
            zone: Tz::UTC,
            ingest_due: NaiveTime::MIN,
        },
        target_seconds: 0.5,
        longest: Duration::minutes(10),
    };
    let from = noon() - Duration::minutes(1);
    let stretch = Stretch::between(from, noon(), &policy.calendar, policy.longest).unwrap();
    let requests = Histogram::from_cumulative([(0.5, 9.0), (f64::INFINITY, 10.0)]).unwrap();

    let twice = [(stretch, requests.clone()), (stretch, requests)];
    database
        .db()
        .count_stretches("page", None, &twice, &policy)
        .await
        .unwrap();

    assert_eq!(
        rows(&database).await,
        ["api_latency 2025-10-02 09:00:00 18/20"]
    );
}

#[each_database]
async fn what_happened_at_the_beginning_of_a_window_is_outside_of_it(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let minute = Duration::minutes(1);
    for at in [noon(), noon() + minute] {
        count(
            database.db(),
            LEVEL,
            at,
            day("2025-10-02"),
            counted(3.0, 4.0),
        )
        .await;
    }
    let since = |at| counted_since(database.db(), LEVEL, at);

    assert_eq!(since(noon() - minute).await, counted(6.0, 8.0));
    assert_eq!(since(noon()).await, counted(3.0, 4.0));
    assert_eq!(since(noon() + minute).await, Counted::default());
    assert_eq!(
        counted_since(database.db(), Target::SchedulerOnTime, noon() - minute).await,
        Counted::default()
    );
}

#[each_database]
async fn replacing_leaves_older_events_and_other_levels_alone(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let today = day("2025-10-02");
    let hour = Duration::hours(1);
    for at in [noon() - hour, noon(), noon() + hour] {
        count(db, LEVEL, at, today, counted(1.0, 1.0)).await;
        count(db, Target::IngestSuccessRate, at, today, counted(5.0, 5.0)).await;
    }

    let twice_at_once = [
        (noon(), today, counted(0.0, 1.0)),
        (noon(), today, counted(2.0, 2.0)),
    ];
    db.replace_sli(LEVEL, noon(), &twice_at_once).await.unwrap();

    assert_eq!(
        rows(&database).await[..2],
        [
            "api_latency 2025-10-02 08:00:00 1/1",
            "api_latency 2025-10-02 09:00:00 2/3"
        ]
    );
    assert_eq!(rows(&database).await.len(), 5);
}

#[each_database]
async fn more_events_than_one_statement_takes_are_all_kept(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let events: Vec<_> = (0..2_345)
        .map(|second| {
            (
                noon() + Duration::seconds(second),
                day("2025-10-02"),
                counted(1.0, 1.0),
            )
        })
        .collect();

    database
        .db()
        .replace_sli(LEVEL, noon(), &events)
        .await
        .unwrap();

    let all = database
        .db()
        .counted_by_day(LEVEL, day("2025-10-01"), day("2025-10-03"))
        .await
        .unwrap();
    assert_eq!(all, [(day("2025-10-02"), counted(2345.0, 2345.0))]);
}

#[each_database]
async fn a_day_long_ago_becomes_one_row_that_counts_the_same(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let (old, older, recent) = (day("2025-06-20"), day("2025-06-19"), day("2025-09-30"));
    for hour in 0..3 {
        for (at, day) in [
            ("2025-06-19 01:00:00", older),
            ("2025-06-20 01:00:00", old),
            ("2025-09-30 01:00:00", recent),
        ] {
            let at = moment(at) + Duration::hours(hour);
            count(db, LEVEL, at, day, counted(1.0, 2.0)).await;
        }
    }
    let days = || async { db.counted_by_day(LEVEL, older, recent).await.unwrap() };
    let before = days().await;

    forget_what_is_old(db, noon()).await;
    forget_what_is_old(db, noon()).await;

    assert_eq!(days().await, before);
    let kept: Vec<_> = rows(&database)
        .await
        .iter()
        .map(|row| row[12..22].to_owned())
        .collect();
    assert_eq!(
        kept,
        [
            "2025-06-19",
            "2025-06-20",
            "2025-09-30",
            "2025-09-30",
            "2025-09-30"
        ]
    );
}

#[each_database]
async fn a_day_has_its_own_counts_and_no_others(database: TestDatabase) {
    let db = database.db();
    db.migrate().await.unwrap();
    let (one, three) = (day("2025-10-01"), day("2025-10-03"));
    count(
        db,
        Target::SchedulerOnTime,
        moment("2025-10-01 09:00:00"),
        one,
        counted(3.0, 4.0),
    )
    .await;
    database
        .execute(
            "INSERT INTO ops_latency_days (d, buckets, p95_ms) VALUES ('2025-10-03', '[]', 850.5)",
        )
        .await;

    let days = database.slo_days(one, three).await;

    let shown: Vec<_> = days
        .iter()
        .map(|day| (day.d, day.scheduler_on_time_pct, day.api_latency_p95_ms))
        .collect();
    let two = day("2025-10-02");
    assert_eq!(
        shown,
        [
            (one, Some(75.0), None),
            (two, None, None),
            (three, None, Some(850.5))
        ]
    );
    assert!(
        days.iter()
            .all(|day| day.ingest_records == 0 && day.ingest_success_rate_pct.is_none())
    );
}
