//! Good and bad values of every setting.

mod bad;
mod good;

use sovani_ops::{
    actions, detectors,
    settings::{SETTINGS, Settings, Source},
};

pub(super) use self::{bad::BAD, good::GOOD};
use super::{blamed, load};

#[test]
fn each_setting_has_good_and_bad_cases_here() {
    let names: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
    let is_threshold = |name: &str| {
        detectors::thresholds()
            .iter()
            .any(|threshold| threshold.setting() == name)
    };
    for table in [GOOD, BAD] {
        let covered = table.iter().map(|(name, _)| *name);
        let covered: Vec<_> = covered.filter(|name| !is_threshold(name)).collect();
        assert_eq!(covered, names);
    }
}

#[test]
fn each_threshold_takes_its_default_and_refuses_words() {
    for threshold in detectors::thresholds() {
        let name = threshold.setting();
        assert!(load([(name, threshold.default())]).is_ok(), "{name}");
        let error = load([(name, "SECRET")]).unwrap_err();
        assert_eq!(blamed(&error), [name]);
        let told = format!("{error} {error:?}");
        assert!(
            told.contains("expected ") && !told.contains("SECRET"),
            "{told}"
        );
    }
}

#[test]
fn good_values_are_taken() {
    for (name, values) in GOOD {
        for value in *values {
            // Without a word on it, some addresses are refused.
            let settings = [("API_PUBLIC_READ", "false"), (name, value)];
            if let Err(error) = load(settings) {
                panic!("{name}={value}: {error}");
            }
        }
    }
}

#[test]
fn bad_values_are_refused_by_name_without_being_repeated() {
    for (name, values) in BAD {
        for value in *values {
            let Err(error) = load([(name, value)]) else {
                panic!("{name}={value} was taken");
            };
            assert_eq!(blamed(&error), [*name], "{name}={value}");
            let told = format!("{error} {error:?}");
            assert!(!told.contains("SECRET"), "{told}");
            assert!(error.0[0].problem.len() > 10, "{told}");
        }
    }
}

#[test]
fn every_fault_is_told_at_once() {
    let known = actions::known();
    let bad = |name: &str| BAD.iter().find(|(setting, _)| *setting == name);
    let names: Vec<_> = known
        .settings()
        .iter()
        .map(|setting| setting.name)
        .collect();
    let source = names.iter().fold(Source::fixed([]), |source, name| {
        source.with(name, bad(name).map_or("SECRET", |(_, values)| values[0]))
    });

    let error = Settings::load(&source, &known).unwrap_err();

    assert_eq!(blamed(&error), names);
    let told = error.to_string();
    assert!(
        told.starts_with(&format!("{} settings are wrong", names.len())),
        "{told}"
    );
    assert_eq!(told.lines().count(), names.len() + 1);
}

#[test]
fn one_fault_is_told_in_the_singular() {
    let error = load([("LOG_FORMAT", "yaml")]).unwrap_err();

    assert_eq!(
        error.to_string(),
        "1 setting is wrong; mend the environment, .env or sovani-ops.toml and start again:\n  LOG_FORMAT: expected text or json"
    );
}
