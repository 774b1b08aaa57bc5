//! `docs/metrics.md`: every metric, held to what a real `/metrics` shows.

use std::collections::{BTreeMap, BTreeSet};

use sovani_ops::metrics::METRICS;

use super::must_equal;
use crate::support::{
    database::on_sqlite,
    program::{Setup, TestProgram},
};

const HEAD: &str = "# Metrics

What `/metrics` shows, in Prometheus' text format. Labels never hold free text; a series whose labels are known
beforehand is there with 0 from the start. `detector`, and `source` of an alert, name the built-in detectors; what the
settings define is `configured`, what other systems push `pushed`, and what was removed `unknown`. All counters begin at 0 with the process. Several instances count each what
it does itself: add their counters up, and take the largest of a gauge. Service levels are shown by the one that makes the
sweeps.

This page is written by the tests, from the code's own table.

| metric | type | labels | meaning | it changes when |
| --- | --- | --- | --- | --- |
";
const PROCESS: &str = "
Besides these there are the usual `process_…` of the process itself: processor time, memory, open files, threads and the
start.
";

fn table() -> String {
    METRICS
        .iter()
        .map(|metric| {
            let labels: Vec<_> = metric
                .labels
                .iter()
                .map(|label| format!("`{label}`"))
                .collect();
            format!(
                "| `{}` | {} | {} | {} | {} |\n",
                metric.name,
                metric.kind,
                labels.join(", "),
                metric.help,
                metric.changes
            )
        })
        .collect()
}

#[test]
fn the_page_of_metrics_matches_the_code() {
    must_equal("docs/metrics.md", &format!("{HEAD}{}{PROCESS}", table()));
}

#[derive(Debug, Default, PartialEq)]
struct Shown {
    kind: String,
    help: String,
    labels: BTreeSet<String>,
}

/// The families of a metrics page that are not the process's.
async fn shown(program: &TestProgram) -> BTreeMap<String, Shown> {
    let page = program.get("/metrics").await.text;
    let mut families = BTreeMap::<String, Shown>::new();
    let mut family = String::new();
    for line in page.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            name.clone_into(&mut family);
            help.clone_into(&mut families.entry(family.clone()).or_default().help);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            kind.clone_into(&mut families.get_mut(name).unwrap().kind);
        } else if let Some((_, labels)) = line.split_once('{') {
            let labels = labels.rsplit_once('}').unwrap().0;
            let names = labels
                .split("\",")
                .map(|label| label.split_once('=').unwrap().0.to_owned());
            families
                .get_mut(&family)
                .unwrap()
                .labels
                .extend(names.filter(|name| name != "le"));
        }
    }
    families.retain(|name, _| !name.starts_with("process_"));
    families
}

/// Families of which there is nothing to show unless something is measured, or asked.
const ONLY_WITH_EVENTS: [&str; 3] = [
    "ops_slo_burn_rate",
    "ops_slo_burning",
    "ops_slo_error_budget_left_ratio",
];

#[tokio::test]
async fn the_table_of_metrics_is_what_a_real_page_shows() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        program.sweep().await;
        // The page counts the requests that were answered before it.
        program.get("/healthz").await;
        let shown = shown(&program).await;

        for metric in METRICS {
            let Some(found) = shown.get(metric.name) else {
                assert!(
                    ONLY_WITH_EVENTS.contains(&metric.name),
                    "{} is not on the page",
                    metric.name
                );
                continue;
            };
            let labels = metric
                .labels
                .iter()
                .map(|label| (*label).to_owned())
                .collect();
            let expected = Shown {
                kind: metric.kind.to_owned(),
                help: metric.help.to_owned(),
                labels,
            };
            assert_eq!(*found, expected, "{}", metric.name);
        }
        let listed: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        for name in shown.keys() {
            assert!(listed.contains(name.as_str()), "{name} is not in the table");
        }
    })
    .await;
}
