//! The sign of life after a good sweep.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{Router, http::StatusCode, routing::get};
use sovani_ops::domain::Severity;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::support::{
    checks::failing,
    database::{TestDatabase, on_sqlite},
    deadline::eventually,
    program::{ALERT_CHAT, Setup, TestProgram},
};

/// A monitor that waits for pings, and answers the first ones with these codes.
struct Watch {
    url: String,
    signs: Arc<Mutex<Vec<String>>>,
    _server: AbortOnDropHandle<()>,
}

impl Watch {
    async fn answering(codes: &[u16]) -> Self {
        Self::saying("", codes).await
    }

    async fn saying(text: &'static str, codes: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ping/SECRET", listener.local_addr().unwrap());
        let signs = Arc::new(Mutex::new(Vec::new()));
        let codes: VecDeque<u16> = codes.iter().copied().collect();
        let (seen, codes) = (Arc::clone(&signs), Arc::new(Mutex::new(codes)));
        let page = get(move |uri: axum::http::Uri| {
            seen.lock().unwrap().push(uri.path().to_owned());
            let code = codes.lock().unwrap().pop_front().unwrap_or(200);
            async move { (StatusCode::from_u16(code).unwrap(), text) }
        });
        let app = Router::new().fallback_service(page);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            signs,
            _server: AbortOnDropHandle::new(server),
        }
    }

    fn signs(&self) -> Vec<String> {
        self.signs.lock().unwrap().clone()
    }
}

async fn watched(database: &TestDatabase, url: &str) -> TestProgram {
    let setup = Setup::beside(database).with("DEADMAN_PING_URL", url);
    let program = setup.start().await;
    program.cx().telegram.me().await.unwrap();
    program
}

fn pings(program: &TestProgram, outcome: &str) -> u64 {
    let pings = &program.cx().metrics.deadman_pings_total;
    pings.with_label_values(&[outcome]).get()
}

#[each_database]
async fn each_good_sweep_gives_one_sign_of_life(database: TestDatabase) {
    let watch = Watch::answering(&[]).await;
    let program = watched(&database, &watch.url).await;
    for sweep in 1..=2 {
        program.sweep().await;
        eventually("a sign of life", async || pings(&program, "ok") == sweep).await;
    }
    assert_eq!(watch.signs(), ["/ping/SECRET", "/ping/SECRET"]);
}

#[each_database]
async fn a_sign_of_life_of_a_check_that_is_not_known_there_is_none(database: TestDatabase) {
    let watch = Watch::saying("OK (not found)", &[]).await;
    let program = watched(&database, &watch.url).await;
    program.sweep().await;
    eventually("the failure", async || pings(&program, "failed") == 1).await;
    assert_eq!(pings(&program, "ok"), 0);
}

#[each_database]
async fn a_sweep_that_is_not_on_record_gives_none(database: TestDatabase) {
    let watch = Watch::answering(&[]).await;
    let program = watched(&database, &watch.url).await;
    database
        .execute("ALTER TABLE job_runs RENAME TO hidden")
        .await;
    program.sweep().await;
    database
        .execute("ALTER TABLE hidden RENAME TO job_runs")
        .await;
    program.sweep().await;

    eventually("a sign of life", async || pings(&program, "ok") == 1).await;
    assert_eq!(watch.signs().len(), 1);
}

#[tokio::test]
async fn a_sweep_whose_alerts_nobody_would_get_gives_none() {
    on_sqlite(async |database| {
        let watch = Watch::answering(&[]).await;
        let program = watched(&database, &watch.url).await;
        let kicked = sovani_ops::standin::ChatAccess::Kicked;
        let telegram = program.telegram();
        telegram.set_access(ALERT_CHAT, kicked).unwrap();
        program.finds(&[failing("Pump", Severity::Error)]).await;
        let lost = "SELECT COUNT(*) FROM ops_chats WHERE dead_since IS NOT NULL";
        eventually("a lost chat", async || database.number(lost).await == 1).await;
        program.sweep().await;
        database.execute("DELETE FROM ops_chats").await;
        program.sweep().await;

        eventually("a sign of life", async || pings(&program, "ok") == 1).await;
        assert_eq!(watch.signs().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_sweep_whose_alerts_could_not_be_told_gives_none() {
    on_sqlite(async |database| {
        let watch = Watch::answering(&[]).await;
        let program = watched(&database, &watch.url).await;
        program.telegram().go_down().await;
        program.cx().telegram.me().await.unwrap_err();
        program.sweep().await;
        program.telegram().come_back().await.unwrap();
        program.cx().telegram.me().await.unwrap();
        program.sweep().await;

        eventually("a sign of life", async || pings(&program, "ok") == 1).await;
        assert_eq!(watch.signs().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_sign_of_life_that_is_refused_is_given_again() {
    on_sqlite(async |database| {
        let watch = Watch::answering(&[503]).await;
        let program = watched(&database, &watch.url).await;

        program.sweep().await;

        eventually("a second attempt", async || pings(&program, "ok") == 1).await;
        assert_eq!((watch.signs().len(), pings(&program, "failed")), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn nobody_there_is_counted_and_keeps_nothing_back() {
    on_sqlite(async |database| {
        let gone = Watch::answering(&[]).await.url;
        let program = watched(&database, &gone).await;

        program.sweep().await;

        eventually("the last attempt", async || pings(&program, "failed") == 1).await;
        assert_eq!(program.get("/readyz").await.status, 200);
    })
    .await;
}
