//! Prints the findings, for people and for programs.

use serde_json::{Value, json};

use super::{Finding, Status};
use crate::domain::one_line;

pub struct Report {
    /// Each with its check's name, in the order of the table.
    pub findings: Vec<(&'static str, Finding)>,
}

impl Report {
    pub fn count(&self, status: Status) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|(_, finding)| finding.status == status)
            .count()
    }

    pub fn text(&self) -> String {
        let widest = self.findings.iter().map(|(check, _)| check.len()).max();
        let width = widest.unwrap_or_default();
        let mut text = String::new();
        for (check, finding) in &self.findings {
            let message = one_line(&finding.message);
            text += &format!("{:11}  {check:width$}  {message}\n", finding.status.label());
            if let Some(advice) = &finding.advice {
                text += &format!("{:11}  {:width$}  → {}\n", "", "", one_line(advice));
            }
        }
        let counts = Status::ALL.map(|status| format!("{} {}", self.count(status), status.label()));
        text + "\n" + &counts.join(", ") + "\n"
    }

    pub fn json(&self) -> Value {
        let findings = self.findings.iter().map(|(check, finding)| {
            json!({
                "check": check,
                "status": finding.status,
                "message": one_line(&finding.message),
                "advice": finding.advice.as_deref().map(one_line),
            })
        });
        json!({
            "findings": findings.collect::<Vec<_>>(),
            "summary": {
                "ok": self.count(Status::Ok),
                "warning": self.count(Status::Warning),
                "error": self.count(Status::Error),
                "not_checked": self.count(Status::NotChecked),
            },
        })
    }
}
