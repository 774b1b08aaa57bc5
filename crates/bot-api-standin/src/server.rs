//! The HTTP side, which can hang up on a request without an answer.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use axum::body::{self, Body};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::{
    browsers::is_of_a_page,
    dispatch,
    error::ApiError,
    listening::Server,
    params::Params,
    reply::{HungUp, Reply},
    shared::Shared,
};

/// Telegram takes uploads of 50 MB.
const BODY_LIMIT: usize = 50 * 1024 * 1024;

pub async fn listen(address: SocketAddr, shared: Arc<Shared>) -> anyhow::Result<Server> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}"))?;
    let serve = move |socket| serve(socket, Arc::clone(&shared));
    Ok(Server::start(listener, usize::MAX, serve)?)
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
    if is_of_a_page(&head.headers) {
        return Reply::Refused(ApiError::of_a_page()).into_response();
    }
    let Ok(body) = body::to_bytes(Body::new(body), BODY_LIMIT).await else {
        return Reply::Refused(ApiError::too_large()).into_response();
    };
    let Some((token, method)) = address(head.uri.path()) else {
        return Reply::Refused(ApiError::unknown_method()).into_response();
    };
    if token != shared.options.token {
        return Reply::Refused(ApiError::unauthorized()).into_response();
    }
    let reply = match Params::read(&head, body).await {
        Ok(params) => dispatch::answer(shared, method, params).await,
        Err(error) => dispatch::unreadable(shared, method, error),
    };
    reply.into_response()
}

/// The token and the method of `/bot{token}/{method}`.
fn address(path: &str) -> Option<(&str, &str)> {
    path.strip_prefix("/bot")?.split_once('/')
}
