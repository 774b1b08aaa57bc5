//! The whole way: from the platform's page over the sweep to the chat, the service levels and back.

use chrono::Duration;
use serde_json::json;
use sovani_ops::{
    clock::Clock,
    domain::{Fingerprint, Target},
};

use super::{NAME, about};
use crate::support::{
    database::TestDatabase,
    metrics_page::{Manner, MetricsPage, fast_and_slow},
    program::{ALERT_CHAT, Setup, TestProgram, moment},
    sli::counted_since,
};

struct Scene {
    program: TestProgram,
    clock: Clock,
    page: MetricsPage,
}

impl Scene {
    async fn beside(database: &TestDatabase, lang: &str) -> Self {
        let clock = Clock::standing_at(moment("2025-10-02 09:00:00"));
        let page = MetricsPage::start(fast_and_slow(1000, 0)).await;
        let program = Setup::beside(database)
            .at(&clock)
            .with("API_METRICS_URL", page.url())
            .with("AUTO_REMEDIATION_ENABLED", "false")
            .with("BOT_LANG", lang)
            .start()
            .await;
        let scene = Self {
            program,
            clock,
            page,
        };
        scene.program.sweep().await;
        scene
    }

    /// A sweep five minutes later, of a page with these counts.
    async fn counts(&self, fast: u64, slow: u64) {
        self.page.shows(fast_and_slow(fast, slow));
        self.is_swept().await;
    }

    async fn is_swept(&self) {
        self.clock.advance(Duration::minutes(5));
        self.program.sweep().await;
    }
}

async fn incidents(database: &TestDatabase, key: &str) -> Vec<String> {
    let fingerprint = Fingerprint::of(NAME, key);
    let closed = "CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END";
    database
        .texts(format!(
            "SELECT {closed} FROM ops_incidents WHERE fingerprint = '{fingerprint}' ORDER BY id"
        ))
        .await
}

#[each_database]
async fn a_slow_api_is_told_and_so_is_its_end(database: TestDatabase) {
    let mut scene = Scene::beside(&database, "en").await;
    scene.program.restart().await;

    scene.counts(1080, 20).await;

    let alert = scene
        .program
        .hears(ALERT_CHAT, "API p95 latency 2125ms exceeds SLO 1200ms")
        .await;
    assert!(alert.text.contains("check_api_latency_p95"), "{alert:?}");
    assert_eq!(incidents(&database, "p95").await, ["open"]);
    let slo = scene
        .program
        .get("/api/v1/ops/slo?date_from=2025-10-02&date_to=2025-10-02")
        .await
        .ok();
    assert_eq!(slo["api_latency"]["status"], json!("ok"), "{slo}");
    let counted = counted_since(
        &scene.program.cx().db,
        Target::ApiLatency,
        moment("2025-10-02 09:00:00"),
    )
    .await;
    assert!(about(counted.total, 100.0), "{counted:?}");
    let day =
        "SELECT CAST(ROUND(api_latency_p95_ms) AS BIGINT) FROM vw_slo_daily WHERE d = '2025-10-02'";
    assert_eq!(database.number(day).await, 2125);

    scene.counts(2080, 20).await;
    for round in 1..=3 {
        scene.counts(2080 + round * 1000, 20).await;
    }

    scene
        .program
        .hears(ALERT_CHAT, "RESOLVED | check_api_latency_p95")
        .await;
    assert_eq!(incidents(&database, "p95").await, ["closed"]);
    scene.program.stop().await;
}

#[each_database]
async fn a_page_out_of_reach_is_an_incident_of_its_own(database: TestDatabase) {
    let mut scene = Scene::beside(&database, "ru").await;
    scene.counts(1080, 20).await;
    scene
        .program
        .hears(
            ALERT_CHAT,
            "Задержка API (p95) 2\u{a0}125\u{a0}мс — больше цели 1\u{a0}200\u{a0}мс",
        )
        .await;

    scene.page.behaves(Manner::Error(500, String::new()));
    scene.is_swept().await;

    scene
        .program
        .hears(
            ALERT_CHAT,
            "Задержку API не измерить: metrics page: HTTP 500",
        )
        .await;
    assert_eq!(incidents(&database, "unreachable").await, ["open"]);
    assert_eq!(incidents(&database, "p95").await, ["open"]);

    // It is there again, and nobody has anything to ask of it: so much is known, and no more.
    for _ in 0..3 {
        scene.counts(1081, 20).await;
    }
    assert_eq!(incidents(&database, "unreachable").await, ["closed"]);
    assert_eq!(incidents(&database, "p95").await, ["open"]);

    for round in 1..=4 {
        scene.counts(1081 + round * 500, 20).await;
    }
    assert_eq!(incidents(&database, "p95").await, ["closed"]);
    scene.program.stop().await;
}
