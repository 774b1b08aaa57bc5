//! A target without a figure: nothing feeds it, or what feeds it gives nothing.

use sovani_ops::domain::MeasureStatus::{self, NoData, NotMeasured, Ok};

use super::*;
use crate::support::jobs::JobList;

/// A metrics page that nobody serves; it is not asked here.
const NOWHERE: &str = "http://127.0.0.1:9/metrics";

/// The program on an empty list of runs, at noon in Moscow.
async fn with_sources(database: &TestDatabase, jobs: &JobList, page: &str) -> (TestProgram, Clock) {
    Platform::healthy(TODAY)
        .job_runs(vec![])
        .create(database.db())
        .await
        .unwrap();
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let setup = Setup::beside(database)
        .with("OPS_CONFIG", jobs.setting())
        .with("API_METRICS_URL", page)
        .with("OPS_CHECK_INTERVAL_SEC", "300");
    (setup.at(&clock).start().await, clock)
}

/// How the latency and the jobs stand over these days.
async fn standing(
    program: &TestProgram,
    from: NaiveDate,
    to: NaiveDate,
) -> (MeasureStatus, MeasureStatus) {
    let found = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();
    for measure in [&found.api_latency, &found.scheduler] {
        let pass = match measure.status {
            NoData => Some(false),
            NotMeasured => None,
            Ok => continue,
        };
        assert_eq!((measure.pass, measure.actual), (pass, None));
    }
    let failed = [&found.ingest, &found.api_latency, &found.scheduler]
        .iter()
        .any(|measure| measure.pass == Some(false));
    assert_eq!(found.overall_pass, !failed);
    (found.api_latency.status, found.scheduler.status)
}

fn nightly() -> JobList {
    JobList::of("[[job]]\nname = \"nightly\"\ncron = \"0 2 * * *\"\nlongest = \"1h\"")
}

#[each_database]
async fn what_nothing_is_configured_to_feed_is_not_measured(database: TestDatabase) {
    let (program, clock) = with_sources(&database, &JobList::of(""), "").await;
    clock.advance(Duration::days(3));
    let (from, to) = last_days(program.cx(), 7);
    assert_eq!(
        standing(&program, from, to).await,
        (NotMeasured, NotMeasured)
    );
}

#[each_database]
async fn a_source_that_has_never_given_anything_fails_once_it_should_have(database: TestDatabase) {
    let (program, clock) = with_sources(&database, &nightly(), NOWHERE).await;
    let week = async || {
        let (from, to) = last_days(program.cx(), 7);
        standing(&program, from, to).await
    };
    // Nothing can have come yet.
    assert_eq!(week().await, (NotMeasured, NotMeasured));
    // An hour after the start.
    clock.advance(Duration::minutes(59));
    assert_eq!(week().await, (NotMeasured, NotMeasured));
    clock.advance(Duration::minutes(1));
    assert_eq!(week().await, (NoData, NotMeasured));
    // The job is due at 02:00, with ten minutes of grace, and takes an hour at most: 03:10 is 14 h and 10 min later.
    clock.advance(Duration::minutes(14 * 60 + 9));
    assert_eq!(week().await, (NoData, NotMeasured));
    clock.advance(Duration::minutes(1));
    assert_eq!(week().await, (NoData, NoData));
    // It is unknown whether it was configured before.
    assert_eq!(
        standing(&program, days_ago(9), days_ago(1)).await,
        (NotMeasured, NotMeasured)
    );
}

#[each_database]
async fn a_source_that_gave_figures_once_is_expected_to_from_then_on(database: TestDatabase) {
    let (program, clock) = with_sources(&database, &nightly(), NOWHERE).await;
    for target in [Target::ApiLatency, Target::SchedulerOnTime] {
        count(&program, target, moment("2025-09-28 09:00:00"), 10.0, 0.0).await;
    }
    let day = |day| NaiveDate::from_ymd_opt(2025, 9, day).unwrap();
    assert_eq!(
        standing(&program, day(20), day(27)).await,
        (NotMeasured, NotMeasured)
    );
    assert_eq!(standing(&program, day(29), day(30)).await, (NoData, NoData));
    assert_eq!(standing(&program, day(28), day(28)).await.1, Ok);
    // Of today it is once the program has had the time.
    let (from, to) = last_days(program.cx(), 3);
    assert_eq!(standing(&program, from, to).await.0, NotMeasured);
    clock.advance(Duration::hours(1));
    assert_eq!(standing(&program, from, to).await.0, NoData);
    let (from, to) = last_days(program.cx(), 7);
    assert_eq!(standing(&program, from, to).await, (NoData, Ok));
}

#[each_database]
async fn jobs_of_which_none_was_due_are_not_at_fault(database: TestDatabase) {
    // Due on the 1st of each month, and every other week.
    let rare = JobList::of(
        "[[job]]\nname = \"bills\"\ncron = \"0 2 1 * *\"\n[[job]]\nname = \"tidy\"\nevery = \"14d\"",
    );
    let (program, clock) = with_sources(&database, &rare, "").await;
    clock.advance(Duration::days(10));
    let (from, to) = last_days(program.cx(), 7);
    assert_eq!(standing(&program, from, to).await.1, NotMeasured);
    // Noon of 2 November: a run of the 1st at 02:00 has mostly ended after a day.
    clock.advance(Duration::days(21));
    let (from, to) = last_days(program.cx(), 7);
    assert_eq!(standing(&program, from, to).await.1, NoData);
}
