//! The dashboard, its queries asked of a real Prometheus that scrapes the real program.

use serde_json::Value;
use sovani_ops::{
    clock::Clock,
    demo::{Marketplace, Platform},
    domain::Money,
};

use super::{metrics, named, text};
use crate::support::{
    database::on_sqlite,
    deadline::eventually,
    program::{Setup, moment},
    prometheus::Prometheus,
};

/// Panels that have no line without events.
const EMPTY: [&str; 5] = [
    "detector_crashes_total",
    "telegram_polling_errors_total",
    "auto_remediation_total",
    "bot_commands_total",
    "bot_callbacks_total",
];

struct Panel {
    title: String,
    queries: Vec<String>,
}

fn dashboard() -> Value {
    serde_json::from_str(&text("deploy/grafana/dashboard.json")).unwrap()
}

fn panels() -> Vec<Panel> {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let queries = |panel: &Value| {
        let targets = panel["targets"].as_array().unwrap().iter();
        targets
            .map(|target| target["expr"].as_str().unwrap().to_owned())
            .collect()
    };
    panels
        .map(|panel| Panel {
            title: panel["title"].as_str().unwrap().to_owned(),
            queries: queries(panel),
        })
        .collect()
}

#[test]
fn it_asks_the_source_that_is_chosen_and_needs_no_plugin() {
    let dashboard = dashboard();
    for panel in dashboard["panels"].as_array().unwrap() {
        let kind = panel["type"].as_str().unwrap();
        assert!(
            ["stat", "timeseries", "state-timeline"].contains(&kind),
            "{kind}"
        );
        let targets = panel["targets"].as_array().unwrap();
        for part in targets.iter().chain([panel]) {
            assert_eq!(part["datasource"]["uid"], "${datasource}", "{part}");
        }
    }
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let names: Vec<_> = variables.iter().map(|variable| &variable["name"]).collect();
    assert_eq!(names, ["datasource", "job", "instance"]);
}

#[test]
fn no_panel_covers_another() {
    let mut taken = std::collections::HashSet::new();
    for panel in dashboard()["panels"].as_array().unwrap() {
        let at = |name: &str| panel["gridPos"][name].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24, "{}", panel["title"]);
        for x in at("x")..at("x") + at("w") {
            for y in at("y")..at("y") + at("h") {
                assert!(taken.insert((x, y)), "{}", panel["title"]);
            }
        }
    }
}

#[tokio::test]
async fn each_query_finds_a_metric_of_the_program() {
    on_sqlite(async |database| {
        let today = moment("2025-10-02 09:00:00").utc().date_naive();
        let platform =
            Platform::healthy(today).low_cash(Marketplace::Ozon, Money::from_roubles(-15_000));
        platform.create(database.db()).await.unwrap();
        let program = Setup::beside(&database).start().await;
        program.sweep().await;
        program.get("/healthz").await;
        let known = metrics(&program.get("/metrics").await);
        let Some(prometheus) = Prometheus::scraping(program.address()).await else {
            return;
        };

        for Panel { title, queries } in panels() {
            for query in queries {
                let unknown = |name: &String| name != "up" && !known.contains(name);
                assert_eq!(named(&query).into_iter().find(unknown), None, "{title}");
                let query = query
                    .replace("$__rate_interval", "10s")
                    .replace("$job", "platform")
                    .replace("$instance", ".*");
                assert!(!query.contains('$'), "{query}");
                let ask = async || prometheus.ask(&query, Clock::system().now()).await;
                if EMPTY.iter().any(|metric| query.contains(metric)) {
                    ask().await;
                } else {
                    let what = format!("{title}: {query} has a line");
                    eventually(&what, async || !ask().await.is_empty()).await;
                }
            }
        }
    })
    .await;
}
