use std::{fmt, net::IpAddr};

/// The address at the other end of the connection. Behind a proxy that is the proxy's: what a header claims to be the
/// client's, anybody could write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

/// The host part of an `IPv6` address: whoever has one address has all that differ in it.
const HOST_BITS: u32 = 64;

impl Client {
    pub fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    /// What counts as one client.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> HOST_BITS << HOST_BITS).into()),
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
