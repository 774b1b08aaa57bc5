//! More clients and more work than there is room for.

use futures::future::join_all;
use reqwest::Method;
use sovani_ops::db::Db;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{TODAY, beside, healthy, remediation::remediate};
use crate::support::{
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    held_command::HeldCommand,
    program::{ADMIN_TOKEN, Answer, TestProgram},
};

/// As many as the program has places for.
const CONNECTIONS_MAX: usize = 256;
const HEARTBEAT_TOKEN: &str = "the-heartbeat-token-1";
const SLOW: usize = 2_000;
/// Limit for concurrent requests with a token.
const TRUSTED_MAX: usize = 64;
const CROWD: usize = 120;
/// Each asks five times while the crowd keeps both cores busy; on PostgreSQL one takes seven seconds.
const ROUNDS: usize = 5;

/// A connection on which a request has begun that does not end.
async fn slow(program: &TestProgram) -> TcpStream {
    let mut socket = TcpStream::connect(program.address())
        .await
        .expect("a descriptor for each connection: raise `ulimit -n`");
    // The server may have given the connection up for a newer one.
    let _ = socket.write_all(b"GET /healthz HTTP/1.1\r\nX-Slow: ").await;
    socket
}

/// Tells if the server still waits for the rest.
async fn is_open(socket: &mut TcpStream) -> bool {
    let mut byte = [0];
    let read = socket.read(&mut byte);
    let short = std::time::Duration::from_millis(20);
    tokio::time::timeout(short, read).await.is_err()
}

#[tokio::test]
async fn two_thousand_slow_connections_do_not_stop_a_normal_client() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let mut held = Vec::with_capacity(SLOW);
        for batch in 0..20 {
            held.extend(join_all((0..SLOW / 20).map(|_| slow(&program))).await);
            // Before, while and after all places are taken.
            program.get("/healthz").await.ok();
            program.get("/api/v1/ops/alerts").await.ok();
            assert_eq!(held.len(), SLOW / 20 * (batch + 1));
        }
        program.post("/api/v1/ops/run-detectors").await.ok();
        let open = join_all(held.iter_mut().map(is_open)).await;
        let open = open.into_iter().filter(|open| *open).count();
        assert!(open <= CONNECTIONS_MAX, "{open}");
    })
    .await;
}

#[tokio::test]
async fn the_connection_that_has_waited_longest_makes_room() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let mut oldest = slow(&program).await;
        let mut second = slow(&program).await;
        assert!(is_open(&mut oldest).await);
        let _others = join_all((2..CONNECTIONS_MAX).map(|_| slow(&program))).await;
        assert!(is_open(&mut oldest).await);
        program.get("/healthz").await.ok();
        assert!(!is_open(&mut oldest).await);
        assert!(is_open(&mut second).await);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_worked_on_keeps_its_connection() {
    on_sqlite(async |database| {
        let command = HeldCommand::new();
        let setup = beside(&database, &sovani_ops::demo::Platform::healthy(TODAY)).await;
        let program = setup
            .with("SCHEDULER_RESTART_CMD", command.setting())
            .start()
            .await;
        let path = remediate("check_scheduler_on_time");
        let work = program.post(&path);
        let crowd = async {
            command.started().await;
            let held = join_all((0..CONNECTIONS_MAX * 2).map(|_| slow(&program))).await;
            program.get("/healthz").await.ok();
            command.let_go();
            held
        };
        let (answer, _) = tokio::join!(work, crowd);
        answer.ok();
    })
    .await;
}

#[tokio::test]
async fn with_too_much_to_do_new_requests_are_turned_away_at_once_and_the_probe_is_not() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        // Writers wait for this.
        let Db::Sqlite(platform, ..) = database.db() else {
            unreachable!("the test is on SQLite")
        };
        let writing = platform.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let silence = "/api/v1/ops/silences?scope=all&duration=2h";
        let post = || {
            Answer::of(
                program
                    .request(Method::POST, silence)
                    .bearer_auth(ADMIN_TOKEN),
            )
        };
        let crowd = join_all((0..TRUSTED_MAX).map(|_| post()));
        let check = async {
            eventually("too much to do", async || {
                program.get("/openapi.json").await.status == 503
            })
            .await;
            let turned_away = program.get("/openapi.json").await;
            assert!(turned_away.problem(503).contains("too many requests"));
            assert_eq!(turned_away.header("retry-after"), "1");
            program.get("/healthz").await.ok();
            writing.rollback().await.unwrap();
        };
        tokio::join!(crowd, check);
        program.get("/openapi.json").await.ok();
    })
    .await;
}

#[each_database]
async fn a_crowd_that_looks_at_figures_keeps_no_administrator_and_no_probe_out(
    database: TestDatabase,
) {
    let setup = beside(&database, &sovani_ops::demo::Platform::healthy(TODAY)).await;
    let program = setup.with("HEARTBEAT_TOKEN", HEARTBEAT_TOKEN).start().await;
    let admin = async |method: Method, path: &str, token: &str| {
        Answer::of(program.request(method, path).bearer_auth(token))
            .await
            .status
    };
    let watch = async {
        let mut statuses = Vec::new();
        for _ in 0..ROUNDS {
            statuses.push(admin(Method::GET, "/api/v1/ops/audit", ADMIN_TOKEN).await);
            statuses.push(
                admin(
                    Method::POST,
                    "/api/v1/ops/silences?scope=all&duration=2h",
                    ADMIN_TOKEN,
                )
                .await,
            );
            statuses.push(admin(Method::GET, "/metrics", "none").await);
            statuses.push(admin(Method::POST, "/api/v1/ops/jobs/x/start", HEARTBEAT_TOKEN).await);
            let ready = program.get("/readyz").await;
            assert!(!ready.text.contains("too many requests"), "{}", ready.text);
        }
        statuses
    };
    let over = std::sync::atomic::AtomicBool::new(false);
    let asking = async || {
        let mut turned_away = 0;
        while !over.load(std::sync::atomic::Ordering::Relaxed) {
            let answer = program.get("/api/v1/ops/slo?days=90").await;
            turned_away += usize::from(answer.status == 503);
        }
        turned_away
    };
    let crowd = join_all((0..CROWD).map(|_| asking()));
    let watch = async {
        let statuses = watch.await;
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        statuses
    };
    let (turned_away, statuses) = tokio::join!(crowd, watch);
    assert!(
        statuses
            .iter()
            .all(|status| [200, 201, 404].contains(&status.as_u16())),
        "{statuses:?}"
    );
    // There was too much to do all the while.
    assert!(turned_away.iter().sum::<usize>() > CROWD, "{turned_away:?}");
}
