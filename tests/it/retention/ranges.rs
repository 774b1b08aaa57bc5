//! Service levels of days that are older than the history.

use chrono::{Duration, NaiveDate};
use serde_json::{Value, json};
use sovani_ops::{
    demo::Platform,
    domain::{Lang, Target},
    ops::slo::{calculate_slo_compliance, days},
    views::{self, Voice},
};

use super::cut;
use crate::support::{
    database::TestDatabase,
    program::{Setup, TestProgram, moment},
    sli,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn range(program: &TestProgram, from: &str, to: &str) -> Value {
    let answer = program
        .get(&format!("/api/v1/ops/slo?date_from={from}&date_to={to}"))
        .await;
    answer.ok()
}

#[each_database]
async fn days_older_than_the_history_are_named_and_count_for_nothing(database: TestDatabase) {
    Platform::healthy(day("2025-10-02"))
        .create(database.db())
        .await
        .unwrap();
    // The first sale ever is older than all of these days.
    let first =
        "UPDATE daily_sales SET d = '2025-02-15' WHERE id = (SELECT MIN(id) FROM daily_sales)";
    database.execute(first).await;
    let program = Setup::beside(&database).start().await;
    // 35 days of nothing, then four.
    let before = range(&program, "2025-03-01", "2025-04-08").await;
    assert_eq!(
        (&before["days_forgotten"], &before["days_analyzed"]),
        (&json!(0), &json!(39))
    );

    cut(&program).await;

    let after = range(&program, "2025-03-01", "2025-04-08").await;
    assert_eq!(
        (&after["days_forgotten"], &after["days_analyzed"]),
        (&json!(35), &json!(4))
    );
    assert_eq!(after["d_from"], "2025-03-01");
    // Days of the history without data are 0 %, as ever.
    assert_eq!(after["ingest"]["actual_pct"], json!(0.0));
    let gone = range(&program, "2025-03-01", "2025-03-31").await;
    assert_eq!(
        (
            &gone["days_forgotten"],
            &gone["days_analyzed"],
            &gone["status"]
        ),
        (&json!(31), &json!(0), &json!("no_data"))
    );
    assert_eq!(gone["ingest"]["actual_pct"], Value::Null);
    let kept = range(&program, "2025-04-05", "2025-04-08").await;
    assert_eq!(
        (&kept["days_forgotten"], &kept["days_analyzed"]),
        (&json!(0), &json!(4))
    );
}

#[each_database]
async fn the_chat_says_it_and_the_picture_has_a_place_for_each_day(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    cut(&program).await;
    let (from, to) = (day("2025-04-01"), day("2025-04-10"));

    let compliance = calculate_slo_compliance(program.cx(), from, to)
        .await
        .unwrap();

    let drawn = days(program.cx(), &compliance).await.unwrap();
    assert_eq!(drawn.ingest.figures.len(), 10);
    for (lang, told) in [
        (Lang::En, "4 before the history that is kept"),
        (Lang::Ru, "раньше хранимой истории: 4"),
    ] {
        let voice = Voice {
            lang,
            zone: chrono_tz::UTC,
            now: moment("2025-10-02"),
        };
        let said = views::slo(&voice, &compliance).html;
        assert!(said.contains(told), "{said}");
    }
}

#[each_database]
async fn the_remaining_budget_of_an_incomplete_period_is_not_shown(database: TestDatabase) {
    let program = Setup::beside(&database).start().await;
    let first = day("2025-04-05");
    for days in 0..60 {
        let at = moment("2025-04-05 12:00:00") + Duration::days(days);
        let counted = sovani_ops::domain::Counted {
            good: 99.0,
            total: 100.0,
        };
        sli::count(
            &program.cx().db,
            Target::SchedulerOnTime,
            at,
            at.naive_utc().date(),
            counted,
        )
        .await;
    }
    cut(&program).await;

    let compliance = calculate_slo_compliance(program.cx(), first, day("2025-06-01"))
        .await
        .unwrap();
    let left = days(program.cx(), &compliance)
        .await
        .unwrap()
        .scheduler
        .budget_left;

    // The first period of 30 days that is whole ends with 4 May.
    let told: Vec<_> = left.iter().map(Option::is_some).collect();
    assert_eq!(told.iter().position(|told| *told), Some(29));
    assert!(told[29..].iter().all(|told| *told), "{told:?}");
}
