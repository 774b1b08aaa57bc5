//! The source of the values: the environment first, then the `.env` file.

use std::{
    collections::HashMap,
    env, fmt,
    path::{Path, PathBuf},
};

use super::{
    KnownNames, dotenv,
    dotenv::{Statement, Values},
    exposure::Exposure,
};
use crate::small_file::{self, SmallFileError};

/// In the working directory.
pub const ENV_FILE: &str = ".env";

/// The number of letters in which a misspelt key may differ.
const MISSPELT_WITHIN: usize = 2;
/// Limit for the unreadable lines that an error lists.
const LINES_SHOWN: usize = 10;
/// More than anybody writes by hand.
const FILE_BYTES: u64 = 256 * 1024;

/// The values found. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default)]
pub struct Source {
    values: HashMap<String, String>,
    /// The values of the file. Only these are checked for misspelt names, because the environment is full of other
    /// programs' variables.
    in_file: HashMap<String, String>,
    file: Option<PathBuf>,
    names: Names,
    file_found: bool,
    exposure: Option<Exposure>,
    /// Values that may not mean what was intended.
    warnings: Vec<String>,
}

/// The names of all settings.
#[derive(Clone, Default)]
struct Names(Vec<&'static str>);

impl Names {
    fn find(&self, name: &str) -> Option<&'static str> {
        self.0.iter().copied().find(|setting| *setting == name)
    }
}

/// An unusable file. Bad lines may contain secrets and are not shown.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    #[error("{}: line {}, of {}, cannot be read; write NAME=value, with quotes around the whole value when it holds blanks, # or quotes", .0.display(), .1, .2)]
    Line(PathBuf, usize, &'static str),
    #[error("{}: the value of line {} comes to more than this program reads; shorten what it refers to", .0.display(), .1)]
    TooLong(PathBuf, usize),
    #[error("{}: the file is there and cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, SmallFileError),
    #[error("{}: the file was there and is gone", .0.display())]
    Gone(PathBuf),
    #[error("{0} in the environment is not in UTF-8; set it again in UTF-8")]
    Environment(&'static str),
}

impl Source {
    /// The process's environment over the `.env` file of the working directory, if there is one.
    pub fn from_environment(known: &KnownNames) -> Result<Self, BadFile> {
        Self::from_file(PathBuf::from(ENV_FILE), known)
    }

    pub fn from_file(file: PathBuf, known: &KnownNames) -> Result<Self, BadFile> {
        Self::read(file, Names(known.setting_names()))
    }

    fn read(file: PathBuf, names: Names) -> Result<Self, BadFile> {
        let environment = environment(&names)?;
        let (file_found, exposure, text) = match small_file::read(&file, FILE_BYTES) {
            Ok(small) => (true, Exposure::of(&file, small.mode, true), small.text()),
            Err(error) if error.is_absent() => (false, None, Ok(String::new())),
            Err(error) => return Err(BadFile::Unreadable(file, error)),
        };
        let text = match text {
            Ok(text) => text,
            Err(encoding) => return Err(BadFile::Unreadable(file, encoding.into())),
        };
        let statements = dotenv::statements(&text);
        if let Some((line, name)) = unset(&text, &statements, &names) {
            return Err(BadFile::Line(file, line, name));
        }
        let read = dotenv::values(&statements, &|name| environment.get(name).cloned());
        if let Some(line) = read.too_long {
            return Err(BadFile::TooLong(file, line));
        }
        let warnings = warnings(&statements, &read, &environment, &names);
        let mut values = read.by_name.clone();
        let set = environment.into_iter();
        values.extend(set.map(|(name, value)| (name, without_quotes(value))));
        Ok(Self {
            values,
            in_file: read.by_name,
            file: Some(file),
            names,
            file_found,
            exposure,
            warnings,
        })
    }

    /// Fixed values without a file.
    pub fn fixed<const N: usize>(values: [(&str, &str); N]) -> Self {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self {
            values,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Tells if there is a file.
    pub fn has_file(&self) -> bool {
        self.file_found
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// The values of the file, even where the environment overrides them.
    pub fn in_file(&self) -> &HashMap<String, String> {
        &self.in_file
    }

    /// Reads the source again. A file that has vanished is an error, not a reset of every setting.
    pub fn reread(&self) -> Result<Self, BadFile> {
        let Some(file) = &self.file else {
            return Ok(self.clone());
        };
        let now = Self::read(file.clone(), self.names.clone())?;
        if self.file_found && !now.file_found {
            return Err(BadFile::Gone(file.clone()));
        }
        Ok(now)
    }

    /// Warnings about values that may not mean what was intended; without the values.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Other accounts' access to the file.
    pub fn exposure(&self) -> Option<&Exposure> {
        self.exposure.as_ref()
    }

    /// Keys of the file that resemble a setting's name without being one.
    pub fn misspelt(&self) -> Vec<(&str, &'static str)> {
        let mut found: Vec<_> = self
            .in_file
            .keys()
            .filter(|key| self.names.find(key).is_none())
            .filter_map(|key| {
                let names = self.names.0.iter();
                names
                    .map(|name| (strsim::damerau_levenshtein(key, name), *name))
                    .filter(|(distance, _)| *distance <= MISSPELT_WITHIN)
                    .min()
                    .map(|(_, name)| (key.as_str(), name))
            })
            .collect();
        found.sort_unstable();
        found
    }
}

/// The text of the file as it is.
pub(super) fn read_text(file: &Path) -> Result<String, SmallFileError> {
    Ok(small_file::read(file, FILE_BYTES)?.text()?)
}

/// The process's environment. Variables that are not UTF-8 are ignored.
fn environment(names: &Names) -> Result<HashMap<String, String>, BadFile> {
    let mut environment = HashMap::new();
    for (name, value) in env::vars_os() {
        let Ok(name) = name.into_string() else {
            continue;
        };
        match (value.into_string(), names.find(&name)) {
            (Ok(value), _) => {
                environment.insert(name, value);
            }
            (Err(_), Some(setting)) => return Err(BadFile::Environment(setting)),
            (Err(_), None) => {}
        }
    }
    Ok(environment)
}

/// The first unreadable statement that names a setting.
fn unset(text: &str, statements: &[Statement], names: &Names) -> Option<(usize, &'static str)> {
    statements
        .iter()
        .filter(|statement| !statement.readable || statement.value.is_none())
        .find_map(|statement| {
            // An open quote may have swallowed further lines.
            let lines = text[statement.range.clone()].lines().zip(statement.line..);
            lines
                .take(if statement.readable { 1 } else { usize::MAX })
                .find_map(|(line, number)| {
                    let key = dotenv::statements(line).into_iter().next()?.key?;
                    // `TELEGRAM_TOKEN:123` is a name without a value.
                    Some((number, names.find(key.split(':').next()?)?))
                })
        })
}

/// `docker run --env-file` keeps the quotes that every other reader removes.
fn without_quotes(value: String) -> String {
    dotenv::unquoted(value.trim()).unwrap_or(value)
}

fn warnings(
    statements: &[Statement],
    read: &Values,
    environment: &HashMap<String, String>,
    names: &Names,
) -> Vec<String> {
    let mut warnings = Vec::new();
    let unread = statements.iter().filter(|statement| !statement.readable);
    let unread: Vec<_> = unread.map(|statement| statement.line.to_string()).collect();
    if !unread.is_empty() {
        let shown = &unread[..unread.len().min(LINES_SHOWN)];
        let more = if shown.len() < unread.len() {
            " and more"
        } else {
            ""
        };
        warnings.push(format!(
            "what begins in line {}{more} of .env cannot be read and is skipped; write NAME=value, with quotes around the \
             whole value when it holds blanks, # or quotes",
            shown.join(", ")
        ));
    }
    for (name, line) in &read.unresolved {
        if let Some(name) = names.find(name)
            && !environment.contains_key(name)
        {
            warnings.push(format!(
                "{name} in line {line} of .env refers with ${{…}} to what is set nowhere, which counts as empty"
            ));
        }
    }
    let quoted = names.0.iter().copied().filter(|name| {
        let set = environment.get(*name);
        set.is_some_and(|value| dotenv::unquoted(value.trim()).is_some())
    });
    let quoted: Vec<_> = quoted.collect();
    if !quoted.is_empty() {
        warnings.push(format!(
            "the quotes around {} in the environment are taken off; docker run --env-file keeps them: write the value without",
            quoted.join(", ")
        ));
    }
    warnings
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("file", &self.file)
            .field("in_file", &self.in_file.keys())
            .finish_non_exhaustive()
    }
}
