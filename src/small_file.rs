//! Files that people write by hand: settings, tokens, passwords.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read},
    os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use rustix::fs::OFlags;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A file's content, and the accounts that can access it.
pub struct SmallFile {
    bytes: Vec<u8>,
    pub mode: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum SmallFileError {
    #[error("{}", .0.kind())]
    Io(#[from] io::Error),
    #[error("it is a folder, a pipe or a device; put a file there")]
    NotAFile,
    #[error("it is larger than {} KiB", .0 / 1024)]
    TooLarge(u64),
    #[error(transparent)]
    Encoding(#[from] Encoding),
}

/// How a text is written that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Encoding {
    #[error("it is in UTF-16; save it in UTF-8")]
    Utf16,
    #[error("line {0} is not in UTF-8; save the file in UTF-8, as with: iconv -f CP1251 -t UTF-8")]
    Other(usize),
    #[error("line {0} has a NUL character; save the file as text in UTF-8")]
    Nul(usize),
}

/// Reads a file of at most `most` bytes. Only regular files are read: a pipe without a writer would block for ever.
pub fn read(path: &Path, most: u64) -> Result<SmallFile, SmallFileError> {
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nonblocking)
        .open(path)?;
    let (file, mode) = regular(file)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(SmallFileError::TooLarge(most));
    }
    Ok(SmallFile { bytes, mode })
}

fn regular(file: File) -> Result<(File, u32), SmallFileError> {
    let metadata = file.metadata()?;
    if metadata.is_file() || is_null(&metadata)? {
        Ok((file, metadata.permissions().mode()))
    } else {
        Err(SmallFileError::NotAFile)
    }
}

/// A container hides a file by laying this device over it, which reads as an empty one.
fn is_null(metadata: &Metadata) -> io::Result<bool> {
    let null = fs::metadata("/dev/null")?;
    Ok(metadata.file_type().is_char_device() && metadata.rdev() == null.rdev())
}

impl SmallFile {
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The text, without the mark that some editors put before it.
    pub fn text(self) -> Result<String, Encoding> {
        let text = text(self.bytes)?;
        Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) => text.to_owned(),
            None => text,
        })
    }
}

impl SmallFileError {
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

fn text(bytes: Vec<u8>) -> Result<String, Encoding> {
    // With its mark, or with a letter of ASCII at the beginning.
    if matches!(
        bytes[..],
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=255, ..] | [1..=255, 0, ..]
    ) {
        return Err(Encoding::Utf16);
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(Encoding::Nul(line_at(&bytes, at)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Encoding::Other(line_at(error.as_bytes(), at))
    })
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    bytes[..at].split(|byte| *byte == b'\n').count()
}
