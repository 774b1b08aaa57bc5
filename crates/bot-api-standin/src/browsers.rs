//! A page in this machine's browser can send requests to a loopback address, and can point its own name at it. Bots
//! never send the headers that a browser adds.

use axum::http::{HeaderMap, Uri, header};

/// Headers that browsers add to a page's requests.
const ADDED: [&str; 2] = ["origin", "sec-fetch-site"];

/// Tells if a page in a browser made the request, or if it names another host.
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
