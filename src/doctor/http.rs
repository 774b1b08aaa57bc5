//! Checks that the REST API is, or can be, listened on.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::TcpListener;
use url::Url;

use super::{Check, Finding, Installation};

const ANSWER_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_BYTES: usize = 1024;
/// The answer of `/healthz`, which needs no token.
const ALIVE: &str = r#"{"status":"ok"}"#;

pub const CHECK: Check = Check {
    name: "http",
    needs: &["HTTP_LISTEN"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let listen = installation.settings.http_listen;
    let finding = match TcpListener::bind(listen).await {
        Ok(_) => Finding::ok(format!("{listen} is free")),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            if is_ours(installation, listen).await {
                Finding::ok(format!("a running sovani-ops answers at {listen}"))
            } else {
                Finding::error(
                    format!("another program listens on {listen}"),
                    "stop it, or choose another HTTP_LISTEN",
                )
            }
        }
        Err(error) => Finding::error(
            format!("{listen} cannot be listened on: {}", error.kind()),
            "choose an HTTP_LISTEN that this machine has, with a port of 1024 or more",
        ),
    };
    vec![finding]
}

async fn is_ours(installation: &Installation, listen: SocketAddr) -> bool {
    let mut address = listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let Ok(url) = Url::parse(&format!("http://{address}/healthz")) else {
        return false;
    };
    let page = installation
        .web
        .get(&url, ANSWER_WITHIN, ANSWER_BYTES)
        .await;
    page.is_ok_and(|page| page.trim() == ALIVE)
}
