//! Changing some settings of `.env` and nothing else of it.

use std::{
    fs::{self, File, Metadata},
    io::{self, Write},
    os::unix::fs::{MetadataExt, fchown},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// A file that is to be changed.
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
    #[error("the value of {0} has a line break or another control character in it")]
    Value(&'static str),
    #[error("{} cannot be written ({}); check the rights on its folder", .0.display(), .1.kind())]
    Io(PathBuf, io::Error),
}

impl EnvFile {
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Whether [`EnvFile::set`] could do its work. It changes nothing.
    pub fn can_be_set(&self) -> Result<(), EnvFileError> {
        self.begin().map(drop)
    }

    /// Gives each of these settings its value, all or none: whoever reads the file finds the old one or the new one.
    /// Afterwards nobody but its owner can read it.
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

    /// The text as it is, and what is to take the file's place: made with mode 0600, and gone when it is dropped.
    fn begin(&self) -> Result<(String, NamedTempFile), EnvFileError> {
        let io = |error| EnvFileError::Io(self.path.clone(), error);
        let standing = self.standing()?;
        let new = NamedTempFile::new_in(self.folder()).map_err(io)?;
        let Some(standing) = standing else {
            return Ok((String::new(), new));
        };
        self.keep_owner(new.as_file(), &standing)?;
        Ok((fs::read_to_string(&self.path).map_err(io)?, new))
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        }
    }

    /// What is there now. A link would be replaced by a file, and what it leads to left as it was.
    fn standing(&self) -> Result<Option<Metadata>, EnvFileError> {
        match fs::symlink_metadata(&self.path) {
            Ok(standing) if standing.is_file() => Ok(Some(standing)),
            Ok(standing) if standing.is_symlink() => Err(self.link()),
            Ok(_) => Err(EnvFileError::NotAFile(self.path.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EnvFileError::Io(self.path.clone(), error)),
        }
    }

    /// It may lead to nothing yet.
    fn link(&self) -> EnvFileError {
        let target = fs::canonicalize(&self.path).or_else(|_| fs::read_link(&self.path));
        match target {
            Ok(target) => EnvFileError::Link(self.path.clone(), target),
            Err(error) => EnvFileError::Io(self.path.clone(), error),
        }
    }

    /// With its mode, the file of another account could not be read by it any more.
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

/// The text with these settings. Where one stands several times, the last one counts and is the one that stays.
fn edited(text: &str, values: &[(&'static str, String)]) -> Result<String, EnvFileError> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    for (name, value) in values {
        let value = quoted(value).ok_or(EnvFileError::Value(name))?;
        let sets = |line: &String| key_of(line).is_some_and(|(_, key)| key == *name);
        if let Some(last) = lines.iter().rposition(sets) {
            let export = key_of(&lines[last]).map_or("", |(export, _)| export);
            lines[last] = format!("{export}{name}={value}{line_end}");
            let mut place = 0;
            lines.retain(|line| {
                place += 1;
                place > last || !sets(line)
            });
        } else {
            if let Some(line) = lines.last_mut().filter(|line| !line.ends_with('\n')) {
                *line += line_end;
            }
            lines.push(format!("{name}={value}{line_end}"));
        }
    }
    Ok(lines.concat())
}

/// `export `, if the line begins with it, and the name of what it sets.
fn key_of(line: &str) -> Option<(&'static str, &str)> {
    let (key, _) = line.trim_start().split_once('=')?;
    Some(match key.strip_prefix("export ") {
        Some(key) => ("export ", key.trim()),
        None => ("", key.trim()),
    })
}

/// The value as both this program and the platform's reader take it; `None` if it cannot stand on one line.
fn quoted(value: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@,+%?&~[]".contains(c);
    if value.chars().any(char::is_control) {
        None
    } else if value.chars().all(plain) {
        Some(value.to_owned())
    } else if value.contains(['\'', '\\']) {
        let escaped = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('$', "\\$");
        Some(format!("\"{escaped}\""))
    } else {
        Some(format!("'{value}'"))
    }
}
