//! Addresses to connect to or to listen on.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

use super::Parsed;
use crate::settings::PrivateUrl;

/// The Bot API's base. A token in clear text goes no further than this machine.
pub fn api_url(text: &str) -> Parsed<Url> {
    let url = Url::parse(text).map_err(|error| {
        format!("expected an address such as https://api.telegram.org: {error}")
    })?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(
            "plain http is taken towards loopback only: the token would travel in clear text"
                .to_owned(),
        ),
        _ => Err("expected an https address".to_owned()),
    }
}

pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

pub fn proxy(text: &str) -> Parsed<PrivateUrl> {
    let expected =
        || "expected http://, https://, socks5:// or socks5h:// with host and port".to_owned();
    Url::parse(text)
        .ok()
        .filter(|url| {
            matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h") && url.has_host()
        })
        .map(PrivateUrl::new)
        .ok_or_else(expected)
}

/// An HTTP or HTTPS address.
pub fn web_url(text: &str) -> Parsed<PrivateUrl> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .map(PrivateUrl::new)
        .ok_or_else(|| "expected an address such as http://127.0.0.1:9090".to_owned())
}

/// As D-Bus writes them: `unix:path=/run/dbus/system_bus_socket`.
pub fn bus_address(text: &str) -> Parsed<String> {
    let (transport, rest) = text.split_once(':').unwrap_or_default();
    if transport.chars().any(char::is_alphabetic) && rest.contains('=') {
        Ok(text.to_owned())
    } else {
        Err("expected an address such as unix:path=/run/dbus/system_bus_socket".to_owned())
    }
}

pub fn listen(text: &str) -> Parsed<SocketAddr> {
    text.parse()
        .map_err(|_| "expected an address and port such as 127.0.0.1:8000".to_owned())
}

/// An address, which is a network of one, or a network in CIDR form.
pub fn network(text: &str) -> Parsed<IpNet> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| {
        "expected addresses or networks such as 127.0.0.1, 10.0.0.0/8 or fd00::/8".to_owned()
    })
}
