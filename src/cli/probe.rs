//! `sovani-ops probe`: a container's health check, for images without an HTTP client.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use super::one_off_settings;
use crate::web::Web;

/// Less than what a container's health check is usually given.
const WITHIN: Duration = Duration::from_secs(3);
const ANSWER_BYTES: usize = 1024;

pub async fn probe() -> anyhow::Result<ExitCode> {
    let address = reachable(one_off_settings()?.http_listen);
    let url = format!("http://{address}/healthz").parse()?;
    match Web::new()?.get(&url, WITHIN, ANSWER_BYTES).await {
        Ok(_) => {
            println!("{address} is alive");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("error: {address}: {error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// An address at which this machine reaches the listener: "every address" cannot be connected to.
fn reachable(mut listening: SocketAddr) -> SocketAddr {
    if listening.ip().is_unspecified() {
        listening.set_ip(match listening {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    listening
}
