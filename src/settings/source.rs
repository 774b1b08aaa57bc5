//! Where the values come from: the environment first, then the `.env` file.

use std::{collections::HashMap, fmt, path::PathBuf};

use super::SETTINGS;

/// How many letters a key may differ in to be taken for a misspelling.
const MISSPELT_WITHIN: usize = 2;

/// The values found. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default)]
pub struct Source {
    values: HashMap<String, String>,
    /// Keys of the file, which alone are looked at for misspellings: the environment is full of others' names.
    file_keys: Vec<String>,
    file: Option<PathBuf>,
    file_found: bool,
}

/// A `.env` that cannot be used. A bad line may hold a secret and is not shown.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    #[error("{}: a line cannot be read; every line is NAME=value, quoted when it holds blanks or #", .0.display())]
    Line(PathBuf),
    #[error("{}: the file is there but cannot be opened", .0.display())]
    Unreadable(PathBuf),
    #[error("{}: the file was there and is gone", .0.display())]
    Gone(PathBuf),
}

impl Source {
    /// The process's environment over the `.env` file of the working directory, if there is one.
    pub fn from_environment() -> Result<Self, BadFile> {
        Self::from_file(PathBuf::from(".env"))
    }

    pub fn from_file(file: PathBuf) -> Result<Self, BadFile> {
        let mut values = HashMap::new();
        let mut file_found = true;
        match dotenvy::from_path_iter(&file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|_| BadFile::Line(file.clone()))?;
                    values.insert(name, value);
                }
            }
            Err(error) if error.not_found() => file_found = false,
            Err(_) => return Err(BadFile::Unreadable(file)),
        }
        let file_keys = values.keys().cloned().collect();
        values.extend(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }));
        Ok(Self {
            values,
            file_keys,
            file: Some(file),
            file_found,
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

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
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

    /// Keys of the file that look like a setting's name but are none, each with the name it resembles.
    pub fn misspelt(&self) -> Vec<(&str, &'static str)> {
        let mut found: Vec<_> = self
            .file_keys
            .iter()
            .filter(|key| SETTINGS.iter().all(|setting| setting.name != **key))
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

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("file", &self.file)
            .field("file_keys", &self.file_keys)
            .finish_non_exhaustive()
    }
}
