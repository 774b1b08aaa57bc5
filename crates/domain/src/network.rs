use std::net::IpAddr;

/// The host part of an `IPv6` address: the owner of one address controls the whole /64.
const HOST_BITS: u32 = 64;

/// The network that counts as one client.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> HOST_BITS << HOST_BITS).into()),
    }
}
