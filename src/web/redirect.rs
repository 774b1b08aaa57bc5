//! Where an answer leads instead of giving what was asked for, and whether to go there.

use reqwest::{Response, header::LOCATION};
use url::Url;

/// Longer names of hosts are none.
const HOST_CHARS: usize = 255;

/// Where a redirect leads, if the answer is one.
pub fn target(asked: &Url, response: &Response) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let to = asked.join(location).ok()?;
    to.has_host().then_some(to)
}

/// The address to go on with, with the password of the one that was asked; `None` where another server would be told it. A
/// server that asks for TLS at its usual port is the same.
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

/// The server alone: paths and parameters may hold what is nobody's business.
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
