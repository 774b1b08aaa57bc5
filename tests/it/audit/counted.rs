//! Frequent events are counted, and the count is recorded.

use reqwest::Method;
use sovani_ops::{
    clock::Clock,
    domain::{By, Who},
    ops::audit,
};

use super::chain;
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ADMIN_TOKEN, Answer, Setup, TestProgram, moment},
};

const RUN: &str = "/api/v1/ops/run-detectors";
const STRANGER: i64 = 66;

async fn refused(database: &TestDatabase, whose: &str) -> i64 {
    database
        .number(format!(
            "SELECT COUNT(*) FROM ops_audit WHERE act = 'forbidden' AND {whose}"
        ))
        .await
}

async fn flood(program: &TestProgram) {
    for _ in 0..200 {
        Answer::of(program.request(Method::POST, RUN))
            .await
            .problem(401);
    }
}

#[each_database]
async fn a_flood_at_one_door_buries_nothing_at_another(database: TestDatabase) {
    let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
    let program = Setup::beside(&database).at(&clock).start().await;
    flood(&program).await;
    let eve = program.person(STRANGER, "Eve");
    eve.says(STRANGER, "/remediate check_db_growth").unwrap();
    eventually("the stranger is on record", async || {
        refused(&database, "actor = 'user:66' AND subject = '/remediate'").await == 1
    })
    .await;
    // Nor does it bury what another address is refused, or the holder of a token.
    for (from, actor) in [("192.0.2.7", "nobody"), ("2001:db8::1", "nobody")] {
        audit::forbid(
            program.cx(),
            &Who::over_rest(By::nobody(), from),
            RUN,
            "no token",
        )
        .await;
        assert_eq!(
            refused(
                &database,
                &format!("origin = '{from}' AND actor = '{actor}'")
            )
            .await,
            1
        );
    }
    let grafana = By::token("grafana".parse().unwrap());
    audit::forbid(
        program.cx(),
        &Who::over_rest(grafana, "127.0.0.1"),
        RUN,
        "for administrators",
    )
    .await;
    assert_eq!(refused(&database, "actor = 'rest:grafana'").await, 1);

    audit::tell_more(program.cx()).await;

    assert_eq!(
        refused(
            &database,
            "origin = '127.0.0.1' AND actor = 'nobody' AND subject LIKE 'POST %'"
        )
        .await,
        20
    );
    let told =
        "SELECT subject || ': ' || detail FROM ops_audit WHERE subject LIKE '%more were refused'";
    assert_eq!(
        database.texts(told).await,
        [
            "180 more were refused: from 2025-10-02T09:00:00 to 2025-10-02T09:00:00 UTC; the last: POST /api/v1/ops/run-detectors"
        ]
    );
    audit::tell_more(program.cx()).await;
    assert_eq!(database.texts(told).await.len(), 1);
}

#[each_database]
async fn counted_events_are_recorded_when_the_program_stops(database: TestDatabase) {
    let mut program = Setup::beside(&database).start().await;
    flood(&program).await;
    program.stop().await;
    assert!(refused(&database, "subject LIKE '%more were refused'").await >= 1);
    assert!(!super::is_broken(&chain(&database).await));
}

#[each_database]
async fn heartbeats_are_counted_by_teller_and_job(database: TestDatabase) {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("ops.toml");
    std::fs::write(
        &file,
        "[[job]]\nname = \"backup\"\nevery = \"1h\"\n[[job]]\nname = \"report\"\nevery = \"1h\"\n",
    )
    .unwrap();
    let token = "the-heartbeat-token-1";
    let program = Setup::beside(&database)
        .with("OPS_CONFIG", file.to_str().unwrap())
        .with("HEARTBEAT_TOKEN", token)
        .start()
        .await;
    let told = async |path: &str, token: &str| {
        let path = format!("/api/v1/ops/jobs/{path}");
        Answer::of(program.request(Method::POST, &path).bearer_auth(token))
            .await
            .status
            .as_u16()
    };
    for path in [
        "backup/start?run=1",
        "backup/success?run=1",
        "backup/fail?run=2",
        "report/start",
        "backup/start?run=3",
    ] {
        assert_eq!(told(path, token).await, 200);
    }
    assert_eq!(
        (
            told("nothing/start", token).await,
            told("backup/start", ADMIN_TOKEN).await
        ),
        (404, 401)
    );
    audit::tell_heartbeats(program.cx()).await;
    audit::tell_heartbeats(program.cx()).await;
    let rows = "SELECT act || ' ' || actor || ' ' || door || ' ' || origin || ' ' || subject || ': ' || detail FROM ops_audit ORDER BY id";
    assert_eq!(
        database.texts(rows).await,
        [
            "forbidden nobody heartbeat 127.0.0.1 POST /api/v1/ops/jobs/backup/start: the Authorization header must be: Bearer, and the value of HEARTBEAT_TOKEN, or the job's token of API_TOKENS",
            "heartbeat jobs heartbeat 127.0.0.1 job backup: 2 start, 1 success, 1 fail since 2025-10-02T09:00:00 UTC",
            "heartbeat jobs heartbeat 127.0.0.1 job report: 1 start, 0 success, 0 fail since 2025-10-02T09:00:00 UTC",
        ]
    );
}

#[tokio::test]
async fn however_many_addresses_are_refused_little_is_written() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        for address in 0..3_000_u32 {
            let from = std::net::Ipv4Addr::from(0x0a00_0000 + address);
            audit::forbid(
                program.cx(),
                &Who::over_rest(By::nobody(), from),
                RUN,
                "no token",
            )
            .await;
        }
        audit::tell_more(program.cx()).await;
        let written = refused(&database, "TRUE").await;
        assert!((120..=160).contains(&written), "{written}");
        // All of them are accounted for.
        let rows = database
            .texts("SELECT subject FROM ops_audit WHERE subject LIKE '%more were refused'")
            .await;
        let more: i64 = rows
            .iter()
            .map(|row| row.split(' ').next().unwrap().parse::<i64>().unwrap())
            .sum();
        assert_eq!(more + written - i64::try_from(rows.len()).unwrap(), 3_000);
    })
    .await;
}
