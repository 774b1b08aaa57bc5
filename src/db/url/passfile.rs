//! libpq's password file: `host:port:database:user:password`. Its contents are never shown.

use std::{
    env,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use crate::small_file;

/// More than anybody writes by hand.
const FILE_BYTES: u64 = 1024 * 1024;
/// libpq passes over a file that these may use.
const OTHERS: u32 = 0o077;
/// Debian's socket folders, which count as `localhost`.
const DEFAULT_SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// A login to a server.
pub struct Login<'a> {
    /// A host's name, or the folder of a socket.
    pub host: &'a str,
    pub port: u16,
    pub database: &'a str,
    pub user: &'a str,
}

/// The password for this login, if the file has one.
pub fn password(file: Option<&Path>, login: &Login<'_>) -> Option<SecretString> {
    let text = match file {
        Some(file) => read(file)?,
        None => read(&home_file()?)?,
    };
    let host = if DEFAULT_SOCKET_FOLDERS.contains(&login.host) {
        "localhost"
    } else {
        login.host
    };
    let port = login.port.to_string();
    let wanted = [host, &port, login.database, login.user];
    text.lines().find_map(|line| entry(line, &wanted))
}

fn home_file() -> Option<PathBuf> {
    Some(env::home_dir()?.join(".pgpass"))
}

fn read(file: &Path) -> Option<String> {
    let small = match small_file::read(file, FILE_BYTES) {
        Ok(small) => small,
        Err(error) => {
            if !error.is_absent() {
                tracing::warn!("the password file is passed over: {error}");
            }
            return None;
        }
    };
    if small.mode & OTHERS != 0 {
        tracing::warn!(
            "the password file is passed over: others may use it (mode {:04o}); chmod 600 it",
            small.mode & 0o7777
        );
        return None;
    }
    small.text().ok()
}

/// The password of a matching line.
fn entry(line: &str, wanted: &[&str; 4]) -> Option<SecretString> {
    if line.starts_with('#') {
        return None;
    }
    let mut rest = line;
    for wanted in wanted {
        let (field, after) = field(rest)?;
        if field != "*" && unescaped(field) != *wanted {
            return None;
        }
        rest = after;
    }
    let end = field(rest).map_or(rest, |(password, _)| password);
    let password = unescaped(end);
    (!password.is_empty()).then(|| SecretString::from(password))
}

/// A field and what follows its colon. A colon after a backslash is of the field.
fn field(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = *c == ':' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map(|(at, _)| (&text[..at], &text[at + 1..]))
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        plain.extend(if c == '\\' {
            characters.next()
        } else {
            Some(c)
        });
    }
    plain
}
