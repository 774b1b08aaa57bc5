//! `/incidents`: looking at them, and dealing with them as from the chats.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use sovani_ops::{
    clock::Clock,
    domain::{Fingerprint, Severity},
    standin::Message,
};

use super::{everything_is_delivered, healthy, overdrawn};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ALERT_CHAT, TestProgram, moment},
};

const INCIDENTS: &str = "/api/v1/ops/incidents";
const CASH: &str = "check_cash_balance_threshold";
/// A name that must be encoded.
const ODD: &str = r#"check ""&="#;

/// Seven closed incidents and then, of another detector, one that is open of each severity.
async fn insert_incidents(database: &TestDatabase) {
    let closed = (1..=7).map(|hour| {
        let day = "2025-10-01 0";
        let end = format!("'{day}{hour}:30:00'");
        format!("('f', 'check_db_growth', 'warning', '{day}{hour}:00:00', '{day}{hour}:05:00', {end}, 'm', '{{}}', 2, 2, 1)")
    });
    let open = Severity::ALL.map(|severity| {
        let at = "'2025-10-02 08:00:00', '2025-10-02 08:00:00', NULL";
        format!("('{severity}', '{ODD}', '{severity}', {at}, 'm', '{{}}', 1, 0, 0)")
    });
    let rows: Vec<_> = closed.chain(open).collect();
    let insert = "INSERT INTO ops_incidents (fingerprint, source, severity, opened_at, last_seen_at, closed_at, message,
        extras_json, occurrences, passes, notifications) VALUES";
    database
        .execute(format!("{insert} {}", rows.join(", ")))
        .await;
}

fn ids(listed: &Value) -> Vec<i64> {
    let listed = listed.as_array().unwrap().iter();
    listed
        .map(|incident| incident["id"].as_i64().unwrap())
        .collect()
}

async fn listed(program: &TestProgram, query: &str) -> Vec<i64> {
    ids(&program.get(&format!("{INCIDENTS}{query}")).await.ok())
}

/// The ids of each page from this address on, and the addresses of the others.
async fn walk(program: &TestProgram, from: &str) -> (Vec<Vec<i64>>, Vec<String>) {
    let mut path = from.to_owned();
    let (mut pages, mut links) = (Vec::new(), Vec::new());
    loop {
        let page = program.get(&path).await;
        pages.push(ids(&page.ok()));
        let link = page.header("link");
        if link.is_empty() {
            return (pages, links);
        }
        let next = link.strip_prefix('<').unwrap();
        path = String::from(next.strip_suffix(">; rel=\"next\"").unwrap());
        links.push(path.clone());
        assert!(links.len() < 20, "the pages have no end: {links:?}");
    }
}

/// An incident that the alert chat was notified of.
async fn told(program: &TestProgram, database: &TestDatabase) -> Message {
    program.sweep().await;
    everything_is_delivered(database).await;
    program.hears(ALERT_CHAT, "🚨 CRITICAL").await
}

#[each_database]
async fn incidents_are_listed_by_the_requested_filter(database: TestDatabase) {
    let program = healthy(&database).await;
    assert!(listed(&program, "").await.is_empty());
    insert_incidents(&database).await;

    let all: Vec<i64> = (1..=11).rev().collect();
    assert_eq!(
        listed(&program, "").await,
        [11, 10, 9, 8],
        "those that are open, unless told"
    );
    assert_eq!(listed(&program, "?state=open").await, [11, 10, 9, 8]);
    assert_eq!(listed(&program, "?state=all&limit=500").await, all);
    assert_eq!(listed(&program, "?state=closed&limit=3").await, [7, 6, 5]);
    assert_eq!(
        listed(&program, "?severity=warning&state=all").await,
        [9, 7, 6, 5, 4, 3, 2, 1]
    );
    assert_eq!(listed(&program, "?severity=warning").await, [9]);
    assert_eq!(
        listed(&program, "?source=check_db_growth&state=all&before_id=3").await,
        [2, 1]
    );
    assert!(listed(&program, "?source=check_nothing").await.is_empty());
    assert!(listed(&program, "?before_id=1").await.is_empty());
    assert_eq!(
        listed(&program, "?state=all&before_id=9223372036854775807").await,
        all
    );
}

#[each_database]
async fn the_pages_lead_from_one_to_the_next_up_to_the_last(database: TestDatabase) {
    let program = healthy(&database).await;
    insert_incidents(&database).await;

    let (pages, links) = walk(&program, &format!("{INCIDENTS}?state=all&limit=4")).await;
    assert_eq!(pages, [vec![11, 10, 9, 8], vec![7, 6, 5, 4], vec![3, 2, 1]]);
    assert_eq!(
        links[0],
        format!("{INCIDENTS}?state=all&limit=4&before_id=8")
    );

    let (pages, _) = walk(&program, &format!("{INCIDENTS}?state=closed&limit=7")).await;
    assert_eq!(pages.len(), 1, "a full page may be the last");

    let odd = format!("{INCIDENTS}?before_id=11&source=check%20%22%22%26%3D&limit=1&limit=2");
    let (pages, links) = walk(&program, &odd).await;
    assert_eq!(pages, [vec![10, 9], vec![8]]);
    assert_eq!(
        links,
        [format!(
            "{INCIDENTS}?source=check+%22%22%26%3D&limit=1&limit=2&before_id=9"
        )],
    );
}

#[each_database]
async fn an_incident_is_shown_with_all_that_is_known_of_it(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = overdrawn(&database).await.at(&clock).start().await;
    told(&program, &database).await;
    clock.advance(Duration::seconds(90));

    let mut incident = program.get(&format!("{INCIDENTS}/1")).await.ok();
    assert_eq!(program.get(INCIDENTS).await.ok(), json!([incident]));
    let extras = incident.as_object_mut().unwrap().remove("extras").unwrap();
    assert_eq!(
        (extras["balance"].as_f64(), extras["threshold"].as_f64()),
        (Some(-15000.0), Some(-10000.0))
    );
    let expected = json!({
        "id": 1, "fingerprint": Fingerprint::of(CASH, "OZON"), "source": CASH, "severity": "critical",
        "message": "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)",
        "state": "open", "opened_at": "2025-10-02T09:00:00", "last_seen_at": "2025-10-02T09:00:00",
        "occurrences": 1, "notifications": 1, "acknowledged_at": null, "acknowledged_by": null,
        "silenced_until": null, "escalated_at": null, "closed_at": null, "closed_by": null,
        "duration_seconds": 90,
    });
    assert_eq!(incident, expected);
}

#[each_database]
async fn an_acknowledgement_is_shown_in_the_chat(database: TestDatabase) {
    let program = overdrawn(&database).await.start().await;
    let alert = told(&program, &database).await;

    let incident = program
        .post(&format!("{INCIDENTS}/1/ack?by=%20Anna%20%3Cb%3E"))
        .await
        .ok();

    assert_eq!(incident["acknowledged_by"], "Anna <b>");
    assert_eq!(incident["acknowledged_at"], "2025-10-02T09:00:00");
    assert_eq!(
        (&incident["state"], &incident["closed_at"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(program.get(&format!("{INCIDENTS}/1")).await.ok(), incident);
    let alert = program
        .reads(&alert, "👀 Acknowledged by Anna <b>, 12:00")
        .await;
    assert!(
        alert.button("✅ Acknowledge").is_none() && !alert.labels().is_empty(),
        "{alert:?}"
    );

    let again = program
        .post(&format!("{INCIDENTS}/1/ack"))
        .await
        .problem(409);
    assert_eq!(
        again,
        "incident 1 is acknowledged already, by Anna <b> at 2025-10-02T09:00:00"
    );
}

#[each_database]
async fn a_resolved_incident_is_shown_so_and_has_no_buttons(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = overdrawn(&database).await.at(&clock).start().await;
    let alert = told(&program, &database).await;
    clock.advance(Duration::minutes(3));

    let incident = program.post(&format!("{INCIDENTS}/1/resolve")).await.ok();

    assert_eq!(
        (&incident["state"], &incident["closed_by"]),
        (&json!("closed"), &json!("REST"))
    );
    assert_eq!(incident["closed_at"], "2025-10-02T09:03:00");
    assert_eq!(incident["duration_seconds"], 180);
    let alert = program.reads(&alert, "☑️ Closed by REST").await;
    assert!(
        alert.text.contains("The check still failed then: ") && alert.labels().is_empty(),
        "{alert:?}"
    );
    let end = program.answer_after(ALERT_CHAT, alert.id).await;
    assert!(
        end.text.contains("The check still fails: ") && end.reply_to == Some(alert.id),
        "{end:?}"
    );

    let closed = "incident 1 is closed already, by REST at 2025-10-02T09:03:00";
    for operation in ["ack", "resolve"] {
        let again = program
            .post(&format!("{INCIDENTS}/1/{operation}?by=Boris"))
            .await;
        assert_eq!(again.problem(409), closed);
    }
}

#[each_database]
async fn what_ended_by_itself_cannot_be_dealt_with(database: TestDatabase) {
    let program = healthy(&database).await;
    insert_incidents(&database).await;
    let incident = program.get(&format!("{INCIDENTS}/7")).await.ok();
    assert_eq!(
        (&incident["closed_at"], &incident["closed_by"]),
        (&json!("2025-10-01T07:30:00"), &Value::Null)
    );
    let refused = program.post(&format!("{INCIDENTS}/7/resolve")).await;
    assert_eq!(
        refused.problem(409),
        "incident 7 is closed already: its checks passed, at 2025-10-01T07:30:00"
    );
}

#[each_database]
async fn a_number_that_no_incident_has_is_not_found(database: TestDatabase) {
    let program = healthy(&database).await;
    for id in [404, 0, -7, i64::MAX, i64::MIN] {
        let path = format!("{INCIDENTS}/{id}");
        let problem = format!("there is no incident {id}");
        assert_eq!(program.get(&path).await.problem(404), problem);
        assert_eq!(
            program.post(&format!("{path}/ack")).await.problem(404),
            problem
        );
        assert_eq!(
            program.post(&format!("{path}/resolve")).await.problem(404),
            problem
        );
    }
}

#[tokio::test]
async fn every_fault_of_a_request_is_named_at_once() {
    let cases = [
        ("?state=Open", "query.state enum"),
        ("?source=", "query.source string_too_short"),
        ("?source=%00", "query.source value_error"),
        ("?before_id=0", "query.before_id greater_than_equal"),
        (
            "?before_id=9223372036854775808",
            "query.before_id less_than_equal",
        ),
        (
            "?before_id=x&limit=501&severity=bad&state=",
            "query.state enum, query.severity enum, query.limit less_than_equal, query.before_id int_parsing",
        ),
        ("/seven", "path.id int_parsing"),
        ("/7.0", "path.id int_parsing"),
        ("/%FF", "path.id int_parsing"),
        ("/9223372036854775808", "path.id less_than_equal"),
    ];
    let calls = [
        ("/1/ack?by=", "query.by string_too_short"),
        ("/1/ack?by=%20", "query.by string_too_short"),
        ("/1/resolve?by=A%00B", "query.by value_error"),
        (
            "/x/ack?by=A%0AB",
            "path.id int_parsing, query.by value_error",
        ),
    ];
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for (path, faults) in cases {
            let answer = program.get(&format!("{INCIDENTS}{path}")).await;
            assert_eq!(super::faults(&answer), faults, "{path}");
        }
        for (path, faults) in calls {
            let answer = program.post(&format!("{INCIDENTS}{path}")).await;
            assert_eq!(super::faults(&answer), faults, "{path}");
        }
        let long = format!("{INCIDENTS}/1/ack?by={}", "ё".repeat(61));
        let answer = program.post(&long).await;
        assert_eq!(super::faults(&answer), "query.by string_too_long");
        program
            .post(&long.replace("ёё", "ё"))
            .await
            .problem(404);

        let state = program.get(&format!("{INCIDENTS}?state=ajar")).await;
        let expected = json!([{
            "loc": ["query", "state"], "msg": "Input should be 'open', 'closed' or 'all'", "type": "enum",
        }]);
        assert_eq!(state.detail(422), expected);
    })
    .await;
}

#[tokio::test]
async fn requests_are_measured_by_the_form_of_their_path() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        program.get(&format!("{INCIDENTS}/4711")).await.problem(404);
        let ack = format!("{INCIDENTS}/4712/ack");
        program.post(&ack).await.problem(404);
        let wrong = super::as_admin(&program, Method::DELETE, "/api/v1/ops/silences/4713").await;
        wrong.problem(404);
        let page = program.get("/metrics").await.text;
        for labels in [
            "endpoint=\"/api/v1/ops/incidents/{id}\",method=\"GET\"",
            "endpoint=\"/api/v1/ops/incidents/{id}/ack\",method=\"POST\"",
            "endpoint=\"/api/v1/ops/silences/{id}\",method=\"DELETE\"",
        ] {
            let line =
                format!("ops_http_request_duration_seconds_count{{{labels},status=\"404\"}} 1");
            assert!(page.contains(&line), "{line} is missing from\n{page}");
        }
        assert!(!page.contains("/471"), "{page}");
    })
    .await;
}
