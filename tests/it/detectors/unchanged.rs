//! Figures are counted again after others have written, and never differ from those of a plain count.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::NaiveDate;
use fastrand::Rng;
use sovani_ops::{
    actions,
    db::Db,
    demo::Platform,
    detectors::{self, Scene},
    domain::Check,
    facts::Facts,
    settings::{Settings, Source},
    web::Web,
};

use crate::support::{
    checks::detector,
    database::{TestDatabase, on_postgres, on_sqlite},
    program::moment,
    rewriting::rewriting,
};

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
const DAYS: u64 = 45;
const STEPS: usize = 60;

/// All that the detectors of the platform's figures find.
async fn findings(facts: &Facts) -> Vec<String> {
    let settings = Settings::load(&Source::fixed([]), &actions::known()).unwrap();
    let web = Web::new().unwrap();
    let scene = Scene::new(facts, &settings, &web, moment("2025-10-02 09:00:00"));
    let names = [
        "check_cash_balance_threshold",
        "check_commission_outliers",
        "check_ingest_success_rate",
    ];
    let checks = detectors::run(&names.map(detector), scene).await;
    let faults = checks.iter().flat_map(Check::faults);
    let told = faults.map(|fault| format!("{} {:?}", fault.message, fault.extras));
    told.collect()
}

#[each_database]
async fn kept_figures_are_those_of_a_plain_count_whatever_others_write(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let kept = database.another_connection().await;
    kept.migrate().await.unwrap();
    let kept = Facts::of(kept);
    let seed = fastrand::u64(..);
    let mut random = Rng::with_seed(seed);
    for number in 0..STEPS {
        let change = rewriting(&mut random, (TODAY, DAYS), number);
        // A unique key may already be there.
        database.try_execute(change.clone()).await.ok();
        let plain = database.another_connection().await;
        let expected = findings(&Facts::of(plain.clone())).await;
        for _ in 0..2 {
            assert_eq!(
                findings(&kept).await,
                expected,
                "seed {seed}, step {number}: {change}"
            );
        }
        plain.close().await;
    }
}

/// Counts how often it is counted.
async fn count(db: &Db, counted: &AtomicU32, about: &str) -> u32 {
    let number = async { Ok(counted.fetch_add(1, Ordering::SeqCst) + 1) };
    let tables = db.tables_state().await;
    let answer = db.unless_changed(tables, "a question", about.to_owned(), number);
    answer.await.unwrap()
}

#[tokio::test]
async fn on_sqlite_a_figure_is_kept_until_others_write() {
    on_sqlite(async |database| {
        let db = database.another_connection().await;
        db.migrate().await.unwrap();
        let counted = AtomicU32::new(0);
        for _ in 0..3 {
            assert_eq!(count(&db, &counted, "today").await, 1);
            db.record_size(moment("2025-10-02 09:00:00"), 1)
                .await
                .unwrap();
        }
        database.execute("CREATE TABLE anything (id INTEGER)").await;
        for _ in 0..3 {
            assert_eq!(count(&db, &counted, "today").await, 2);
        }
        assert_eq!(count(&db, &counted, "tomorrow").await, 3);
        // Another connection of the program itself does not know who has written.
        let Db::Sqlite(_, _, writer, _) = &db else {
            unreachable!("the test is on SQLite")
        };
        let held = writer.pool().acquire().await.unwrap();
        assert_eq!(count(&db, &counted, "tomorrow").await, 4);
        drop(held);
        assert_eq!(count(&db, &counted, "tomorrow").await, 3);
    })
    .await;
}

#[tokio::test]
async fn on_postgres_every_figure_is_counted() {
    on_postgres(async |database| {
        let counted = AtomicU32::new(0);
        for number in 1..4 {
            assert_eq!(count(database.db(), &counted, "today").await, number);
        }
    })
    .await;
}

#[tokio::test]
async fn a_figure_that_cannot_be_counted_is_counted_again() {
    on_sqlite(async |database| {
        let fails = async || {
            let count = async { Err::<u32, _>(sqlx::Error::RowNotFound) };
            let db = database.db();
            let tables = db.tables_state().await;
            db.unless_changed(tables, "a question", String::new(), count).await
        };
        assert!(fails().await.is_err());
        let count = async { Ok(7) };
        let db = database.db();
        let tables = db.tables_state().await;
        let answer = db.unless_changed(tables, "a question", String::new(), count);
        assert_eq!(answer.await.unwrap(), 7);
    })
    .await;
}
