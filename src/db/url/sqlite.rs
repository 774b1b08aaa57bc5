//! The file that a `sqlite:` address leads to.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::{UrlError, pairs};

/// `///x.db` and `///./x.db` are relative, `////var/x.db` is absolute, options after `?` are the driver's or `SQLite`'s.
pub fn path(rest: &str) -> Result<PathBuf, UrlError> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let options: Vec<_> = pairs(query).collect();
    let option = |name: &str| {
        let found = options.iter().rev().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    };
    if option("mode") == Some("memory") {
        return Err(UrlError::InMemory);
    }
    let path = match path.strip_prefix("///") {
        Some(path) => path,
        None if path.len() > 2 && path.starts_with("//") => return Err(UrlError::Slashes),
        None => path,
    };
    let path = match path {
        "" | "//" | ":memory:" | "file::memory:" => return Err(UrlError::InMemory),
        path => path,
    };
    let is_uri = option("uri").is_some_and(is_true);
    match path.strip_prefix("file:").filter(|_| is_uri) {
        Some(uri) => file_uri(uri, &option),
        None => plain(path),
    }
}

/// As `SQLAlchemy` reads a flag.
fn is_true(value: &str) -> bool {
    ["true", "yes", "on", "y", "t", "1"].contains(&value.trim().to_ascii_lowercase().as_str())
}

/// `file:x.db`, `file:/var/x.db` and `file:///var/x.db`, as `SQLite` itself reads them.
fn file_uri<'a>(uri: &str, option: &impl Fn(&str) -> Option<&'a str>) -> Result<PathBuf, UrlError> {
    let uri = uri.split('#').next().unwrap_or_default();
    let path = match uri.strip_prefix("//") {
        Some(after) => after.strip_prefix("localhost").unwrap_or(after),
        None => uri,
    };
    if uri.starts_with("//") && !path.starts_with('/') {
        return Err(UrlError::FileUri);
    }
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| UrlError::FileUri)?;
    if path.is_empty() || path == ":memory:" {
        return Err(UrlError::InMemory);
    }
    for (name, harmful) in [
        ("immutable", "immutable"),
        ("nolock", "nolock"),
        ("vfs", "another vfs"),
    ] {
        if option(name).is_some_and(|value| !["0", "no", "false", "off", "unix"].contains(&value)) {
            return Err(UrlError::Unlocked(harmful));
        }
    }
    let path = literal(&path);
    match option("mode") {
        Some("ro") => Err(UrlError::Mode("ro")),
        Some("rw") if !path.exists() => Err(UrlError::NoFile),
        Some("rw" | "rwc") | None => Ok(path),
        Some(_) => Err(UrlError::Mode("something that SQLite does not know")),
    }
}

fn plain(path: &str) -> Result<PathBuf, UrlError> {
    let written = literal(path);
    if path.starts_with("~/") && !written.exists() {
        return Err(UrlError::Tilde);
    }
    let unescaped = percent_decode_str(path).decode_utf8();
    let Some(unescaped) = unescaped.ok().filter(|unescaped| unescaped != path) else {
        return Ok(written);
    };
    let unescaped = literal(&unescaped);
    match (written.exists(), unescaped.exists()) {
        (true, false) => Ok(written),
        (false, true) => Ok(unescaped),
        (true, true) => Err(UrlError::PercentInPath("there are two such files")),
        (false, false) => Err(UrlError::PercentInPath("there is neither file")),
    }
}

/// The driver would parse `file:` at the start as a URI.
fn literal(path: &str) -> PathBuf {
    if path.starts_with("file:") {
        Path::new(".").join(path)
    } else {
        path.into()
    }
}
