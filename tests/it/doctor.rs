//! The doctor's judgements.

use std::path::Path;

use chrono::Duration;
use sovani_ops::{
    detectors::{DETECTORS, Registry},
    doctor::{CHECKS, Finding, Report, Status, judge_clock, judge_disk, judge_file, reads},
    domain::{DiskSpace, Timestamp},
};

const MB: u64 = 1024 * 1024;

#[test]
fn names_of_checks_are_those_that_other_programs_know() {
    let names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
    for known in [
        "settings", "files", "database", "schema", "disk", "telegram", "webhook", "poller",
        "chats", "admins", "manager", "clock", "latency", "jobs", "http", "deadman", "audit",
    ] {
        assert_eq!(
            names.iter().filter(|name| **name == known).count(),
            1,
            "{known}"
        );
    }
}

#[test]
fn a_file_is_judged_by_who_else_can_read_or_change_it() {
    let cases = [
        (0o100_600, true, Status::Ok),
        (0o100_640, true, Status::Ok),
        (0o100_644, true, Status::Error),
        (0o100_620, true, Status::Error),
        (0o100_602, true, Status::Error),
        (0o100_644, false, Status::Ok),
        (0o100_664, false, Status::Error),
        (0o100_646, false, Status::Error),
    ];
    for (mode, secret, status) in cases {
        let finding = judge_file(Path::new(".env"), mode, secret);
        assert_eq!(finding.status, status, "{mode:o} {secret}");
        let mended = finding
            .advice
            .is_some_and(|advice| advice.starts_with("chmod"));
        assert_eq!(mended, status != Status::Ok);
    }
}

#[test]
fn a_clock_is_judged_by_how_far_it_is_off_whichever_way() {
    let here: Timestamp = "2025-10-01 12:00:00".parse().unwrap();
    for (off, status) in [
        (0, Status::Ok),
        (5, Status::Ok),
        (6, Status::Warning),
        (30, Status::Warning),
        (31, Status::Error),
        (86_400, Status::Error),
    ] {
        for (sign, how) in [(1, "behind"), (-1, "ahead of")] {
            let finding = judge_clock("Telegram", here, here + Duration::seconds(sign * off));
            assert_eq!(finding.status, status, "{off}");
            if status != Status::Ok {
                let said = format!("this machine's clock is {off}s {how} Telegram");
                assert_eq!(finding.message, said);
            }
        }
    }
}

#[test]
fn a_disk_is_judged_by_what_a_rewrite_of_the_database_needs() {
    let cases = [
        (Some(199 * MB), 0, Status::Error),
        (Some(200 * MB), 0, Status::Ok),
        (Some(5000 * MB), 10 * MB, Status::Ok),
        (Some(500 * MB), 5000 * MB, Status::Warning),
        (None, 10 * MB, Status::NotChecked),
    ];
    for (free, needed, status) in cases {
        let finding = judge_disk(&DiskSpace {
            path: "/var/lib".into(),
            needed,
            free,
        });
        assert_eq!(finding.status, status, "{free:?} {needed}");
        assert!(finding.message.contains("/var/lib"), "{finding:?}");
    }
}

#[test]
fn what_every_detector_needs_is_looked_at_once() {
    let registry = Registry::built_in();
    let all = reads(&registry);
    for detector in DETECTORS {
        for object in detector.reads.iter().chain(detector.also_reads) {
            let of_object = all.iter().filter(|reads| reads.object == object.name);
            let blind: Vec<_> = of_object.map(|reads| &reads.detectors).collect();
            assert_eq!(blind.len(), 1, "{}", object.name);
            assert!(blind[0].contains(&detector.name), "{}", object.name);
        }
    }
}

#[test]
fn a_report_counts_and_commands_no_terminal() {
    let report = Report {
        findings: vec![
            ("settings", Finding::ok("fine")),
            (
                "chats",
                Finding::error("\u{1b}[31m\u{202e}Ops\n", "do\tthis"),
            ),
            ("clock", Finding::not_checked("why", "look")),
        ],
    };

    let text = report.text();

    assert_eq!(
        text,
        "ok           settings  fine\n\
         error        chats      [31mOps \n                       → do this\n\
         not checked  clock     why\n                       → look\n\
         \n1 ok, 0 warning, 1 error, 1 not checked\n"
    );
    let json = report.json();
    assert_eq!(json["findings"][0]["advice"], serde_json::Value::Null);
    assert_eq!(json["findings"][1]["message"], " [31mOps ");
    assert_eq!(json["findings"][2]["status"], "not_checked");
    assert_eq!(json["summary"]["error"], 1);
}
