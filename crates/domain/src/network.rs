use std::net::IpAddr;

/// The host part of an `IPv6` address: whoever has one address has all that differ in it.
const HOST_BITS: u32 = 64;

/// What counts as one client.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> HOST_BITS << HOST_BITS).into()),
    }
}
