//! `.env.example`: every setting, with what the program says of it when it is asked.

use std::fs;

use sovani_ops::{
    actions, detectors,
    live::LiveSettings,
    settings::{Setting, Settings, Source},
};
use tempfile::TempDir;

use super::{at_root, must_equal};
use crate::settings::{
    load,
    tables::{BAD, GOOD},
};

const HEAD: &str = "\
# Copy to .env and fill in. The environment has precedence over the file.
# A value with a blank, # or $ in it stands between single quotes. No value is the default.
#
# A change of the file is taken over by remediate_clear_cache (/remediate check_api_latency_p95) without a restart, except
# for settings that are read at the start: these are named until the next one.
";

const EXPECTED: &str = "expected ";

/// The expected form of a value, from the errors for invalid ones: the shortest, which has no details.
fn form(setting: &Setting) -> String {
    let bad = BAD.iter().find(|(name, _)| *name == setting.name);
    let bad = bad.map_or(&["SECRET"][..], |(_, bad)| bad);
    let problems = bad.iter().map(|bad| {
        let error = load([(setting.name, *bad)]).unwrap_err();
        error.0[0].problem.clone()
    });
    let shortest = problems.min_by_key(|problem| (!problem.starts_with(EXPECTED), problem.len()));
    shortest.unwrap().replacen(EXPECTED, "", 1)
}

/// Tells if a running program adopts another value.
fn is_reloaded(setting: &Setting) -> bool {
    let good = GOOD.iter().find(|(name, _)| *name == setting.name);
    let folder = TempDir::new().unwrap();
    let file = folder.path().join(".env");
    let mut tried = 0;
    for value in good.map_or(&[setting.default][..], |(_, good)| good) {
        fs::write(&file, "").unwrap();
        let known = actions::known();
        let source = Source::from_file(file.clone(), &known).unwrap();
        let live = LiveSettings::new(source, known, detectors::defined).unwrap();
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

fn entry(setting: &Setting) -> String {
    let at_start = if is_reloaded(setting) {
        ""
    } else {
        " Read at the start."
    };
    let quote = if setting.default.contains([' ', '#', '$']) {
        "'"
    } else {
        ""
    };
    format!(
        "\n# {}{at_start}\n# Expected: {}.\n{}={quote}{}{quote}\n",
        setting.about,
        form(setting),
        setting.name,
        setting.default
    )
}

fn example() -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    for setting in actions::known().settings() {
        if setting.section != section {
            section = setting.section;
            text += &format!("\n# === {section} ===\n");
        }
        text += &entry(&setting);
    }
    text
}

#[test]
fn the_example_file_matches_the_code() {
    must_equal(".env.example", &example());
}

#[test]
fn the_example_file_is_valid() {
    let known = actions::known();

    let source = Source::from_file(at_root(".env.example"), &known).unwrap();

    assert!(source.misspelt().is_empty());
    Settings::load(&source, &known).unwrap();
}
