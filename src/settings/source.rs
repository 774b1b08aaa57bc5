//! Where the values come from: the environment first, then the `.env` file.

use std::{collections::HashMap, fmt, fs, io, path::PathBuf};

use super::SETTINGS;

/// In the working directory.
pub const ENV_FILE: &str = ".env";

/// How many letters a key may differ in to be taken for a misspelling.
const MISSPELT_WITHIN: usize = 2;

/// The values found. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default)]
pub struct Source {
    values: HashMap<String, String>,
    /// What the file says, which alone is looked at for misspellings: the environment is full of others' names.
    in_file: HashMap<String, String>,
    file: Option<PathBuf>,
    file_found: bool,
    /// How many lines of the file, none of them a setting's, cannot be read.
    unread: usize,
}

/// A `.env` that cannot be used. A bad line may hold a secret and is not shown.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    #[error("{}: the line of {} cannot be read; write NAME=value on one line, quoted when it holds blanks or #", .0.display(), .1)]
    Line(PathBuf, &'static str),
    #[error("{}: the file is there but cannot be opened", .0.display())]
    Unreadable(PathBuf),
    #[error("{}: the file was there and is gone", .0.display())]
    Gone(PathBuf),
}

impl Source {
    /// The process's environment over the `.env` file of the working directory, if there is one.
    pub fn from_environment() -> Result<Self, BadFile> {
        Self::from_file(PathBuf::from(ENV_FILE))
    }

    pub fn from_file(file: PathBuf) -> Result<Self, BadFile> {
        let mut values = HashMap::new();
        let mut file_found = true;
        let text = match fs::read_to_string(&file) {
            Ok(text) => with_literal_dollars(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                file_found = false;
                String::new()
            }
            Err(_) => return Err(BadFile::Unreadable(file)),
        };
        let (readable, unread): (Vec<_>, Vec<_>) = text.lines().partition(|line| is_readable(line));
        let is_unread = |name: &str| unread.iter().any(|line| key_of(line) == name);
        if let Some(setting) = SETTINGS.iter().find(|setting| is_unread(setting.name)) {
            return Err(BadFile::Line(file, setting.name));
        }
        // As one text, so that a line can refer to an earlier one.
        let lines = dotenvy::from_read_iter(io::Cursor::new(readable.join("\n")));
        values.extend(lines.flatten());
        let in_file = values.clone();
        values.extend(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }));
        Ok(Self {
            values,
            in_file,
            file: Some(file),
            file_found,
            unread: unread.len(),
        })
    }

    /// Fixed values, without a file.
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

    /// Whether there is a file.
    pub fn has_file(&self) -> bool {
        self.file_found
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// What the file says, whatever the environment does.
    pub fn in_file(&self, name: &str) -> Option<&str> {
        self.in_file.get(name).map(String::as_str)
    }

    /// The same source as it stands now. A file that has vanished does not mean that every setting is to be dropped.
    pub fn reread(&self) -> Result<Self, BadFile> {
        let Some(file) = &self.file else {
            return Ok(self.clone());
        };
        let now = Self::from_file(file.clone())?;
        if self.file_found && !now.file_found {
            return Err(BadFile::Gone(file.clone()));
        }
        Ok(now)
    }

    /// How many lines of the file are nothing that this program can read, and none of its settings.
    pub fn unread_lines(&self) -> usize {
        self.unread
    }

    /// Keys of the file that look like a setting's name but are none, each with the name it resembles.
    pub fn misspelt(&self) -> Vec<(&str, &'static str)> {
        let mut found: Vec<_> = self
            .in_file
            .keys()
            .filter(|key| SETTINGS.iter().all(|setting| setting.name != key.as_str()))
            .filter_map(|key| {
                SETTINGS
                    .iter()
                    .map(|setting| (strsim::damerau_levenshtein(key, setting.name), setting.name))
                    .filter(|(distance, _)| *distance <= MISSPELT_WITHIN)
                    .min()
                    .map(|(_, name)| (key.as_str(), name))
            })
            .collect();
        found.sort_unstable();
        found
    }
}

/// The platform's own reader takes a bare `$` for itself, as in a password, and `${NAME}` for another value; dotenvy
/// would take both for another value.
fn with_literal_dollars(text: &str) -> String {
    let line = |line: &str| {
        let strongly_quoted = line
            .split_once('=')
            .is_some_and(|(_, value)| value.trim_start().starts_with('\''));
        if strongly_quoted {
            return line.to_owned();
        }
        let mut literal = String::with_capacity(line.len());
        let mut characters = line.chars().peekable();
        let mut escaped = false;
        while let Some(c) = characters.next() {
            if c == '$' && !escaped && characters.peek() != Some(&'{') {
                literal.push('\\');
            }
            escaped = c == '\\' && !escaped;
            literal.push(c);
        }
        literal
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Whether the line says something on its own, if only nothing.
fn is_readable(line: &str) -> bool {
    dotenvy::from_read_iter(line.as_bytes()).all(|value| value.is_ok())
}

/// What a line that cannot be read would have set.
fn key_of(line: &str) -> &str {
    let key = line.split_once('=').map_or(line, |(key, _)| key).trim();
    key.strip_prefix("export ").unwrap_or(key).trim()
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("file", &self.file)
            .field("in_file", &self.in_file.keys())
            .finish_non_exhaustive()
    }
}
