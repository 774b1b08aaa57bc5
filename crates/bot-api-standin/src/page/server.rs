//! The page's connections.

use std::{io, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};

use crate::listening::Server;

/// More than a browser opens, and few enough for a process's descriptors.
const CONNECTIONS: usize = 128;
/// A client that takes longer to send a request's head is disconnected.
const HEAD_WITHIN: Duration = Duration::from_secs(30);

pub fn start(listener: TcpListener, router: Router) -> io::Result<Server> {
    Server::start(listener, CONNECTIONS, move |socket| {
        serve(socket, router.clone())
    })
}

async fn serve(socket: TcpStream, router: Router) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router));
    if let Err(error) = connection.await {
        tracing::debug!(%error, "connection ended");
    }
}
