//! Changes single settings in `.env` and leaves the rest as it is.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    os::unix::fs::{MetadataExt, fchown},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{dotenv, source::read_text};
use crate::small_file::SmallFileError;

/// A file to be changed.
pub struct EnvFile {
    path: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum EnvFileError {
    #[error("the settings are in {}, which {} is a link to; edit that file, with sudoedit where it is root's", .1.display(), .0.display())]
    Link(PathBuf, PathBuf),
    #[error("{} is no file; move it away", .0.display())]
    NotAFile(PathBuf),
    #[error("{} belongs to another account; run this as that account", .0.display())]
    Foreign(PathBuf),
    #[error(
        "the value of {0} has a line break, another control character or ${{…}} in it, which .env cannot hold"
    )]
    Value(&'static str),
    #[error("a quote in .env is never closed, so that nothing can be put after it; close it")]
    OpenQuote,
    #[error("{} cannot be written ({}); check the rights on its folder", .0.display(), .1.kind())]
    Io(PathBuf, io::Error),
    #[error("{} cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, SmallFileError),
}

impl EnvFile {
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Tells if [`EnvFile::set`] would succeed. Changes nothing.
    pub fn can_be_set(&self) -> Result<(), EnvFileError> {
        self.begin().map(drop)
    }

    /// Sets the values atomically: a reader finds either the old file or the new one. Afterwards only the owner can
    /// read the file.
    pub fn set(&self, values: &[(&'static str, String)]) -> Result<(), EnvFileError> {
        let io = |error| EnvFileError::Io(self.path.clone(), error);
        let (text, mut new) = self.begin()?;
        new.write_all(edited(&text, values)?.as_bytes())
            .and_then(|()| new.as_file().sync_all())
            .map_err(io)?;
        new.persist(&self.path).map_err(|error| io(error.error))?;
        File::open(self.folder())
            .and_then(|folder| folder.sync_all())
            .map_err(io)
    }

    /// The current text, and a temporary file with mode 0600 that will replace the original; it is deleted when
    /// dropped.
    fn begin(&self) -> Result<(String, NamedTempFile), EnvFileError> {
        let io = |error| EnvFileError::Io(self.path.clone(), error);
        let standing = self.standing()?;
        let new = NamedTempFile::new_in(self.folder()).map_err(io)?;
        let Some(standing) = standing else {
            return Ok((String::new(), new));
        };
        self.keep_owner(new.as_file(), &standing)?;
        let text = read_text(&self.path)
            .map_err(|error| EnvFileError::Unreadable(self.path.clone(), error))?;
        Ok((text, new))
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// The existing file. A symbolic link is an error: it would be replaced by a file, and its target would stay
    /// unchanged.
    fn standing(&self) -> Result<Option<Metadata>, EnvFileError> {
        match fs::symlink_metadata(&self.path) {
            Ok(standing) if standing.is_file() => Ok(Some(standing)),
            Ok(standing) if standing.is_symlink() => Err(self.link()),
            Ok(_) => Err(EnvFileError::NotAFile(self.path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EnvFileError::Io(self.path.clone(), error)),
        }
    }

    /// The target may not exist yet.
    fn link(&self) -> EnvFileError {
        let target = fs::canonicalize(&self.path).or_else(|_| fs::read_link(&self.path));
        match target {
            Ok(target) => EnvFileError::Link(self.path.clone(), target),
            Err(error) => EnvFileError::Io(self.path.clone(), error),
        }
    }

    /// Keeps the owner: with mode 0600, a file of another account would become unreadable for it.
    fn keep_owner(&self, new: &File, standing: &Metadata) -> Result<(), EnvFileError> {
        let made = new
            .metadata()
            .map_err(|error| EnvFileError::Io(self.path.clone(), error))?;
        if (made.uid(), made.gid()) == (standing.uid(), standing.gid()) {
            return Ok(());
        }
        fchown(new, Some(standing.uid()), Some(standing.gid()))
            .map_err(|_| EnvFileError::Foreign(self.path.clone()))
    }
}

/// The text with these settings. If a setting occurs several times, the last one counts and is the one that stays.
fn edited(text: &str, values: &[(&'static str, String)]) -> Result<String, EnvFileError> {
    let mut text = text.to_owned();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    for (name, value) in values {
        let value = quoted(value).ok_or(EnvFileError::Value(name))?;
        let statements = dotenv::statements(&text);
        let mut setting: Vec<_> = statements
            .into_iter()
            .filter(|statement| statement.key.as_deref() == Some(*name))
            .collect();
        let Some(last) = setting.pop() else {
            if !text.is_empty() && !text.ends_with(['\n', '\r']) {
                text += line_end;
            }
            text += &format!("{name}={value}{line_end}");
            continue;
        };
        let export = if last.exported { "export " } else { "" };
        text.replace_range(last.range, &format!("{export}{name}={value}{line_end}"));
        // From the end, so that earlier positions stay valid.
        for earlier in setting.into_iter().rev() {
            text.replace_range(earlier.range, "");
        }
    }
    let after = dotenv::statements(&text);
    let stands = |(name, value): &&(&'static str, String)| {
        let mut found = after.iter().rev();
        let found = found.find(|statement| statement.key.as_deref() == Some(*name));
        found.is_some_and(|found| found.readable && found.value.as_ref() == Some(value))
    };
    if values.iter().all(|value| stands(&value)) {
        Ok(text)
    } else {
        Err(EnvFileError::OpenQuote)
    }
}

/// The value in a form that python-dotenv reads; `None` if that is impossible on one line. Where there is a choice,
/// dotenvy, which other tools use, reads it too.
fn quoted(value: &str) -> Option<String> {
    if value.chars().any(char::is_control) || dotenv::refers(value) {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@,+%?&~[]".contains(c);
    let bare = value.chars().all(plain).then(|| value.to_owned());
    let escaped = value.replace('\\', "\\\\");
    let ways = bare.into_iter().chain([
        format!("'{}'", escaped.replace('\'', "\\'")),
        format!("\"{}\"", escaped.replace('"', "\\\"")),
    ]);
    let mut ways: Vec<_> = ways.filter(|way| reads_as(way, value)).collect();
    let common = ways.iter().position(|way| dotenvy_reads_as(way, value));
    (!ways.is_empty()).then(|| ways.swap_remove(common.unwrap_or(0)))
}

fn reads_as(way: &str, value: &str) -> bool {
    let line = format!("A={way}\n");
    let statements = dotenv::statements(&line);
    matches!(&statements[..], [statement] if statement.readable && statement.value.as_deref() == Some(value))
}

fn dotenvy_reads_as(way: &str, value: &str) -> bool {
    let line = format!("A={way}\n");
    let read: Result<Vec<_>, _> = dotenvy::from_read_iter(line.as_bytes()).collect();
    read.is_ok_and(|read| read == [("A".to_owned(), value.to_owned())])
}
