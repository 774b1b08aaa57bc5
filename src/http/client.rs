//! Identifies the client.

use std::{fmt, net::IpAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::domain::network;

/// Each proxy appends the address that its request came from.
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address: the other end of the connection or, behind a proxy of `HTTP_TRUSTED_PROXIES`, the address that
/// the proxy reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
    /// Only the part written by trusted proxies is believed. The header is therefore read from its end, up to the first
    /// address that is not a trusted proxy; anything left of that could be forged. An unreadable header is ignored.
    pub fn of(connection: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let connection = connection.to_canonical();
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
        if !is_trusted(&connection) {
            return Self(connection);
        }
        let told = headers.get_all(FORWARDED).iter().rev();
        let told = told.flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
        let foreign = told
            .map(address)
            .find(|told| told.is_none_or(|told| !is_trusted(&told)));
        Self(foreign.flatten().unwrap_or(connection))
    }

    /// The network that counts as one client.
    pub fn network(self) -> IpAddr {
        network(self.0)
    }
}

fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    let address: IpAddr = text.trim().parse().ok()?;
    Some(address.to_canonical())
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
