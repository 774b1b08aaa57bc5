//! libpq's password file: `host:port:database:user:password`. Nothing of it is ever told.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{Password, PostgresAddress, PostgresHost};
use crate::small_file;

/// More than anybody writes by hand.
const FILE_BYTES: u64 = 1024 * 1024;
/// libpq passes over a file that these may use.
const OTHERS: u32 = 0o077;
/// Where Debian's server has its socket, which counts as `localhost`.
const DEFAULT_SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// The password for this host, if the file has one.
pub fn password(address: &PostgresAddress, host: &PostgresHost) -> Option<Password> {
    let file = match &address.passfile {
        Some(file) => file.clone(),
        None => home_file()?,
    };
    let text = read(&file)?;
    let port = host.port.to_string();
    let name = if DEFAULT_SOCKET_FOLDERS.contains(&host.name.as_str()) {
        "localhost"
    } else {
        &host.name
    };
    let wanted = [name, &port, &address.database, &address.user];
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

/// The password of a line that is for what is wanted.
fn entry(line: &str, wanted: &[&str; 4]) -> Option<Password> {
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
    (!password.is_empty()).then(|| Password::from(password.as_str()))
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
