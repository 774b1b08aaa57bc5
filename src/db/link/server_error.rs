//! The errors that the driver gets instead of a session.

use std::borrow::Cow;

use super::message::{Message, text};

pub const ERROR: u8 = b'E';
pub const TOO_MANY: &str = "53300";
pub const NOT_YET: &str = "57P03";
/// The server was not reached.
pub const UNREACHED: &str = "08001";
/// The server was reached and accepts no connections. The two codes above would make the driver retry until it reports only
/// that its pool timed out.
pub const TURNED_AWAY: &str = "08004";
pub const POOLERS_OWN: &str = "08P01";
/// How `PgBouncer` refuses a setting that it cannot tell apart for each of those who share a session.
pub const UNSUPPORTED: &str = "unsupported startup parameter";
/// How `PgBouncer` ends the wait for a connection to the server.
pub const WAITED_IN_VAIN: &str = "query_wait_timeout";
pub const NO_SESSION: &str = "PgBouncer has no connection to the server left for this program: all that default_pool_size \
                              allows are in use. With pool_mode = session each connection of a program keeps one: make \
                              default_pool_size larger or DATABASE_POOL_SIZE smaller, or set pool_mode = transaction";
/// No session without, or with, encryption for this user from here: what `pg_hba.conf` says.
pub const NO_ENTRY: &str = "28000";

/// An error of the server, or one that replaces it.
#[derive(Clone, Debug)]
pub struct ServerError {
    pub code: Cow<'static, str>,
    pub message: String,
}

impl ServerError {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }

    pub fn read(message: &Message) -> Self {
        let mut code = String::new();
        let mut told = String::new();
        let mut rest = message.body();
        while let Some((&field, after)) = rest.split_first()
            && let Some((value, after)) = text(after)
        {
            let value = String::from_utf8_lossy(value).into_owned();
            match field {
                b'C' => code = value,
                b'M' => told = value,
                _ => {}
            }
            rest = after;
        }
        Self {
            code: code.into(),
            message: told,
        }
    }

    pub fn write(&self) -> Message {
        let mut body = Vec::new();
        let fields = [
            (b'S', "FATAL"),
            (b'V', "FATAL"),
            (b'C', &*self.code),
            (b'M', &*self.message),
        ];
        for (field, value) in fields {
            body.push(field);
            body.extend(value.bytes().filter(|byte| *byte != 0));
            body.push(0);
        }
        body.push(0);
        Message::new(ERROR, &body)
    }
}
