//! The HTTP side: a listener that owns its connections, and can hang up on a request without an answer.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::body::{self, Body};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    dispatch,
    params::Params,
    refusal::Refusal,
    reply::{HungUp, Reply},
    shared::Shared,
};

/// Telegram takes uploads of 50 MB.
const BODY_LIMIT: usize = 50 * 1024 * 1024;

/// A pause after a failed accept, which is nearly always a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

pub struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    task: AbortOnDropHandle<()>,
}

impl Server {
    pub async fn listen(address: SocketAddr, shared: Arc<Shared>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let task = AbortOnDropHandle::new(tokio::spawn(accept(listener, shared, stop.clone())));
        Ok(Self {
            address,
            stop,
            task,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the Bot API stand-in ended badly");
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    connections.spawn(serve(socket, Arc::clone(&shared)));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn serve(socket: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| respond(&shared, request));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "connection ended");
    }
}

async fn respond(shared: &Shared, request: Request<Incoming>) -> Result<Response<Body>, HungUp> {
    let (head, body) = request.into_parts();
    let Ok(body) = body::to_bytes(Body::new(body), BODY_LIMIT).await else {
        return Reply::Refused(Refusal::too_large()).into_response();
    };
    let Some((token, method)) = address(head.uri.path()) else {
        return Reply::Refused(Refusal::unknown_method()).into_response();
    };
    if token != shared.options.token {
        return Reply::Refused(Refusal::unauthorized()).into_response();
    }
    let reply = match Params::read(&head, body).await {
        Ok(params) => dispatch::answer(shared, method, params).await,
        Err(refusal) => dispatch::unreadable(shared, method, refusal),
    };
    reply.into_response()
}

/// The token and the method of `/bot{token}/{method}`.
fn address(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/bot")?.split_once('/')
}
