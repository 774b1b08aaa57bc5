//! What the log tells of a request.

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
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The lines about requests.
    fn requests(&self) -> Vec<Value> {
        let lines = self.text();
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap());
        lines
            .filter(|line: &Value| line["fields"]["message"] == "answered")
            .collect()
    }
}

#[tokio::test]
async fn each_request_has_one_line_that_holds_no_value_of_the_client() {
    on_sqlite(async |database| {
        let program = healthy(&database).await;
        let log = Log::default();
        let writer = log.clone();
        // Everything but the database's worker runs on the test's own thread.
        let _logging = tracing::subscriber::set_default(
            tracing_subscriber::fmt()
                .json()
                .with_writer(move || writer.clone())
                .finish(),
        );
        let ask = program.request(Method::GET, "/api/v1/ops/alerts?limit=3&token=query-secret");
        Answer::of(ask.header("x-request-id", "proxy-17"))
            .await
            .ok();
        let ask = program.request(Method::POST, "/api/v1/ops/run-detectors");
        Answer::of(ask.bearer_auth("wrong-secret"))
            .await
            .problem(401);
        program.post("/api/v1/ops/run-detectors").await.ok();
        program.get("/made-up/path").await.problem(404);

        let lines = log.requests();
        let told: Vec<_> = lines
            .iter()
            .map(|line| {
                let fields = &line["fields"];
                assert!(fields["ms"].is_u64(), "{line}");
                assert!(line["span"]["id"].is_string(), "{line}");
                format!(
                    "{} {} {}",
                    fields["method"], fields["path"], fields["status"]
                )
                .replace('"', "")
            })
            .collect();
        assert_eq!(
            told,
            [
                "GET /api/v1/ops/alerts 200",
                "POST /api/v1/ops/run-detectors 401",
                "POST /api/v1/ops/run-detectors 200",
                "GET other 404",
            ]
        );
        assert_eq!(lines[0]["span"]["id"], "proxy-17");
        for secret in ["query-secret", "wrong-secret", ADMIN_TOKEN, "made-up"] {
            assert!(
                !log.text().contains(secret),
                "{secret} is in the log:\n{}",
                log.text()
            );
        }
    })
    .await;
}
