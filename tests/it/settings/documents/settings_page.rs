//! `docs/settings.md`: every setting, with what the program says of it when it is asked.

use std::fs;

use sovani_ops::{
    actions, detectors,
    live::LiveSettings,
    settings::{SETTINGS, Setting, Source},
};
use tempfile::TempDir;

use super::must_equal;
use crate::settings::{
    load,
    tables::{BAD, GOOD},
};

const HEAD: &str = "# Settings

Settings come from the environment and from `.env` in the working directory, which gives way to the environment.
`sovani-ops` says everything that is wrong with them before it starts. A change of `.env` is taken over by
`remediate_clear_cache` (`/remediate check_api_latency_p95`) without a restart where the last column says *reloaded*;
the others wait for the next start, and are named until then.

This page is written by the tests, from the code and from what it does.
";

/// The expected form of a value, from the error for an invalid one.
fn form(setting: &Setting) -> String {
    let (_, bad) = BAD.iter().find(|(name, _)| *name == setting.name).unwrap();
    let error = load([(setting.name, bad[0])]).unwrap_err();
    let problem = error.0[0].problem.clone();
    let problem = problem
        .strip_prefix("expected ")
        .map_or(problem.clone(), ToOwned::to_owned);
    problem.replace('|', "\\|")
}

/// Tells if a running program adopts another value.
fn is_reloaded(setting: &Setting) -> bool {
    let (_, good) = GOOD.iter().find(|(name, _)| *name == setting.name).unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(".env");
    let mut tried = 0;
    for value in *good {
        fs::write(&file, "").unwrap();
        let live = LiveSettings::new(
            Source::from_file(file.clone()).unwrap(),
            actions::known(),
            detectors::defined,
        )
        .unwrap();
        fs::write(&file, format!("{}='{value}'\n", setting.name)).unwrap();
        // Some values go with no other setting's default.
        let Ok(waiting) = live.reload() else { continue };
        tried += 1;
        if waiting.contains(&setting.name) {
            return false;
        }
    }
    assert!(
        tried > 0,
        "{} has no value that can be reloaded",
        setting.name
    );
    true
}

fn row(setting: &Setting) -> String {
    let default = if setting.default.is_empty() {
        String::new()
    } else {
        format!("`{}`", setting.default.replace('|', "\\|"))
    };
    let change = if is_reloaded(setting) {
        "reloaded"
    } else {
        "at the start"
    };
    format!(
        "| `{}` | {default} | {} | {} | {change} |\n",
        setting.name,
        form(setting),
        setting.about.replace('|', "\\|")
    )
}

#[test]
fn the_page_of_settings_matches_the_code() {
    let mut page = HEAD.to_owned();
    let mut section = "";
    for setting in SETTINGS {
        if setting.section != section {
            section = setting.section;
            page += &format!(
                "\n## {section}\n\n| setting | default | expected | meaning | a change counts |\n| --- | --- | --- | --- | --- |\n"
            );
        }
        page += &row(setting);
    }
    must_equal("docs/settings.md", &page);
}
