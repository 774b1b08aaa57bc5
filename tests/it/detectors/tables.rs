use std::collections::HashSet;

use sovani_ops::{
    actions::{self, ACTIONS},
    detectors::{DETECTORS, Registry},
    domain::Severity,
    settings::{Settings, Source},
};

use crate::support::checks::detector_names;

#[test]
fn each_detector_has_a_name_of_its_own_a_runbook_and_a_severity_worth_an_alert() {
    let names: HashSet<_> = detector_names().into_iter().collect();
    assert_eq!(names.len(), DETECTORS.len());
    for detector in DETECTORS {
        assert!(detector.name.starts_with("check_"), "{}", detector.name);
        assert!(detector.severity > Severity::Info, "{}", detector.name);
        assert!(
            detector.runbook.contains("## Resolution"),
            "{}",
            detector.name
        );
    }
}

#[test]
fn the_severities_are_those_that_operators_know() {
    let registry = Registry::built_in();
    for (name, severity) in [
        ("check_api_latency_p95", Severity::Warning),
        ("check_ingest_success_rate", Severity::Error),
        ("check_scheduler_on_time", Severity::Warning),
        ("check_cash_balance_threshold", Severity::Critical),
        ("check_commission_outliers", Severity::Warning),
        ("check_db_growth", Severity::Warning),
    ] {
        assert_eq!(registry.find(name).unwrap().severity(), severity, "{name}");
    }
}

#[test]
fn each_action_remedies_a_detector_that_exists_and_no_detector_has_two_on_sqlite() {
    let mut remedied = HashSet::new();
    for action in ACTIONS {
        assert!(action.name.starts_with("remediate_"));
        for source in action.mapped_to {
            assert!(
                Registry::built_in().find(source).is_ok(),
                "{}: {source}",
                action.name
            );
            assert!(
                action.postgres_only || remedied.insert(*source),
                "{source} has two actions"
            );
        }
    }
}

#[test]
fn the_mapping_is_the_documented_one() {
    let settings = Settings::load(&Source::fixed([]), &actions::known()).unwrap();
    let mapped = |detector| {
        actions::remedies(&settings, detector)
            .first()
            .map(|remedy| remedy.name().to_owned())
    };
    assert_eq!(
        mapped("check_api_latency_p95"),
        Some("remediate_clear_cache".to_owned())
    );
    assert_eq!(
        mapped("check_scheduler_on_time"),
        Some("remediate_restart_scheduler".to_owned())
    );
    assert_eq!(
        mapped("check_cash_balance_threshold"),
        Some("remediate_notify_admin".to_owned())
    );
    assert_eq!(
        mapped("check_db_growth"),
        Some("remediate_vacuum_db".to_owned())
    );
    assert_eq!(mapped("check_ingest_success_rate"), None);
    assert_eq!(mapped("check_commission_outliers"), None);
}

#[test]
fn an_unknown_detector_is_answered_with_those_there_are() {
    let registry = Registry::built_in();
    let Err(error) = registry.find("check_everything") else {
        panic!("found");
    };
    let told = error.to_string();
    assert!(told.contains("\"check_everything\""), "{told}");
    for name in detector_names() {
        assert!(told.contains(name), "{told}");
    }
}
