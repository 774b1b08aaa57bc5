//! Lists: their pages, their filters, and what a client has already.

use reqwest::Method;
use serde_json::Value;
use sovani_ops::demo::Platform;

use super::{TODAY, beside, faults, healthy};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{Answer, MANAGER, TestProgram},
};

const ALERTS: &str = "/api/v1/ops/alerts";

/// A program that Maria may ask too.
async fn for_maria(database: &TestDatabase) -> TestProgram {
    let setup = beside(database, &Platform::healthy(TODAY)).await;
    let setup = setup.with("ADMIN_USER_IDS", MANAGER.to_string());
    let program = setup.start().await;
    program.hears(MANAGER, "Hello Maria").await;
    program
}

/// Seven alerts, one a minute from 08:01 on, of two sources by turns; the third and the fourth are of one moment.
async fn with_alerts(database: &TestDatabase) -> TestProgram {
    let program = for_maria(database).await;
    for number in 1..=7 {
        let minute = number - i32::from(number == 4);
        let source = ["check_db_growth", "retired"][usize::from(number % 2 == 0)];
        database
            .execute(&format!(
                "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
                 VALUES ('2025-10-02 08:{minute:02}:00.000000', '{source}', 'warning', 'm', 'f')"
            ))
            .await;
    }
    program
}

fn ids(answer: &Answer) -> Vec<i64> {
    let rows = answer.ok();
    let id = |row: &Value| row["id"].as_i64().unwrap();
    rows.as_array().unwrap().iter().map(id).collect()
}

/// The path of the next page.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link");
    let path = link
        .strip_prefix('<')?
        .strip_suffix(">; rel=\"next\"")
        .unwrap();
    Some(path.to_owned())
}

#[each_database]
async fn the_pages_show_every_alert_once_and_end(database: TestDatabase) {
    let program = with_alerts(&database).await;
    let mut page = program.get(&format!("{ALERTS}?limit=2&unknown=%20x")).await;
    let mut seen = ids(&page);
    while let Some(path) = next(&page) {
        assert!(
            path.starts_with(&format!("{ALERTS}?limit=2&unknown=+x&before_id=")),
            "{path}"
        );
        page = program.get(&path).await;
        seen.extend(ids(&page));
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(next(&program.get(&format!("{ALERTS}?limit=7")).await), None);
    // Nothing is known about the page after a deleted alert.
    assert_eq!(
        ids(&program.get(&format!("{ALERTS}?before_id=99")).await),
        [0; 0]
    );
}

#[each_database]
async fn alerts_are_filtered_by_source_and_time(database: TestDatabase) {
    let program = with_alerts(&database).await;
    for (query, expected) in [
        ("source=retired", vec![6, 4, 2]),
        ("source=nothing", vec![]),
        ("since=2025-10-02T08:05:00", vec![7, 6, 5]),
        ("until=2025-10-02T08:03", vec![4, 3, 2, 1]),
        (
            "since=2025-10-02T08:02:00&until=2025-10-02T08:03:00",
            vec![4, 3, 2],
        ),
        ("source=retired&until=2025-10-02T08:03:00&limit=1", vec![4]),
        (
            "since=2025-10-02T08:06:00&until=2025-10-02T08:01:00",
            vec![],
        ),
    ] {
        assert_eq!(
            ids(&program.get(&format!("{ALERTS}?{query}")).await),
            expected,
            "{query}"
        );
    }
    let wrong = program
        .get(&format!(
            "{ALERTS}?since=2025-10-02T08:00:00Z&until=x&source=&before_id=0"
        ))
        .await;
    assert_eq!(
        faults(&wrong),
        "query.source string_too_short, query.since datetime_parsing, query.until datetime_parsing, \
         query.before_id greater_than_equal",
    );
}

#[each_database]
async fn rows_of_other_writers_are_read_each_on_its_own(database: TestDatabase) {
    let program = with_alerts(&database).await;
    let odd = if database.is_postgres() {
        vec![
            ("'infinity'", "infinity"),
            ("'-infinity'", "-infinity"),
            ("'20000-01-01'", "20000-01-01 00:00:00"),
        ]
    } else {
        vec![
            ("'yester\nday'", "yester day"),
            ("''", ""),
            ("20251001", "20251001"),
            ("X'ff'", "\u{fffd}"),
            ("X'32303235'", "2025"),
        ]
    };
    for (created_at, _) in &odd {
        database
            .execute(format!(
            "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint)
             VALUES ({created_at}, 'nightly', 'loud', '<b>', '')"
        ))
            .await;
    }
    if !database.is_postgres() {
        database.execute(
            "INSERT INTO ops_alerts_history (created_at, source, severity, message, fingerprint, extras_json, sent_to_chat_ids)
             VALUES ('2025-10-01', X'ff', 3, X'00', 4.5, X'ff', -1001)"
        ).await;
    }

    let listed = program.get(&format!("{ALERTS}?limit=50")).await.ok();

    let all = database
        .number("SELECT COUNT(*) FROM ops_alerts_history")
        .await;
    assert_eq!(
        i64::try_from(listed.as_array().unwrap().len()).unwrap(),
        all
    );
    for (_, shown) in &odd {
        let is_it = |row: &Value| row["created_at"] == *shown && row["source"] == "nightly";
        assert!(
            listed.as_array().unwrap().iter().any(is_it),
            "{shown:?} {listed}"
        );
    }
    for query in [
        "severity=warning",
        "since=2025-10-01T00:00:00",
        "source=retired",
    ] {
        assert!(
            ids(&program.get(&format!("{ALERTS}?limit=50&{query}")).await).contains(&2),
            "{query}"
        );
    }
    let maria = program.person(MANAGER, "Maria");
    let said = program.asks(&maria, MANAGER, "/alerts 10").await.text;
    assert!(said.contains("nightly") && said.contains("<b>"), "{said}");
}

#[each_database]
async fn a_run_that_somebody_else_has_recorded_can_be_told(database: TestDatabase) {
    let program = for_maria(&database).await;
    let odd = if database.is_postgres() {
        "'infinity'"
    } else {
        "X'ff'"
    };
    database.execute(format!(
        "INSERT INTO ops_remediation_history (triggered_at, action_name, status) VALUES ({odd}, 'by_hand', 'done')"
    )).await;

    let maria = program.person(MANAGER, "Maria");
    let said = program.asks(&maria, MANAGER, "/health").await.text;

    assert!(said.contains("by_hand"), "{said}");
}

#[each_database]
async fn a_moment_is_of_a_year_that_both_databases_know(database: TestDatabase) {
    let program = with_alerts(&database).await;
    for list in [ALERTS, "/api/v1/ops/incidents"] {
        for year in ["-9999", "-0001", "0000", "%2B10000", "%2B262142"] {
            let wrong = program
                .get(&format!(
                    "{list}?since={year}-01-01T00:00:00&until={year}-01-01T00:00"
                ))
                .await;
            let expected = "query.since datetime_parsing, query.until datetime_parsing";
            assert_eq!(faults(&wrong), expected, "{list} {year}");
        }
        program
            .get(&format!(
                "{list}?since=0001-01-01T00:00:00&until=9999-12-31T23:59:59.999999"
            ))
            .await
            .ok();
    }
    let all = program
        .get(&format!(
            "{ALERTS}?since=0001-01-01T00:00&until=9999-12-31T23:59"
        ))
        .await;
    assert_eq!(ids(&all), [7, 6, 5, 4, 3, 2, 1]);
}

#[each_database]
async fn incidents_are_filtered_by_when_they_opened(database: TestDatabase) {
    let program = healthy(&database).await;
    for day in 1..=3 {
        database.execute(&format!(
            "INSERT INTO ops_incidents (fingerprint, source, severity, message, extras_json, opened_at,
                last_seen_at, occurrences, passes, notifications)
             VALUES ('{day}', 's', 'info', 'm', '{{}}', '2025-09-0{day} 00:00:00.000000',
                '2025-09-0{day} 00:00:00.000000', 1, 0, 0)"
        )).await;
    }
    let path = "/api/v1/ops/incidents?since=2025-09-02T00:00:00";
    assert_eq!(ids(&program.get(path).await), [3, 2]);
    assert_eq!(
        ids(&program
            .get(&format!("{path}&until=2025-09-02T12:00:00"))
            .await),
        [2]
    );
}

async fn knowing(program: &TestProgram, method: Method, path: &str, tag: &str) -> Answer {
    // Tests write behind the program's back.
    program.cx().db.writes().note();
    Answer::of(program.request(method, path).header("if-none-match", tag)).await
}

#[tokio::test]
async fn an_answer_that_the_client_has_is_not_sent_again() {
    on_sqlite(async |database| {
        let program = with_alerts(&database).await;
        for path in [&format!("{ALERTS}?limit=2"), "/openapi.json", "/docs"] {
            let first = program.get(path).await;
            let tag = first.header("etag");
            assert!(
                tag.starts_with('"') && tag.ends_with('"'),
                "{path} {first:?}"
            );
            assert_eq!(first.header("cache-control"), "no-cache");
            for known in [tag, "*", &format!("\"x\", W/{tag}")] {
                let again = knowing(&program, Method::GET, path, known).await;
                assert_eq!(
                    (again.status.as_u16(), again.text.as_str()),
                    (304, ""),
                    "{known}"
                );
                assert_eq!(again.header("etag"), tag);
                assert_eq!(again.header("link"), first.header("link"));
            }
            let head = knowing(&program, Method::HEAD, path, "\"x\"").await;
            assert_eq!((head.status.as_u16(), head.header("etag")), (200, tag));
            assert_eq!(head.header("content-length"), first.text.len().to_string());
            let other = knowing(&program, Method::GET, path, "\"x\"").await;
            assert_eq!(other.text, first.text);
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_that_changes_has_another_tag() {
    on_sqlite(async |database| {
        let program = with_alerts(&database).await;
        let before = program.get(ALERTS).await;
        database
            .execute("UPDATE ops_alerts_history SET sent_to_chat_ids = '7' WHERE id = 3")
            .await;
        let after = knowing(&program, Method::GET, ALERTS, before.header("etag")).await;
        assert_eq!(after.status, 200);
        assert_ne!(after.header("etag"), before.header("etag"));
    })
    .await;
}

#[tokio::test]
async fn an_error_and_what_changes_by_itself_have_no_tag() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for path in [
            &format!("{ALERTS}?limit=0"),
            "/metrics",
            "/healthz",
            "/readyz",
        ] {
            assert_eq!(program.get(path).await.header("etag"), "", "{path}");
        }
    })
    .await;
}
