//! Checks that all settings are valid, and that none is misspelt.

use super::{Check, Finding, Installation};
use crate::actions;

pub const CHECK: Check = Check {
    name: "settings",
    needs: &[],
    run: |installation| Box::pin(async { judge(installation) }),
};

fn judge(installation: &Installation) -> Vec<Finding> {
    let mut findings: Vec<Finding> = installation
        .faults
        .iter()
        .map(|fault| {
            Finding::error(
                format!("{}: {}", fault.name, fault.problem),
                "mend it in the environment, .env or sovani-ops.toml; .env.example explains every setting",
            )
        })
        .collect();
    for (given, meant) in installation.source.misspelt() {
        findings.push(Finding::warning(
            format!("{given} in .env is no setting of this program"),
            format!("write {meant}, if that is meant"),
        ));
    }
    for warning in installation.source.warnings() {
        findings.push(Finding::warning(warning, "see .env.example"));
    }
    if findings.is_empty() {
        let count = actions::known().settings().len();
        findings.push(Finding::ok(format!("all {count} can be read")));
    }
    findings
}
