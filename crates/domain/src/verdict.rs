//! A detector's verdict: what it has found, and whether that is a failure.

use serde_json::Value;

use super::{Arg, Extras, Finding, Severity, Spending, Target, words};

/// The judgement of a detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub status: Status,
    pub finding: Finding,
    pub extras: Extras,
    /// Identifies the fault within its detector. Contains nothing that changes from check to check.
    pub key: String,
    /// Overrides the detector's default severity.
    pub severity: Option<Severity>,
    /// The faults that were found, where that is not just the one that the verdict tells.
    pub faults: Vec<Fault>,
    /// Keys of faults that continue without being reported by this verdict.
    pub also_standing: Vec<String>,
    /// Keys of faults that are certainly over, for a verdict that does not know about the others.
    pub over: Vec<String>,
    /// The detector could not look, so its other faults are in an unknown state.
    pub blind: bool,
    /// The service level that the detector watches, and its error budget, if that was read.
    pub budget: Option<(Target, Spending)>,
}

/// One of several problems that a detector finds. Each becomes an incident of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub key: String,
    /// Overrides the detector's default severity.
    pub severity: Option<Severity>,
    pub finding: Finding,
    pub extras: Extras,
}

impl Fault {
    pub fn new(key: &str, finding: impl Into<Finding>) -> Self {
        Self {
            key: key.to_owned(),
            severity: None,
            finding: finding.into(),
            extras: Extras::new(),
        }
    }

    #[must_use]
    pub fn severe(self, severity: Option<Severity>) -> Self {
        Self { severity, ..self }
    }
}

/// The builders that a fault and a verdict have in common.
macro_rules! facts {
    ($kind:ident) => {
        impl $kind {
            /// A further fact, for other programs.
            #[must_use]
            pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
                self.extras.insert(name.to_owned(), value.into());
                self
            }

            /// A figure of the finding that is also a fact for other programs.
            #[must_use]
            pub fn figure(mut self, name: &str, arg: impl Into<Option<Arg>>) -> Self {
                put(&mut self.finding, &mut self.extras, name, arg.into());
                self
            }

            /// The same of a name that languages word in their own way, and programs know by this code.
            #[must_use]
            pub fn named(mut self, name: &str, code: &str, arg: Arg) -> Self {
                self.extras.insert(name.to_owned(), code.into());
                self.finding.args.insert(name.to_owned(), arg);
                self
            }
        }
    };
}

facts!(Fault);
facts!(Verdict);

/// A missing figure is `null` for programs.
fn put(finding: &mut Finding, extras: &mut Extras, name: &str, arg: Option<Arg>) {
    let value = arg.as_ref().map_or(Value::Null, Value::from);
    extras.insert(name.to_owned(), value);
    if let Some(arg) = arg {
        finding.args.insert(name.to_owned(), arg);
    }
}

words! {
    /// The result of a check; `not_measured` where nothing feeds it
    pub enum Status {
        Pass = "pass",
        Fail = "fail",
        /// It is neither a pass nor a failure.
        NotMeasured = "not_measured",
    }
}

impl Verdict {
    fn new(status: Status, key: &str, finding: impl Into<Finding>) -> Self {
        Self {
            status,
            finding: finding.into(),
            extras: Extras::new(),
            key: key.to_owned(),
            severity: None,
            faults: Vec::new(),
            also_standing: Vec::new(),
            over: Vec::new(),
            blind: false,
            budget: None,
        }
    }

    pub fn pass(finding: impl Into<Finding>) -> Self {
        Self::new(Status::Pass, "pass", finding)
    }

    pub fn fail(key: &str, finding: impl Into<Finding>) -> Self {
        Self::new(Status::Fail, key, finding)
    }

    /// A failure because the data could not be read.
    pub fn blind(key: &str, finding: impl Into<Finding>) -> Self {
        Self {
            blind: true,
            ..Self::fail(key, finding)
        }
    }

    /// Fails because of these faults, of which there is at least one; the finding sums them up.
    pub fn faults(finding: impl Into<Finding>, faults: Vec<Fault>) -> Self {
        let key = faults.first().map_or("", |fault| fault.key.as_str());
        let verdict = Self::fail(key, finding);
        Self { faults, ..verdict }
    }

    pub fn not_measured(finding: impl Into<Finding>) -> Self {
        Self::new(Status::NotMeasured, "not_measured", finding)
    }

    /// Adds a fault; turns a pass into a failure with this fault alone.
    #[must_use]
    pub fn and(mut self, fault: Fault) -> Self {
        if self.status == Status::Fail {
            if self.faults.is_empty() {
                self.faults.push(Fault {
                    key: self.key.clone(),
                    severity: self.severity,
                    finding: self.finding.clone(),
                    extras: self.extras.clone(),
                });
            }
            self.faults.push(fault);
            return self;
        }
        self.extras.extend(fault.extras);
        // The figures of the pass stay typed.
        let Finding { key, args } = fault.finding;
        self.finding.key = key;
        self.finding.args.extend(args);
        Self {
            status: Status::Fail,
            key: fault.key,
            severity: fault.severity,
            ..self
        }
    }

    /// These faults at least are over.
    #[must_use]
    pub fn over(mut self, keys: &[&str]) -> Self {
        self.over.extend(keys.iter().map(|key| (*key).to_owned()));
        self
    }
}
