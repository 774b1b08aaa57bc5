//! Findings beside those of the detectors' judgements.

use std::time::Duration;

use serde_json::json;
use sovani_ops::{
    domain::{
        Arg, Check, Disturbance, Finding,
        Lang::{En, Ru},
        Severity, Verdict,
    },
    views::{details, finding},
};

use super::{
    findings::{UNWORDED, too_many, unreadable_sales},
    voice,
};
use crate::support::checks::{judged, said};

#[test]
fn a_check_that_could_not_run_says_why() {
    let check = Check::crashed(
        "check_db_growth",
        "no result within 30s",
        Duration::ZERO,
        said,
    );
    assert_eq!(
        check.message,
        "Detector check_db_growth crashed: no result within 30s"
    );
    assert_eq!(
        finding(&voice(Ru), &check.finding, UNWORDED),
        "Проверка check_db_growth не отработала: no result within 30s"
    );
}

#[test]
fn values_that_cannot_be_read_and_too_many_faults_are_told_in_each_language() {
    let in_russian = |verdict: Verdict| finding(&voice(Ru), &verdict.finding, UNWORDED);
    assert_eq!(
        in_russian(unreadable_sales()),
        "Значения, которые не удалось прочитать, не учтены (3): daily_sales.d = \"soon\" (sku_id = NULL), +2"
    );
    assert_eq!(
        in_russian(too_many()),
        "Ещё неисправности этой проверки (980): M20, M21, M22, M23, M24, …"
    );
}

#[test]
fn a_row_without_a_finding_and_one_of_a_later_version_show_their_english_words() {
    let message = "Cash balance -15000.00 RUB below alert threshold";
    for lang in [En, Ru] {
        assert_eq!(finding(&voice(lang), None, message), message);
        let later = Finding::new("finding-of-a-later-version").arg("count", Arg::Count(3));
        assert_eq!(finding(&voice(lang), &later, message), message);
    }
}

#[test]
fn details_that_do_not_fit_a_phone_are_a_list() {
    let verdict = Verdict::fail("key", "down")
        .with("cause", "connection refused by the marketplace's server")
        .with("threshold", 12_000)
        .with("p95_ms", 1500.25)
        .with("retried", true)
        .with("nothing", json!(null))
        .with("parts", json!({"a": 1, "b": [1.5, 2]}));
    let check = judged("check_new", Severity::Error, verdict);
    let lines: Vec<String> = details(&voice(En), &check.finding, &check.extras)
        .into_iter()
        .map(sovani_ops::views::Html::into_markup)
        .collect();
    let expected = [
        "• cause: connection refused by the marketplace's server",
        "• Threshold: 12,000",
        "• p95_ms: 1,500.25 ms",
        "• retried: yes",
        "• parts: a 1, b 1.50, 2",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn trouble_with_the_databases_file_is_told_in_each_language() {
    for disturbance in Disturbance::ALL {
        let found = Finding::new(disturbance.text()).text("file", "/srv/x.db");
        let (english, russian) = (said(&found), finding(&voice(Ru), &found, UNWORDED));
        assert!(english.starts_with("The "), "{english}");
        for told in [&english, &russian] {
            assert!(told.ends_with("/srv/x.db"), "{told}");
        }
        assert!(!russian.contains("The "), "{russian}");
    }
}
