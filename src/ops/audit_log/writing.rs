//! Writes to the file or socket of `AUDIT_LOG`.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::{
        fs::{FileExt, OpenOptionsExt},
        net::UnixDatagram,
    },
    path::Path,
    time::Duration,
};

use rustix::fs::OFlags;
use serde::Deserialize;

use crate::settings::AuditLog;

/// Readable only by the program's account.
const MODE: u32 = 0o600;
/// The syslog priority: authpriv, notice.
const PRIORITY: u8 = 10 * 8 + 5;
const NAME: &str = "sovani-ops-audit";
const SEND_WITHIN: Duration = Duration::from_secs(2);
/// More than the longest line.
const TAIL_BYTES: u64 = 64 * 1024;

/// The parsed last line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LastLine {
    pub id: i64,
    pub hash: Option<String>,
}

/// Appends the lines. The file is opened each time, so that it can be rotated.
pub async fn write(log: AuditLog, lines: Vec<String>) -> io::Result<()> {
    aside(move || match log {
        AuditLog::File(path) => append(&path, &lines),
        AuditLog::Syslog(socket) => send(&socket, &lines),
    })
    .await
}

/// The last complete line of the file; `None` if there is none, and for syslog.
pub async fn last_of(log: AuditLog) -> io::Result<Option<LastLine>> {
    aside(move || match log {
        AuditLog::Syslog(_) => Ok(None),
        AuditLog::File(path) => match open(OpenOptions::new().read(true), &path) {
            Ok(file) => last_line(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        },
    })
    .await
}

async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// Does not block on a pipe without a reader.
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = options.custom_flags(flags).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is not a file"))
    }
}

fn append(path: &Path, lines: &[String]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let options = options.read(true).append(true).create(true).mode(MODE);
    let mut file = open(options, path)?;
    let mut text = String::new();
    // A line that was cut off by a full disk must not swallow the next one.
    if !ends_a_line(&file)? {
        text.push('\n');
    }
    for line in lines {
        text += line;
        text.push('\n');
    }
    file.write_all(text.as_bytes())?;
    file.sync_data()
}

fn ends_a_line(file: &File) -> io::Result<bool> {
    let Some(last) = file.metadata()?.len().checked_sub(1) else {
        return Ok(true);
    };
    let mut byte = [0];
    file.read_exact_at(&mut byte, last)?;
    Ok(byte == *b"\n")
}

fn last_line(mut file: File) -> io::Result<Option<LastLine>> {
    let start = file.metadata()?.len().saturating_sub(TAIL_BYTES);
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().rev();
    Ok(lines.find_map(|line| serde_json::from_str(line).ok()))
}

fn send(socket: &Path, lines: &[String]) -> io::Result<()> {
    let sender = UnixDatagram::unbound()?;
    sender.set_write_timeout(Some(SEND_WITHIN))?;
    for line in lines {
        let message = format!("<{PRIORITY}>{NAME}: {line}");
        sender.send_to(message.as_bytes(), socket)?;
    }
    Ok(())
}
