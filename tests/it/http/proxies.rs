//! The client's address behind a reverse proxy.

use reqwest::{Method, header::AUTHORIZATION};

use super::as_admin;
use crate::support::{
    database::{TestDatabase, on_sqlite},
    program::{ADMIN_TOKEN, Answer, Setup, TestProgram},
};

/// A changing request is recorded with its origin.
const RUN: &str = "/api/v1/ops/run-detectors?notify=true";
/// Every test asks from here.
const LOOPBACK: &str = "127.0.0.1";
/// More than a client may try at once.
const TRIES: usize = 61;

async fn behind(database: &TestDatabase, proxies: &str) -> TestProgram {
    let setup = Setup::beside(database)
        .with("HTTP_TRUSTED_PROXIES", proxies)
        .with("API_PUBLIC_READ", "true");
    setup.start().await
}

async fn run(program: &TestProgram, token: &str, told: &[&str]) -> Answer {
    let request = program.request(Method::POST, RUN);
    let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    let request = told.iter().fold(request, |request, told| {
        request.header("X-Forwarded-For", *told)
    });
    Answer::of(request).await
}

/// The origin of the newest row of the audit.
async fn origin(program: &TestProgram) -> String {
    let audit = as_admin(program, Method::GET, "/api/v1/ops/audit?limit=1").await;
    audit.ok()[0]["from"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_trusted_proxy_has_written_last_is_the_client() {
    const CLIENT: &str = "203.0.113.7";
    const PROXY: &str = "127.0.0.1";
    const TWO: &str = "127.0.0.0/8, 198.51.100.0/24";
    let cases: [(&str, &[&str], &str); 14] = [
        (PROXY, &[CLIENT], CLIENT),
        (PROXY, &[" 203.0.113.7 "], CLIENT),
        (PROXY, &["192.0.2.1, 203.0.113.7"], CLIENT),
        (PROXY, &["nonsense,203.0.113.7"], CLIENT),
        (PROXY, &["192.0.2.1", CLIENT], CLIENT),
        (PROXY, &["2001:db8::1"], "2001:db8::1"),
        (PROXY, &["::ffff:203.0.113.7"], CLIENT),
        (TWO, &["192.0.2.1, 203.0.113.7, 198.51.100.9"], CLIENT),
        (TWO, &[CLIENT, "198.51.100.9"], CLIENT),
        (TWO, &["198.51.100.9"], LOOPBACK),
        (PROXY, &["203.0.113.7, nonsense"], LOOPBACK),
        (PROXY, &[""], LOOPBACK),
        (PROXY, &[], LOOPBACK),
        ("192.0.2.1, ::1", &[CLIENT], LOOPBACK),
    ];
    on_sqlite(async |database| {
        for (trusted, told, expected) in cases {
            let mut program = behind(&database, trusted).await;
            run(&program, ADMIN_TOKEN, told).await.ok();
            assert_eq!(origin(&program).await, expected, "{trusted}: {told:?}");
            program.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_behind_a_trusted_proxy_locks_nobody_else_out() {
    on_sqlite(async |database| {
        let program = behind(&database, LOOPBACK).await;
        for _ in 0..TRIES {
            run(&program, "wrong", &["203.0.113.7"]).await;
        }
        let locked_out = run(&program, "wrong", &["192.0.2.1, 203.0.113.7"]).await;
        assert_eq!(locked_out.status, 429);
        let other = run(&program, "wrong", &["203.0.113.8"]).await;
        assert_eq!(other.status, 401);
    })
    .await;
}

#[tokio::test]
async fn who_is_no_trusted_proxy_cannot_get_more_tries_by_naming_others() {
    on_sqlite(async |database| {
        let program = behind(&database, "").await;
        for number in 0..TRIES {
            run(&program, "wrong", &[&format!("203.0.113.{number}")]).await;
        }
        let answer = run(&program, "wrong", &["192.0.2.1"]).await;
        assert_eq!(answer.status, 429);
    })
    .await;
}
