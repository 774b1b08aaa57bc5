//! Admits only this machine's own browser and pages of this server. Pages of other sites in that browser are rejected,
//! whether they send a form here or point their own name at this address.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Everything is loaded from this server; the page itself has no inline scripts or styles.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The port that the page is served at.
#[derive(Clone, Copy)]
pub struct Port(pub u16);

pub async fn guard(State(port): State<Port>, request: Request, next: Next) -> Response {
    let mut response = match refusal(port, request.method(), request.headers()) {
        Some(reason) => (StatusCode::FORBIDDEN, reason).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        // Without it a browser gives the forms' origin as "null".
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(port: Port, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    let host = text(headers, header::HOST.as_str()).filter(|host| is_ours(host, port));
    let Some(host) = host else {
        return Some("This page is served to loopback addresses only.\n");
    };
    if matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let site = text(headers, "sec-fetch-site");
    let origin = text(headers, header::ORIGIN.as_str());
    let own = format!("http://{host}");
    let allowed = site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(|origin| origin == own)
        && (site.is_some() || origin.is_some());
    (!allowed).then_some("Only this page's own forms may do that.\n")
}

/// Only loopback addresses and `localhost` count: any other name could be pointed at this machine by its owner.
fn is_ours(host: &str, Port(port): Port) -> bool {
    match host.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback() && address.port() == port,
        Err(_) => host == format!("localhost:{port}"),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
