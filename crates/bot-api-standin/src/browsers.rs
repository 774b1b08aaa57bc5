//! A page in this machine's browser can send requests to a server on a loopback address, and have its own name resolve to
//! it. No bot sends what a browser adds.

use axum::http::{HeaderMap, Uri, header};

/// What browsers add to the requests of a page.
const ADDED: [&str; 2] = ["origin", "sec-fetch-site"];

/// The request was made by a page in a browser, or for a server of another name.
pub fn is_of_a_page(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    ADDED.iter().any(|name| headers.contains_key(*name)) || !host.is_some_and(is_loopback)
}

fn is_loopback(host: &str) -> bool {
    let Ok(uri) = host.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
