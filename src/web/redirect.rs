//! Decides which redirects are followed.

use reqwest::{Response, header::LOCATION};
use url::Url;

/// Longer names of hosts are none.
const HOST_CHARS: usize = 255;

/// The target of a redirect, if the answer is one.
pub fn target(asked: &Url, response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let to = asked.join(location).ok()?;
    to.has_host().then_some(to)
}

/// The redirect's address with the password of the original one; `None` if it leads to another server. The same host
/// with TLS on its usual port counts as the same server.
pub fn followed(asked: &Url, to: &Url) -> Option<Url> {
    let safer = asked.scheme() == "http"
        && to.scheme() == "https"
        && asked.host() == to.host()
        && asked.port().is_none()
        && to.port().is_none();
    if asked.origin() != to.origin() && !safer {
        return None;
    }
    let mut next = to.clone();
    // Neither can fail for an address with a host.
    let _ = next.set_username(asked.username());
    let _ = next.set_password(asked.password());
    next.set_fragment(None);
    Some(next)
}

/// Only the server, because paths and parameters may contain secrets.
pub fn shown(to: &Url) -> String {
    let host: String = to
        .host_str()
        .unwrap_or_default()
        .chars()
        .take(HOST_CHARS)
        .collect();
    match to.port() {
        Some(port) => format!("{}://{host}:{port}", to.scheme()),
        None => format!("{}://{host}", to.scheme()),
    }
}
