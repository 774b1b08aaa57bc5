//! The views of service levels and health.

use super::*;

#[each_database]
async fn an_adopted_view_of_slos_no_longer_passes_what_nothing_measures(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    alembic::install(&database).await;

    database.db().migrate().await.unwrap();

    let days = slo_days(&database).await;
    assert!(!days.is_empty());
    assert!(
        days.iter()
            .all(|day| day.scheduler_on_time_pct.is_none() && day.api_latency_p95_ms.is_none())
    );
}

#[each_database]
async fn tables_that_appear_later_bring_the_slo_view_to_life(database: TestDatabase) {
    let platform = Platform::healthy(TODAY);
    database.db().migrate().await.unwrap();
    platform.create(database.db()).await.unwrap();
    let shown = "SELECT COUNT(*) FROM vw_slo_daily";
    assert_eq!(database.number(shown).await, 0);

    database.db().refresh_views().await.unwrap();

    let days = slo_days(&database).await;
    assert_eq!(
        database.number(shown).await,
        i64::try_from(days.len()).unwrap()
    );
    assert!(days.iter().map(|day| day.d).eq(platform.sales_days()));
    let expected = i64::try_from(platform.sales_per_day()).unwrap();
    assert!(days.iter().all(|day| day.ingest_records == expected));
}

#[each_database]
async fn tables_that_go_away_leave_an_empty_slo_view_behind(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();
    let cascade = if database.is_postgres() {
        "CASCADE"
    } else {
        ""
    };
    database
        .execute(format!("DROP TABLE daily_sales {cascade}"))
        .await;

    database.db().refresh_views().await.unwrap();

    assert!(slo_days(&database).await.is_empty());
}

#[each_database]
async fn a_day_without_sales_counts_as_zero_percent(database: TestDatabase) {
    Platform::healthy(TODAY)
        .missing_day(days_ago(12))
        .create(database.db())
        .await
        .unwrap();
    database.db().migrate().await.unwrap();

    let days = slo_days(&database).await;

    assert_eq!(days.len(), 40);
    for day in days {
        let missing = day.d == days_ago(12);
        let (records, pct) = if missing {
            (0, Some(0.0))
        } else {
            (40, Some(100.0))
        };
        assert_eq!(
            (day.ingest_records, day.ingest_success_rate_pct),
            (records, pct),
            "{}",
            day.d
        );
    }
}

#[each_database]
async fn a_platform_without_a_single_sale_has_no_days(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(40)
        .create(database.db())
        .await
        .unwrap();

    database.db().migrate().await.unwrap();

    assert!(slo_days(&database).await.is_empty());
}

#[each_database]
async fn the_health_view_counts_up_to_the_edges_of_the_hour_and_the_day(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let now = Timestamp::new(Utc::now());
    let (margin, hour, day) = (
        Duration::seconds(30),
        Duration::hours(1),
        Duration::hours(24),
    );
    for age in [
        Duration::zero(),
        hour - margin,
        hour + margin,
        day - margin,
        day + margin,
    ] {
        let moment = now - age;
        database.execute(format!(
            "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
             VALUES ('{moment}', 'check_db_growth', 'warning', '', ''), ('{moment}', 'check_db_growth', 'critical', '', '');
             INSERT INTO ops_remediation_history (triggered_at, action_name, status)
             VALUES ('{moment}', 'remediate_vacuum_db', 'success'), ('{moment}', 'remediate_vacuum_db', 'failed')",
        ))
        .await;
    }

    assert_eq!(
        database.db().ops_health().await.unwrap(),
        OpsHealth {
            alerts_last_hour: 4,
            critical_last_24h: 4,
            remediations_last_hour: 4,
            remediation_failures_24h: 4,
        },
    );
}

#[each_database]
async fn rows_of_the_platform_without_a_fraction_of_a_second_are_counted(database: TestDatabase) {
    database.db().migrate().await.unwrap();
    let moment = (Utc::now() - Duration::minutes(59)).format("%Y-%m-%d %H:%M:%S");
    database
        .execute(format!(
            "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
         VALUES ('{moment}', 'check_db_growth', 'warning', '', '')",
        ))
        .await;

    assert_eq!(
        database.db().ops_health().await.unwrap().alerts_last_hour,
        1
    );
}

#[tokio::test]
async fn sales_are_counted_of_the_days_that_are_asked_for_and_of_no_others() {
    on_sqlite(async |database| {
        Platform::healthy(TODAY)
            .create(database.db())
            .await
            .unwrap();
        database.db().migrate().await.unwrap();
        let Db::Sqlite(pool, ..) = database.db() else {
            unreachable!("the test is on SQLite")
        };
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
            "EXPLAIN QUERY PLAN SELECT * FROM vw_slo_daily WHERE d >= '2025-09-03' AND d <= '2025-10-02'",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
        // A day's sales are found by an index, and only after the day is known to be wanted: were the days with their numbers
        // made first, they would be a step of their own.
        assert!(steps.iter().any(|step| step.starts_with("SEARCH s USING")), "{steps:#?}");
        assert!(steps.iter().all(|step| !step.contains("counted")), "{steps:#?}");
    })
    .await;
}
