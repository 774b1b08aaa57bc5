//! The log lines of requests.

use std::{
    io,
    sync::{Arc, Mutex},
};

use reqwest::Method;
use serde_json::Value;

use super::healthy;
use crate::support::{
    database::on_sqlite,
    program::{ADMIN_TOKEN, Answer},
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Takes in what every thread logs from now on.
    fn of_the_process() -> Self {
        let log = Self::default();
        let writer = log.clone();
        tracing_subscriber::fmt()
            .json()
            .with_writer(move || writer.clone())
            .init();
        log
    }

    /// The lines of requests whose id begins so; those of other tests are in here too.
    fn requests(&self, id: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().filter(|line| line.contains(id));
        lines.map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn each_request_has_one_line_that_holds_no_value_of_the_client() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let log = Log::of_the_process();
        // A line that another thread was about to log for the first time may have been taken for a silent one.
        program.get("/healthz").await.ok();
        tracing::callsite::rebuild_interest_cache();

        let ask = async |method: Method, path: &str, token: &str| {
            let request = program.request(method, path).bearer_auth(token);
            Answer::of(request.header("x-request-id", "logged-17")).await
        };
        let run = "/api/v1/ops/run-detectors";
        let listing = "/api/v1/ops/alerts?limit=3&token=query-secret";
        ask(Method::GET, listing, ADMIN_TOKEN).await.ok();
        ask(Method::POST, run, "wrong-secret").await.problem(401);
        ask(Method::POST, run, ADMIN_TOKEN).await.ok();
        ask(Method::GET, "/made-up/path", "").await.problem(404);

        let lines = log.requests("logged-17");
        let told: Vec<_> = lines.iter().filter_map(|line| answered(line)).collect();
        assert_eq!(
            told,
            [
                "GET /api/v1/ops/alerts 200 to 127.0.0.1",
                "POST /api/v1/ops/run-detectors 401 to 127.0.0.1",
                "POST /api/v1/ops/run-detectors 200 to 127.0.0.1",
                "GET other 404 to 127.0.0.1",
            ]
        );
        for secret in ["query-secret", "wrong-secret", ADMIN_TOKEN, "made-up"] {
            let telling = lines.iter().find(|line| line.contains(secret));
            assert_eq!(telling, None, "{secret}");
        }
    })
    .await;
}

/// The answer that the line reports, if any.
fn answered(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).unwrap();
    let fields = &line["fields"];
    if fields["message"] != "answered" {
        return None;
    }
    assert!(fields["ms"].is_u64(), "{line}");
    let told = format!(
        "{} {} {} to {}",
        fields["method"], fields["path"], fields["status"], fields["client"]
    );
    Some(told.replace('"', ""))
}
