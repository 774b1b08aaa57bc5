//! How each view looks, markup included.

use std::time::Duration;

use insta::assert_snapshot;
use sovani_ops::{
    db::OutboxDepth,
    detectors::DETECTORS,
    domain::{Actor, Aftermath, Reason, RemediationStatus, Role, Severity},
    views::{self, Message, buttons, help, remediation, runbook},
};

use super::{
    fault,
    samples::{
        HEALTH, ZONE, closed, compliance, failing, incident, measure, moment, not_measured,
        passing, remediated, report, row, status, with_details,
    },
};

/// The messages one below the other, each under its name.
fn sheet<const N: usize>(messages: [(&str, Message); N]) -> String {
    let shown = messages.map(|(name, message)| {
        assert_eq!(fault(&message), None, "{name}");
        let sound = if message.silent { ", silent" } else { "" };
        let buttons: String = message
            .buttons
            .iter()
            .map(|row| {
                let row: Vec<_> = row
                    .iter()
                    .map(|button| format!("[{} = {}]", button.text, button.data))
                    .collect();
                format!("\n{}", row.join(" "))
            })
            .collect();
        format!("--- {name}{sound}\n{}{buttons}\n", message.html)
    });
    shown.join("\n")
}

#[test]
fn alerts_that_are_pushed() {
    let cash = failing(
        Severity::Critical,
        "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)",
    );
    let cash = with_details(cash, "marketplace", "OZON & Co <b>");
    let warning = failing(
        Severity::Warning,
        "12 commission outliers detected in last 7 days",
    );
    let from = Severity::Warning;
    assert_snapshot!(sheet([
        ("opened", views::alert(&cash, Reason::Opened, Some(1), true)),
        (
            "worsened",
            views::alert(&cash, Reason::Worsened { from }, Some(3), true)
        ),
        (
            "reminder",
            views::alert(&cash, Reason::Reminder { number: 2 }, Some(24), true)
        ),
        (
            "a warning without details",
            views::alert(&warning, Reason::Opened, Some(1), false)
        ),
        (
            "resolved",
            views::resolved(&closed(
                "Cash balance -15000.00 RUB below alert threshold -10000.00 (OZON)"
            ))
        ),
        ("escalation", views::escalation(&cash, Actor::Scheduler)),
        (
            "escalation by hand",
            views::escalation(&cash, Actor::User(7))
        ),
        (
            "lost chat",
            views::lost_chat(-1001, "the bot was removed from the chat")
        ),
        ("second poller", views::second_poller()),
    ]));
}

#[test]
fn health_and_status() {
    let open = [
        incident(
            Severity::Critical,
            "Cash balance -15000.00 RUB below alert threshold",
        ),
        incident(
            Severity::Warning,
            "12 commission outliers detected in last 7 days",
        ),
    ];
    let mut busy = status("postgresql://ops@db/sovani");
    busy.last_sweep = Some(moment());
    busy.outbox = OutboxDepth {
        pending: 4,
        oldest: Some(moment()),
    };
    busy.remediation_enabled = false;
    assert_snapshot!(sheet([
        (
            "healthy",
            views::health(&HEALTH, &[], None, Some(moment()), ZONE)
        ),
        (
            "before the first sweep",
            views::health(&HEALTH, &[], None, None, ZONE)
        ),
        (
            "with incidents",
            views::health(
                &HEALTH,
                &open,
                Some(&remediated("success")),
                Some(moment()),
                ZONE
            )
        ),
        (
            "status of an idle program",
            views::status(&status("sqlite:////var/lib/sovani.db"))
        ),
        ("status of a busy program", views::status(&busy)),
    ]));
}

#[test]
fn the_history_of_alerts() {
    let rows = [
        row(
            "critical",
            "check_cash_balance_threshold",
            "Cash balance -15000.00 RUB",
            Some("-1001"),
        ),
        row("warning", "unknown", "12 commission outliers", None),
        row("of another writer", "", "No sales data", Some("")),
    ];
    let many = vec![
        row(
            "error",
            "check_ingest_success_rate",
            &"No sales data. ".repeat(40),
            Some("-1001")
        );
        50
    ];
    let last_lines = |message: Message| {
        let lines: Vec<_> = message.html.lines().rev().take(3).collect();
        Message {
            html: lines.into_iter().rev().collect::<Vec<_>>().join("\n"),
            ..message
        }
    };
    let more = "ask for fewer: /alerts 5";
    assert_snapshot!(sheet([
        ("of any severity", views::alerts(&rows, None, ZONE, more)),
        (
            "none of one severity",
            views::alerts(&[], Some(Severity::Info), ZONE, more)
        ),
        ("none at all", views::alerts(&[], None, ZONE, more)),
        (
            "the end of too many",
            last_lines(views::alerts(&many, Some(Severity::Error), ZONE, more))
        ),
    ]));
}

#[test]
fn service_levels() {
    let ok = compliance(measure(Some(true), Some(99.5), 99.0), 0);
    let below = compliance(measure(Some(false), Some(83.333), 99.0), 1);
    let no_data = compliance(measure(Some(false), None, 99.0), 2);
    assert_snapshot!(sheet([
        ("all hold", views::slo(&ok)),
        ("one fails, a day is pending", views::slo(&below)),
        ("no data", views::slo(&no_data)),
    ]));
}

#[test]
fn checks() {
    let done = [
        passing("Database size 120.0 MB, threshold 5GB"),
        failing(Severity::Error, "No sales data ingested since 2025-10-01"),
        not_measured("API p95 latency is not measured: no source is connected"),
    ];
    assert_snapshot!(sheet([
        ("begun", views::running(6, Duration::ZERO)),
        ("under way", views::running(1, Duration::from_millis(8400))),
        ("done", views::checks(&done, Duration::from_millis(1260))),
        (
            "nothing unmeasured",
            views::checks(&done[..1], Duration::from_millis(30))
        ),
    ]));
}

#[test]
fn remediations() {
    let (source, action) = ("check_db_growth", "remediate_vacuum_db");
    let fixed = report(
        RemediationStatus::Success,
        "Database vacuumed",
        Some(Aftermath::Fixed),
    );
    let in_vain = report(
        RemediationStatus::Success,
        "Database vacuumed",
        Some(Aftermath::StillFailing),
    );
    let failed = report(
        RemediationStatus::Failed,
        "systemctl failed: <no unit>",
        None,
    );
    assert_snapshot!(sheet([
        ("choices", remediation::choices(&[(source, action)])),
        (
            "proposal",
            remediation::proposal(7, source, action, "Runs VACUUM.", 5)
        ),
        ("running", remediation::running(source, action, "Anna")),
        ("cancelled", remediation::cancelled(source, action, "Anna")),
        ("expired", remediation::expired(source, action)),
        (
            "refused",
            remediation::refused(source, action, "remediate_vacuum_db is already running")
        ),
        ("fixed", remediation::outcome(&fixed)),
        ("in vain", remediation::outcome(&in_vain)),
        ("failed", remediation::outcome(&failed)),
    ]));
}

#[test]
fn help_and_refusals() {
    let entries = ["/health", "/alerts [severity] [n]"].map(|usage| help::Entry {
        usage: usage.to_owned(),
        about: "What it does",
    });
    assert_snapshot!(sheet([
        ("welcome", help::welcome("Anna", Role::Admin)),
        ("help", help::help(&entries)),
        ("whoami", help::whoami("Anna <3", 7, Role::Viewer)),
        ("stranger", help::stranger(66)),
        ("usage", help::usage("/slo [days]", None)),
        (
            "usage and problem",
            help::usage("/slo [days]", Some("days is from 1 to 90"))
        ),
        ("unknown command", help::unknown_command()),
    ]));
}

#[test]
fn the_list_of_runbooks() {
    let buttons = DETECTORS
        .iter()
        .map(|detector| buttons::runbook(detector.name, detector.name))
        .collect();
    assert_snapshot!(sheet([("list", runbook::list(buttons))]));
}

#[test]
fn each_runbook_is_taken_whole() {
    for detector in DETECTORS {
        let message = runbook::runbook(detector.runbook);
        assert_eq!(fault(&message), None, "{}", detector.name);
        assert!(
            !message.html.contains("the file in runbooks/"),
            "{}",
            detector.name
        );
    }
}

#[test]
fn a_runbook_keeps_its_headings_lists_and_code() {
    let growth = DETECTORS
        .iter()
        .find(|detector| detector.name == "check_db_growth")
        .unwrap();
    assert_snapshot!(sheet([("runbook", runbook::runbook(growth.runbook))]));
}
