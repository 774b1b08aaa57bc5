//! Clients that behave badly, and the end of the program.

use std::time::{Duration, Instant};

use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{TODAY, beside, healthy, remediation::remediate};
use crate::support::{
    database::on_sqlite,
    held_command::HeldCommand,
    program::{ADMIN_TOKEN, Answer, TestProgram},
};

const TEN_MB: usize = 10 * 1024 * 1024;
const SOON: Duration = Duration::from_secs(30);

async fn connect(program: &TestProgram) -> TcpStream {
    TcpStream::connect(program.address()).await.unwrap()
}

/// The bytes until the server closes the connection.
async fn read_to_the_end(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer);
    // A reset after the answer is as good as a close.
    let _ = tokio::time::timeout(SOON, read)
        .await
        .expect("the connection stays open");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_client_that_sends_a_byte_a_second_is_cut_off_while_others_are_served() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let (mut reader, mut writer) = connect(&program).await.into_split();
        let began = Instant::now();
        let drip = async {
            for byte in b"GET /healthz HTTP/1.1\r\nX-Slow: ".iter().cycle() {
                if writer.write_all(&[*byte]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let cut_off = async {
            let mut answer = Vec::new();
            let _ = reader.read_to_end(&mut answer).await;
            began.elapsed()
        };
        program.get("/healthz").await.ok();
        tokio::select! {
            () = drip => {}
            after = cut_off => assert!(after >= Duration::from_secs(9), "{after:?}"),
        }
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{:?}",
            began.elapsed()
        );
        program.get("/healthz").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_of_its_answers_is_cut_off() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let mut socket = connect(&program).await;
        let ask = async {
            while socket
                .write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                .await
                .is_ok()
            {}
        };
        tokio::time::timeout(SOON, ask).await.unwrap();
        program.get("/healthz").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_large_body_is_refused_however_it_is_announced() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let post = || program.request(Method::POST, "/api/v1/ops/run-detectors").bearer_auth(ADMIN_TOKEN);
        let announced = Answer::of(post().body(vec![b'x'; TEN_MB])).await;
        announced.problem(413);
        let small = Answer::of(post().body(vec![b'x'; 64 * 1024])).await;
        small.ok();

        let mut chunked = connect(&program).await;
        let head = "POST /api/v1/ops/run-detectors HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        chunked.write_all(head.as_bytes()).await.unwrap();
        let piece = [format!("{TEN_MB:x}\r\n").into_bytes(), vec![b'x'; TEN_MB], b"\r\n0\r\n\r\n".to_vec()].concat();
        chunked.write_all(&piece).await.unwrap();
        let answer = read_to_the_end(&mut chunked).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("{\"detail\":"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_body_that_does_not_match_its_announcement_harms_nobody() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let mut longer = connect(&program).await;
        let head = "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n";
        longer.write_all(head.as_bytes()).await.unwrap();
        // The server may close before it has taken all of this.
        let _ = longer.write_all(&vec![b'x'; TEN_MB]).await;
        let answer = read_to_the_end(&mut longer).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 200"), "{answer}");

        let mut shorter = connect(&program).await;
        let head = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: {TEN_MB}\r\n\r\nxxxxx");
        shorter.write_all(head.as_bytes()).await.unwrap();
        shorter.shutdown().await.unwrap();
        let answer = read_to_the_end(&mut shorter).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");

        let mut asking = connect(&program).await;
        let head = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {TEN_MB}\r\n\r\n");
        asking.write_all(head.as_bytes()).await.unwrap();
        let answer = read_to_the_end(&mut asking).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        program.get("/healthz").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_head_that_is_no_http_is_refused() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        for garbage in [
            "\x16\x03\x01\x02\x00\x01\x00\x01 a TLS greeting\r\n\r\n".to_owned(),
            format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(100_000)),
        ] {
            let mut socket = connect(&program).await;
            let _ = socket.write_all(garbage.as_bytes()).await;
            let answer = read_to_the_end(&mut socket).await;
            assert!(!answer.contains(" 200 "), "{answer}");
        }
        program.get("/healthz").await.ok();
    })
    .await;
}

#[tokio::test]
async fn stopping_finishes_the_request_under_way_and_takes_no_more() {
    on_sqlite(async |database| {
        let command = HeldCommand::new();
        let setup = beside(&database, &sovani_ops::demo::Platform::healthy(TODAY)).await;
        let mut program = setup
            .with("SCHEDULER_RESTART_CMD", command.setting())
            .start()
            .await;
        let idle = connect(&program).await;
        let request = program
            .request(Method::POST, &remediate("check_scheduler_on_time"))
            .bearer_auth(ADMIN_TOKEN);
        let under_way = tokio::spawn(Answer::of(request));
        command.started().await;

        let address = program.address().to_owned();
        let cx = std::sync::Arc::clone(program.cx());
        let refuses = async {
            cx.stop.cancelled().await;
            while TcpStream::connect(&address).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            command.let_go();
        };
        let began = Instant::now();
        tokio::join!(program.stop(), refuses);
        assert_eq!(under_way.await.unwrap().ok()["status"], "success");
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        drop(idle);
    })
    .await;
}
