//! The registry accepts entries by rules for their names, and labels them for the metrics.

use sovani_ops::{detectors::DETECTORS, doctor::reads};

use super::*;

fn refusal(entries: impl IntoIterator<Item = Entry>) -> InvalidEntry {
    Registry::with(entries).unwrap_err()
}

#[test]
fn a_name_fits_into_commands_and_buttons_and_is_no_other_scope_of_a_silence() {
    let long = "a".repeat(41);
    let fingerprint = "a".repeat(32);
    for name in [
        "",
        "all",
        "database",
        "Check",
        "check-prices",
        "check prices",
        "1_check",
        "_check",
        "проверка",
        &long,
        &fingerprint,
    ] {
        assert_eq!(
            refusal([configured(name)]),
            InvalidEntry::Name(name.to_owned())
        );
        assert_eq!(refusal([pushed(name)]), InvalidEntry::Name(name.to_owned()));
    }
    Registry::with([configured(&long[1..])]).unwrap();
}

#[test]
fn each_name_is_taken_once() {
    for detector in DETECTORS {
        let twice = InvalidEntry::Twice(detector.name.to_owned());
        assert_eq!(refusal([configured(detector.name)]), twice);
    }
    let twice = InvalidEntry::Twice(PRICES.to_owned());
    assert_eq!(refusal([configured(PRICES), pushed(PRICES)]), twice);
}

#[test]
fn labels_are_few_however_many_are_defined() {
    let many = (0..1000).map(|number| configured(&format!("check_{number}")));
    let registry = Registry::with(many.chain([pushed(PUSHED)])).unwrap();

    assert_eq!(registry.labels().len(), DETECTORS.len() + 2);
    for (source, label) in [
        ("check_7", "configured"),
        (PUSHED, "pushed"),
        ("check_db_growth", "check_db_growth"),
        ("database", "database"),
        ("check_of_another_version", "unknown"),
    ] {
        assert_eq!(registry.label(source), label);
    }
}

#[test]
fn the_doctor_looks_at_what_a_configured_one_reads() {
    let reading = Configured {
        name: PRICES.to_owned(),
        severity: Severity::Error,
        reads: vec!["prices".to_owned(), "sku".to_owned()],
        runbook: None,
        query: None,
        probe: Box::new(Table("wrong_prices".to_owned())),
    };
    let registry = Registry::with([Entry::Configured(Arc::new(reading))]).unwrap();

    let all = reads(&registry);

    let of = |object: &str| {
        let mut found = all.iter().filter(|reads| reads.object == object);
        found.next().unwrap().detectors.clone()
    };
    assert_eq!(of("prices"), [PRICES]);
    assert!(of("sku").len() > 1 && of("sku").contains(&PRICES));
}
