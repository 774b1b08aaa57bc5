//! Facts to be shown.

use std::time::Duration;

use chrono::NaiveDate;
use serde_json::json;
use sovani_ops::{
    db::{AlertRow, OpsHealth, OutboxDepth, Page, RemediationRow},
    domain::{
        Aftermath, Arg, Check, Compliance, Counted, Extras, Finding, Fingerprint, Incident, Lang,
        Life, Measure, MeasureStatus, Money, Objective, Reach, RemediationReport,
        RemediationStatus, Severity, Spending, Timestamp, Verdict, error_budget,
    },
    views::{Overview, Status, Voice, in_english},
};

const HEALTH: OpsHealth = OpsHealth {
    alerts_last_hour: 3,
    critical_last_24h: 1,
    remediations_last_hour: 2,
    remediation_failures_24h: 0,
};

pub fn moment() -> Timestamp {
    "2025-10-02 09:00:00".parse().unwrap()
}

/// Ten minutes after the moment.
pub fn voice(lang: Lang) -> Voice {
    Voice {
        lang,
        zone: chrono_tz::Europe::Moscow,
        now: moment() + chrono::Duration::minutes(10),
    }
}

fn day(of_october: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, of_october).unwrap()
}

/// A failing check.
pub fn failing(severity: Severity, message: &str) -> Check {
    judged(severity, Verdict::fail("key", message))
}

pub fn passing(message: &str) -> Check {
    judged(Severity::Warning, Verdict::pass(message))
}

pub fn not_measured(message: &str) -> Check {
    judged(Severity::Warning, Verdict::not_measured(message))
}

pub fn judged(severity: Severity, verdict: Verdict) -> Check {
    let source = "check_cash_balance_threshold";
    Check::judged(
        source,
        severity,
        verdict,
        Duration::from_millis(12),
        in_english(moment()),
    )
}

pub fn with_details(mut check: Check, key: &str, text: &str) -> Check {
    check.extras = [
        ("balance".to_owned(), json!(-15_000.0)),
        (key.to_owned(), json!(text)),
        ("balances".to_owned(), json!({"WB": 250_000, key: text})),
        ("days".to_owned(), json!(["2025-10-01", text])),
        ("last_date".to_owned(), json!(null)),
    ]
    .into_iter()
    .collect();
    check.finding = Finding::new(text)
        .arg("balance", Arg::Money(Money::from_roubles(-15_000)))
        .arg(
            "balances",
            Arg::Each(vec![
                ("WB".to_owned(), Arg::Money(Money::from_roubles(250_000))),
                (key.to_owned(), Arg::Text(text.to_owned())),
            ]),
        )
        .text(key, text);
    check
}

pub fn incident(severity: Severity, message: &str) -> Incident {
    let fingerprint = Fingerprint::of("check_db_growth", "size");
    Incident {
        id: 7,
        fingerprint,
        source: "check_db_growth".to_owned(),
        finding: None,
        message: message.to_owned(),
        extras: Extras::new(),
        end_finding: None,
        digest: None,
        life: Life {
            occurrences: 12,
            notifications: 2,
            ..Life::new(severity, 0, moment())
        },
    }
}

pub fn row(severity: &str, source: &str, message: &str, sent_to: Option<&str>) -> AlertRow {
    AlertRow {
        id: 42,
        created_at: Ok(moment()),
        source: source.to_owned(),
        severity: severity.to_owned(),
        message: message.to_owned(),
        fingerprint: "d15c".to_owned(),
        extras_json: None,
        sent_to_chat_ids: sent_to.map(str::to_owned),
        incident_id: sent_to.map(|_| 7),
        finding_json: None,
    }
}

/// A page that is not the first, nor the last.
pub fn page(rows: Vec<AlertRow>) -> Page<AlertRow> {
    Page {
        rows,
        newer: 5,
        older: 13,
    }
}

pub fn status(database: &str) -> Status<'_> {
    Status {
        version: "1.2.3",
        started_at: moment(),
        last_sweep: None,
        outbox: OutboxDepth {
            pending: 0,
            oldest: None,
        },
        database,
        remediation_enabled: true,
        reach: Reach {
            reachable: 2,
            lost: Vec::new(),
        },
        unmeasured: Vec::new(),
        webhook: None,
    }
}

pub fn measure(pass: Option<bool>, actual: Option<f64>, target: f64) -> Measure {
    Measure {
        pass,
        actual,
        target,
        status: match (pass, actual) {
            (None, _) => MeasureStatus::NotMeasured,
            (_, None) => MeasureStatus::NoData,
            (_, Some(_)) => MeasureStatus::Ok,
        },
        spending: None,
    }
}

/// The state of a 30-day budget after these events, with this burn rate in the last days.
pub fn spending(objective: f64, events: f64, bad: f64, rate: Option<f64>) -> Spending {
    let objective = Objective::from_percent(objective);
    let counted = Counted {
        good: events - bad,
        total: events,
    };
    let budget = error_budget(counted, objective);
    Spending {
        objective,
        period_days: 30,
        budget,
        lasts: budget.lasts(rate, chrono::Duration::days(30)),
        burns: Vec::new(),
    }
}

pub fn compliance(ingest: Measure, days_pending: usize) -> Compliance {
    Compliance {
        from: day(1),
        to: day(7),
        days_analyzed: 7 - days_pending,
        days_pending,
        days_forgotten: 0,
        days_before_sales: 0,
        counted_from: None,
        overall_pass: ingest.pass == Some(true),
        ingest,
        scheduler: measure(Some(true), Some(98.5), 98.0),
        api_latency: measure(None, None, 1200.0),
        days: Vec::new(),
    }
}

pub fn report(
    status: RemediationStatus,
    details: &str,
    aftermath: Option<Aftermath>,
) -> RemediationReport {
    RemediationReport {
        source: "check_db_growth".to_owned(),
        action_name: "remediate_vacuum_db".to_owned(),
        status,
        details: details.to_owned(),
        retry_count: u32::from(status == RemediationStatus::Failed) * 3,
        aftermath,
        took: Duration::from_millis(2340),
    }
}

pub fn remediated(status: &str) -> RemediationRow {
    RemediationRow {
        triggered_at: Ok(moment()),
        action_name: "remediate_vacuum_db".to_owned(),
        status: status.to_owned(),
        verified: None,
    }
}

/// Of a program with six checks, all of which measure something.
pub fn overview(open: &[Incident], last_sweep: Option<Timestamp>) -> Overview<'_> {
    Overview {
        health: &HEALTH,
        open,
        last_remediation: None,
        last_sweep,
        unmeasured: &[],
        checks: 6,
    }
}
