//! The alerts about the program itself, by Prometheus' own judgement.

use std::process::Command;

use super::{file, metrics, named, text};
use crate::support::{database::on_sqlite, program::Setup, prometheus};

/// The fields of every rule, one per line.
fn fields(name: &str) -> Vec<String> {
    let start = format!("{name}: ");
    let rules = text("deploy/prometheus/rules.yml");
    let values = rules
        .lines()
        .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix(&start));
    values.map(str::to_owned).collect()
}

fn promtool(arguments: &[&str]) {
    let Some(program) = prometheus::program() else {
        return;
    };
    let output = Command::new(program.with_file_name("promtool"))
        .current_dir(file("deploy/prometheus"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

#[test]
fn prometheus_takes_the_configuration_with_its_rules() {
    promtool(&["check", "config", "prometheus.yml"]);
    promtool(&["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"]);
}

#[test]
fn each_rule_fires_when_it_should_and_only_then() {
    promtool(&["test", "rules", "rules.test.yml"]);
    let tests = text("deploy/prometheus/rules.test.yml");
    for alert in fields("alert") {
        let (quiet, fires) = (
            format!("alertname: {alert}}}"),
            format!("alertname=\"{alert}\""),
        );
        assert!(
            tests.contains(&quiet) && tests.contains(&fires),
            "{alert} is not tested"
        );
    }
}

#[test]
fn each_alert_says_what_it_is_how_bad_it_is_and_what_to_do() {
    let alerts = fields("alert");
    for field in ["expr", "severity", "summary", "description", "runbook"] {
        assert_eq!(fields(field).len(), alerts.len(), "{field}");
    }
    let severities = fields("severity");
    assert!(
        severities
            .iter()
            .all(|severity| ["warning", "error", "critical"].contains(&severity.as_str()))
    );
    let readme = text("deploy/README.md");
    for (alert, runbook) in alerts.iter().zip(fields("runbook")) {
        assert_eq!(
            runbook,
            format!("deploy/README.md#{}", alert.to_lowercase())
        );
        assert!(
            readme.contains(&format!("\n### {alert}\n")),
            "{alert} has no runbook"
        );
    }
}

#[tokio::test]
async fn each_metric_of_the_rules_is_one_of_the_program() {
    on_sqlite(async |database| {
        let program = Setup::beside(&database).start().await;
        let mut known = metrics(&program.get("/metrics").await);
        known.extend(
            ["up", "ops_slo_error_budget_left_ratio", "ops_slo_burning"].map(str::to_owned),
        );
        let rules = text("deploy/prometheus/rules.yml");
        let expressions: Vec<_> = rules
            .lines()
            .filter(|line| line.contains("{job="))
            .collect();
        assert!(expressions.len() >= fields("alert").len());
        for expression in expressions {
            for name in named(expression) {
                assert!(known.contains(&name), "{name} in {expression}");
            }
        }
    })
    .await;
}
