use chrono::{Days, Duration};
use reqwest::StatusCode;
use sovani_ops::demo::{ALERTS, Stage};

use super::{SOON, Visitor, hears, stage};

const AT: &str = "/1001/-1002001";

async fn turns(visitor: &Visitor, name: &str, on: bool) {
    let form = [("on", if on { "true" } else { "false" })];
    let answer = visitor.posts(&format!("{AT}/switch/{name}"), &form).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{name}");
}

async fn checks(visitor: &Visitor) {
    let answer = visitor.posts(&format!("{AT}/check"), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
}

/// A fault as its alert tells of it, and as its end does.
#[derive(Clone, Copy)]
struct Told {
    alert: &'static str,
    end: &'static str,
}

impl Told {
    /// Tells if this reports that the fault is over, in a message of its own or in a line among others.
    fn ends_in(self, text: &str) -> bool {
        let mut lines = text.lines().filter(|line| line.contains(self.alert));
        text.contains("RESOLVED") && text.contains(self.end)
            || lines.any(|line| line.starts_with('✅'))
    }

    fn stands_in(self, text: &str) -> bool {
        text.contains(self.alert) && !self.ends_in(text)
    }
}

async fn reads(stage: &Stage, wanted: impl Fn(&str) -> bool) {
    let found = stage.api.wait_for(SOON, |state| {
        let mut messages = state.bot_messages(ALERTS);
        messages.any(|message| wanted(&message.text)).then_some(())
    });
    found.await.unwrap();
}

/// Plants the fault, waits for the alert, heals it, and waits for its end.
async fn comes_and_goes(stage: &Stage, visitor: &Visitor, name: &str, told: Told) {
    turns(visitor, name, true).await;
    checks(visitor).await;
    reads(stage, |text| told.stands_in(text)).await;
    turns(visitor, name, false).await;
    checks(visitor).await;
    checks(visitor).await;
    reads(stage, |text| told.ends_in(text)).await;
}

#[tokio::test]
async fn nothing_is_missing_that_nobody_planted_until_the_end_of_tomorrow() {
    let (stage, _) = stage().await;
    let healthy = &stage.switches.world.healthy;
    let calendar = stage.program.cx.settings.get().calendar();
    let end = calendar.start_of(healthy.today() + Days::new(2)) - Duration::minutes(2);

    assert!(Some(calendar.last_due_day(end)) <= healthy.newest_sales_day());
    let mut runs = healthy.planned_job_runs().iter();
    assert!(runs.any(|run| run.started_at > end - Duration::minutes(30)));
    stage.take_down().await.unwrap();
}

#[tokio::test]
async fn each_fault_of_the_platform_is_told_and_ends_when_it_is_healed() {
    let (stage, visitor) = stage().await;
    hears(&stage, "Cash balance").await;
    for name in ["cash", "commissions"] {
        turns(&visitor, name, false).await;
    }
    // Planted from the start.
    for (alert, end) in [
        ("Cash balance -15000.00 RUB", "was -15,000.00 RUB"),
        ("commission outliers", "commission outliers"),
    ] {
        let told = Told { alert, end };
        reads(&stage, |text| told.ends_in(text)).await;
    }

    for (name, alert, end) in [
        ("cash", "Cash balance -20000.00 RUB", "was -20,000.00 RUB"),
        ("ingest", "No sales data ingested", "No sales data ingested"),
        ("jobs", "reviews_sla_monitor", "reviews_sla_monitor"),
        ("api", "API p95 latency", "check_api_latency_p95"),
    ] {
        comes_and_goes(&stage, &visitor, name, Told { alert, end }).await;
    }

    stage.take_down().await.unwrap();
}

#[tokio::test]
async fn messages_wait_while_telegram_is_down() {
    let (stage, visitor) = stage().await;
    hears(&stage, "Cash balance -15000.00 RUB").await;

    turns(&visitor, "telegram", true).await;
    let page = visitor.sees(AT).await;
    assert!(page.contains("connecting…"), "{page}");
    let said = visitor
        .posts(&format!("{AT}/say"), &[("text", "/health")])
        .await;
    assert_eq!(said.status(), StatusCode::SERVICE_UNAVAILABLE);
    turns(&visitor, "jobs", true).await;
    checks(&visitor).await;
    let messages = stage.api.bot_messages(ALERTS);
    assert!(
        !messages
            .iter()
            .any(|message| message.text.contains("reviews_sla_monitor"))
    );

    turns(&visitor, "telegram", false).await;
    hears(&stage, "reviews_sla_monitor").await;
    stage.take_down().await.unwrap();
}

#[tokio::test]
async fn the_return_of_the_ingestion_heals_nothing_else() {
    let (stage, visitor) = stage().await;
    hears(&stage, "Cash balance -15000.00 RUB").await;

    turns(&visitor, "ingest", true).await;
    turns(&visitor, "ingest", false).await;

    checks(&visitor).await;
    let page = visitor.sees(AT).await;
    assert_eq!(page.matches(">planted<").count(), 2, "{page}");
    hears(&stage, "Cash balance -20000.00 RUB").await;
    stage.take_down().await.unwrap();
}
