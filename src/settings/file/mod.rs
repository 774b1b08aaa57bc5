//! `sovani-ops.toml`: settings that do not fit into a line of `.env`. All errors are reported, by table, entry and
//! field.

mod actions;
mod checks;
mod fields;
mod jobs;
mod lines;

use std::{path::Path, sync::Arc};

use chrono_tz::Tz;

pub use self::actions::{ActionEntry, CommandCall, CustomAction, CustomKind, HttpCall};
use self::{
    fields::{Entry, Fields},
    lines::Lines,
};
use super::{Exposure, InvalidSetting, KnownNames, SETTINGS, Settings, Source};
use crate::{
    domain::{ExpectedJob, sql_check::SqlCheck},
    small_file,
};

pub const OPS_CONFIG: &str = "OPS_CONFIG";
/// More than anybody writes by hand.
const BYTES_MAX: u64 = 256 * 1024;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpsFile {
    pub jobs: Vec<ExpectedJob>,
    pub actions: Vec<ActionEntry>,
    pub checks: Vec<Arc<SqlCheck>>,
    /// Other accounts' access to the file.
    pub exposure: Option<Exposure>,
}

impl Settings {
    /// Reads the file's tables. The file at the default path is optional. Returns the errors.
    pub(super) fn read_file(&mut self, source: &Source, known: &KnownNames) -> Vec<InvalidSetting> {
        let mut defaults = SETTINGS
            .iter()
            .map(|setting| (setting.name, setting.default));
        let by_default = defaults
            .any(|(name, default)| name == OPS_CONFIG && self.ops_config == Path::new(default));
        let problems = match read(&self.ops_config, self.timezone, source, known) {
            Ok(None) if !by_default => vec!["there is no such file".to_owned()],
            Ok(file) => {
                self.ops_file = file;
                Vec::new()
            }
            Err(problems) => problems,
        };
        let fault = |problem| InvalidSetting {
            name: OPS_CONFIG,
            problem,
        };
        problems.into_iter().map(fault).collect()
    }

    /// The jobs that are expected to run.
    pub fn jobs(&self) -> &[ExpectedJob] {
        self.ops_file.as_ref().map_or(&[], |file| &file.jobs)
    }

    /// The checks that the file defines.
    pub fn sql_checks(&self) -> &[Arc<SqlCheck>] {
        self.ops_file.as_ref().map_or(&[], |file| &file.checks)
    }

    /// The file's entries about actions.
    pub fn actions(&self) -> &[ActionEntry] {
        self.ops_file.as_ref().map_or(&[], |file| &file.actions)
    }
}

/// The names to which the file's entries refer.
#[derive(Clone, Copy)]
struct Surroundings<'a> {
    /// In which the runbooks are looked for.
    folder: &'a Path,
    /// The default for jobs.
    zone: Tz,
    /// Resolves references to variables.
    source: &'a Source,
    known: &'a KnownNames,
}

/// `None` without a file.
fn read(
    path: &Path,
    zone: Tz,
    source: &Source,
    known: &KnownNames,
) -> Result<Option<OpsFile>, Vec<String>> {
    let small = match small_file::read(path, BYTES_MAX) {
        Ok(small) => small,
        Err(error) if error.is_absent() => return Ok(None),
        Err(error) => return Err(vec![format!("the file cannot be read: {error}")]),
    };
    let mode = small.mode;
    let text = small
        .text()
        .map_err(|error| vec![format!("the file cannot be read: {error}")])?;
    let around = Surroundings {
        folder: path.parent().unwrap_or(Path::new("")),
        zone,
        source,
        known,
    };
    let mut file = parse(&text, around)?;
    file.exposure = Exposure::of(path, mode, file.has_secrets());
    Ok(Some(file))
}

impl OpsFile {
    /// Tells if the file contains a secret that belongs into `.env`.
    fn has_secrets(&self) -> bool {
        let custom = self
            .actions
            .iter()
            .filter_map(|action| action.custom.as_ref());
        custom
            .filter_map(|action| match &action.kind {
                CustomKind::Http(call) => Some(call),
                _ => None,
            })
            .any(HttpCall::has_written_secret)
    }
}

fn parse(text: &str, around: Surroundings<'_>) -> Result<OpsFile, Vec<String>> {
    let table = text.parse().map_err(|error| vec![no_toml(text, &error)])?;
    let lines = Lines::of(text);
    let mut fields = Fields::new(String::new(), Entry { table, lines });
    let jobs = fields.entries("job");
    let actions = fields.entries("action");
    let checks = fields.entries("check");
    let mut faults = fields.unknown();
    // An action may be for the checks of the same file, and a check for its actions.
    let mut known = around.known.clone();
    for name in checks::names(&checks) {
        if !known.detectors.contains(&name) {
            known.detectors.push(name);
        }
    }
    let jobs = jobs::parse(jobs, around.zone, &mut faults);
    let action_names = actions::names(&actions);
    let actions = actions::parse(actions, around.source, &known, &mut faults);
    let file = OpsFile {
        jobs,
        actions,
        checks: checks::parse(checks, &action_names, around, &mut faults),
        exposure: None,
    };
    if faults.is_empty() {
        Ok(file)
    } else {
        Err(faults)
    }
}

/// The position of a syntax error; the content is not repeated.
fn no_toml(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.unwrap_or_default().matches('\n').count() + 1;
    format!("line {line} is not TOML; see sovani-ops.example.toml")
}
