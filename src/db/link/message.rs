//! Messages of `PostgreSQL`'s protocol: a letter, a length, and a body.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The length counts itself.
const LENGTH: usize = 4;
/// A server that says that a longer one follows is none. Rows are carried as they come and are not read here.
const LONGEST: usize = 64 * 1024 * 1024;

/// With its letter and length, as it came.
#[derive(Debug)]
pub struct Message(Vec<u8>);

impl Message {
    pub fn new(kind: u8, body: &[u8]) -> Self {
        let length = u32::try_from(body.len() + LENGTH).expect("bodies are cut out of messages");
        let mut bytes = vec![kind];
        bytes.extend(length.to_be_bytes());
        bytes.extend(body);
        Self(bytes)
    }

    pub fn kind(&self) -> u8 {
        self.0[0]
    }

    pub fn body(&self) -> &[u8] {
        &self.0[1 + LENGTH..]
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Reads message by message. Cancelling a read loses nothing.
pub struct Messages<R> {
    reader: R,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Messages<R> {
    pub fn new(reader: R) -> Self {
        Self::continued(reader, Vec::new())
    }

    /// Continues with the buffer of another reader.
    pub fn continued(reader: R, buffer: Vec<u8>) -> Self {
        Self { reader, buffer }
    }

    /// Tells if the buffer has unread bytes.
    pub fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// `None` at the end.
    pub async fn next(&mut self) -> io::Result<Option<Message>> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(Some(message));
            }
            if self.reader.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// The reader and the unread bytes.
    pub fn into_parts(self) -> (R, Vec<u8>) {
        (self.reader, self.buffer)
    }

    fn take(&mut self) -> io::Result<Option<Message>> {
        let Some(length) = self.buffer.get(1..=LENGTH) else {
            return Ok(None);
        };
        let length = length
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        if !(LENGTH..=LONGEST).contains(&length) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if self.buffer.len() <= length {
            return Ok(None);
        }
        let rest = self.buffer.split_off(length + 1);
        Ok(Some(Message(std::mem::replace(&mut self.buffer, rest))))
    }
}

/// The first message of a driver, which has no letter.
pub async fn startup(driver: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut length = [0; LENGTH];
    driver.read_exact(&mut length).await?;
    let size = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    // The server reads no longer one either.
    if !(LENGTH..=10_000).contains(&size) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = length.to_vec();
    bytes.resize(size, 0);
    driver.read_exact(&mut bytes[LENGTH..]).await?;
    Ok(bytes)
}

/// Text that a zero byte ends, and what follows.
pub fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}
