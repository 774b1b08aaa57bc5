//! How each view looks, markup included.

mod remediations;

use std::time::Duration;

use sovani_ops::{
    db::{OutboxDepth, Page},
    domain::{
        Aftermath, DeliveryProblem, DiskSpace, Finding, NO_TABLE, Permit, Plan, Rejection,
        RemediationStatus, Role, Session, Severity, Unmeasured, Verdict, missing_tables,
    },
    views::{
        self, Message, Overview, Voice, help,
        remediation::{self, Terms},
    },
};

use super::{
    samples::{
        compliance, failing, incident, judged, measure, moment, not_measured, overview, page,
        passing, remediated, report, row, spending, status,
    },
    sheet::{in_each_language, sheet},
};

#[test]
fn troubles_of_the_bot_itself() {
    let moved = |html: String| Message {
        html,
        buttons: Vec::new(),
        silent: false,
    };
    in_each_language("troubles", |voice| {
        sheet([
            (
                "lost chat",
                views::lost_chat(voice, -1001, &Rejection::Known(DeliveryProblem::Removed)),
            ),
            ("second poller", views::second_poller(voice)),
            ("test alert", views::test_alert(voice)),
            (
                "lost topic",
                moved(views::lost_thread(voice, "<b>down</b>")),
            ),
            (
                "closed topic",
                moved(views::closed_thread(voice, "<b>down</b>")),
            ),
        ])
    });
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
    let many = vec![open[1].clone(); 8];
    let mut busy = status("postgresql://ops@db/sovani");
    busy.last_sweep = Some(moment());
    busy.outbox = OutboxDepth {
        pending: 4,
        oldest: Some(moment()),
    };
    busy.remediation_enabled = false;
    let unmeasured = Unmeasured::among(&[
        not_measured("finding-latency-unmeasured"),
        judged(
            Severity::Error,
            Verdict::not_measured(Finding::new(NO_TABLE).text("relation", "daily_sales")),
        ),
    ]);
    in_each_language("health", |voice| {
        sheet([
            (
                "healthy",
                views::health(voice, overview(&[], Some(moment()))),
            ),
            (
                "before the first sweep",
                views::health(voice, overview(&[], None)),
            ),
            (
                "with incidents",
                views::health(
                    voice,
                    Overview {
                        last_remediation: Some(&remediated("success")),
                        ..overview(&open, Some(moment()))
                    },
                ),
            ),
            (
                "with more incidents than fit",
                views::health(voice, overview(&many, None)),
            ),
            (
                "nothing configured for one",
                views::health(
                    voice,
                    Overview {
                        unmeasured: &unmeasured[..1],
                        ..overview(&[], Some(moment()))
                    },
                ),
            ),
            (
                "a wrong database",
                views::health(
                    voice,
                    Overview {
                        unmeasured: &unmeasured,
                        ..overview(&[], Some(moment()))
                    },
                ),
            ),
            (
                "missing tables",
                views::missing_tables(
                    voice,
                    "sqlite:sovani.db",
                    &missing_tables(&unmeasured),
                    &["check_ingest_success_rate"],
                ),
            ),
            (
                "status of an idle program",
                views::status(voice, &status("sqlite:////var/lib/sovani.db")),
            ),
            ("status of a busy program", views::status(voice, &busy)),
        ])
    });
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
        20
    ];
    let none = Page::default();
    let newest = Page {
        rows: rows.to_vec(),
        ..Page::default()
    };
    in_each_language("history", |voice| {
        let full = views::alerts(voice, &page(many.clone()), None, 20);
        assert_eq!(
            full.html.matches("#42").count(),
            20,
            "no row may be left out"
        );
        sheet([
            ("the newest", views::alerts(voice, &newest, None, 5)),
            (
                "a page in the middle",
                views::alerts(voice, &page(rows.to_vec()), Some(Severity::Critical), 3),
            ),
            (
                "none of one severity",
                views::alerts(voice, &none, Some(Severity::Info), 5),
            ),
            ("none at all", views::alerts(voice, &none, None, 5)),
        ])
    });
}

#[test]
fn service_levels() {
    let ok = compliance(measure(Some(true), Some(99.5), 99.0), 0);
    let below = compliance(measure(Some(false), Some(83.333), 99.0), 1);
    let no_data = compliance(measure(Some(false), None, 99.0), 2);
    let mut not_due = compliance(measure(None, None, 99.0), 7);
    not_due.scheduler = measure(None, None, 98.0);
    not_due.overall_pass = true;
    let mut young = below.clone();
    young.days_analyzed = 4;
    young.days_before_sales = 2;
    young.counted_from = Some(young.from + chrono::Days::new(2));
    let mut before_sales = not_due.clone();
    before_sales.days_pending = 0;
    before_sales.days_before_sales = 7;
    // 1 % of 400 are 4: 1 used up, and lasting for 0.75 * 30 days / 2.
    let mut with_budgets = ok.clone();
    with_budgets.ingest.spending = Some(spending(99.0, 400.0, 1.0, Some(2.0)));
    with_budgets.scheduler.spending = Some(spending(98.0, 400.0, 1.0, Some(0.0)));
    let mut overspent = below.clone();
    overspent.ingest.spending = Some(spending(99.0, 400.0, 6.0, Some(2.0)));
    overspent.scheduler.spending = Some(spending(100.0, 1234.0, 1.0, None));
    in_each_language("slo", |voice| {
        sheet([
            ("all hold", views::slo(voice, &ok)),
            ("one fails, a day is pending", views::slo(voice, &below)),
            ("no data", views::slo(voice, &no_data)),
            ("nothing due", views::slo(voice, &not_due)),
            ("of a young platform", views::slo(voice, &young)),
            ("before the first sale", views::slo(voice, &before_sales)),
            ("with budgets", views::slo(voice, &with_budgets)),
            ("used up, and none", views::slo(voice, &overspent)),
        ])
    });
}

#[test]
fn checks() {
    let done = [
        passing("Database size 120.0 MB, threshold 5GB"),
        failing(Severity::Error, "No sales data ingested since 2025-10-01"),
        not_measured("finding-latency-unmeasured"),
    ];
    in_each_language("checks", |voice| {
        sheet([
            ("begun", views::running(voice, 6, Duration::ZERO)),
            (
                "under way",
                views::running(voice, 1, Duration::from_millis(8400)),
            ),
            (
                "done",
                views::checks(voice, &done, Duration::from_millis(1260)),
            ),
            (
                "nothing unmeasured",
                views::checks(voice, &done[..1], Duration::from_millis(30)),
            ),
        ])
    });
}

#[test]
fn help_and_refusals() {
    let entries = ["/health", "/alerts [severity] [n]"].map(|usage| help::Entry {
        usage: usage.to_owned(),
        about: "What it does".to_owned(),
    });
    in_each_language("help", |voice| {
        sheet([
            ("welcome", help::welcome(voice, "Anna", Role::Admin)),
            ("help", help::help(voice, &entries)),
            ("whoami", help::whoami(voice, "Anna <3", 7, Role::Viewer)),
            ("stranger", help::stranger(voice, 66)),
            ("usage", help::usage(voice, "/slo [days]", None)),
            (
                "usage and problem",
                help::usage(voice, "/slo [days]", Some("days is from 1 to 90")),
            ),
            ("unknown command", help::unknown_command(voice)),
        ])
    });
}
