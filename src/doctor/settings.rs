//! Whether all settings can be read, and whether one is misspelt.

use super::{Check, Finding, Scene};
use crate::settings::SETTINGS;

pub const CHECK: Check = Check {
    name: "settings",
    needs: &[],
    run: |scene| Box::pin(async { judge(scene) }),
};

fn judge(scene: &Scene) -> Vec<Finding> {
    let mut findings: Vec<Finding> = scene
        .faults
        .iter()
        .map(|fault| {
            Finding::error(
                format!("{}: {}", fault.name, fault.problem),
                "mend it in the environment, .env or sovani-ops.toml; .env.example explains every setting",
            )
        })
        .collect();
    for warning in scene.settings.warnings() {
        findings.push(Finding::warning(warning, "see .env.example"));
    }
    for (given, meant) in scene.source.misspelt() {
        findings.push(Finding::warning(
            format!("{given} in .env is no setting of this program"),
            format!("write {meant}, if that is meant"),
        ));
    }
    if scene.source.unread_lines() > 0 {
        findings.push(Finding::warning(
            format!(
                "{} lines of .env cannot be read; none of them is a setting of this program",
                scene.source.unread_lines()
            ),
            "write NAME=value on one line, quoted when it holds blanks or #",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(format!("all {} can be read", SETTINGS.len())));
    }
    findings
}
