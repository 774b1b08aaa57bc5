//! Service levels of a platform in a database.

use super::*;

fn violations(program: &TestProgram, target: &str) -> u64 {
    program
        .cx()
        .metrics
        .slo_violation_total
        .with_label_values(&[target])
        .get()
}

#[each_database]
async fn a_missing_day_and_an_outage_at_the_end_count_as_nothing_arrived(database: TestDatabase) {
    Platform::healthy(TODAY)
        .missing_day(days_ago(5))
        .stale_ingest(2)
        .create(database.db())
        .await
        .unwrap();
    let program = Setup::beside(&database).start().await;
    let judge = |from, to| calculate_slo_compliance(program.cx(), days_ago(from), days_ago(to));

    let week = judge(6, 0).await.unwrap();
    assert_eq!((week.days_analyzed, week.days_pending), (6, 1));
    assert_eq!(actual(&week.ingest), "50.0000");
    assert!(!week.overall_pass);

    assert_eq!(actual(&judge(5, 5).await.unwrap().ingest), "0.0000");
    assert_eq!(actual(&judge(4, 3).await.unwrap().ingest), "100.0000");
    assert_eq!(actual(&judge(1, 1).await.unwrap().ingest), "0.0000");
    assert_eq!(judge(0, 0).await.unwrap().days_pending, 1);
}

#[each_database]
async fn a_young_platform_is_judged_from_its_first_sale_on(database: TestDatabase) {
    Platform::healthy(TODAY)
        .create(database.db())
        .await
        .unwrap();
    let begun = days_ago(10);
    database
        .execute(format!("DELETE FROM daily_sales WHERE d < '{begun}'"))
        .await;
    let (mut program, clock) = at_noon(&database).await;
    // An event of a day before the first sale does not make that day a failure.
    count(
        &program,
        Target::SchedulerOnTime,
        moment("2025-09-10 09:00:00"),
        1.0,
        0.0,
    )
    .await;

    let ninety = program.get("/api/v1/ops/slo/summary?days=90").await.ok();
    assert_eq!(ninety["ingest"]["actual_pct"], 100.0, "{ninety}");
    assert_eq!(ninety["days_analyzed"], 10, "{ninety}");
    assert_eq!(ninety["days_before_sales"], 79, "{ninety}");
    assert_eq!(ninety["counted_from"], begun.to_string(), "{ninety}");
    assert_eq!(ninety["d_from"], days_ago(89).to_string(), "{ninety}");
    let view = "SELECT COUNT(*) FROM vw_slo_daily WHERE ingest_success_rate_pct = 0";
    assert_eq!(database.number(view).await, 0);

    let anna = program.person(7, "Anna");
    let told = program.asks(&anna, 7, "/slo 90").await.text;
    assert!(
        told.contains("10 days, 1 not due yet, counted from the first sale on 22 Sep"),
        "{told}"
    );
    let week = program.get("/api/v1/ops/slo").await.ok();
    assert_eq!(week["counted_from"], days_ago(6).to_string(), "{week}");

    clock.advance(Duration::hours(-10));
    let told = program.asks(&anna, 7, "/slo 1").await.text;
    assert!(
        told.starts_with("➖") && told.contains("➖ Ingest success: not due yet"),
        "{told}"
    );
    program.stop().await;
}

#[each_database]
async fn yesterday_is_pending_until_its_sales_are_due(database: TestDatabase) {
    Platform::healthy(TODAY)
        .stale_ingest(1)
        .create(database.db())
        .await
        .unwrap();
    let clock = Clock::standing_at(moment("2025-10-02 02:59:59"));
    let program = Setup::beside(&database).at(&clock).start().await;
    let (from, to) = last_days(program.cx(), 7);
    assert_eq!((from, to), (days_ago(6), TODAY));

    let before = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();
    clock.advance(Duration::seconds(1));
    let after = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();

    assert_eq!(
        (
            before.days_analyzed,
            before.days_pending,
            before.overall_pass
        ),
        (5, 2, true)
    );
    assert_eq!(
        (after.days_analyzed, after.days_pending, after.overall_pass),
        (6, 1, false)
    );
}

#[each_database]
async fn each_sweep_counts_the_targets_that_the_week_violates(database: TestDatabase) {
    let healthy = Platform::healthy(TODAY);
    healthy.create(database.db()).await.unwrap();
    let program = Setup::beside(&database).start().await;

    program.sweep().await;
    assert_eq!(violations(&program, "ingest_success_rate"), 0);

    sovani_ops::demo::faults::stop_ingest(database.db(), days_ago(1))
        .await
        .unwrap();
    program.sweep().await;
    program.sweep().await;
    assert_eq!(violations(&program, "ingest_success_rate"), 2);
    assert_eq!(
        (
            violations(&program, "scheduler_on_time"),
            violations(&program, "api_latency")
        ),
        (0, 0)
    );
}

#[each_database]
async fn a_database_that_never_had_data_has_no_data_and_fails(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    let (from, to) = last_days(program.cx(), 7);

    let found = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();

    assert_eq!(
        (found.ingest.status, found.overall_pass),
        (MeasureStatus::NoData, false)
    );
}
