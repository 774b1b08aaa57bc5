//! The listener and its connections.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::{
    client::Client,
    connection_slots::{ConnectionSlot, ConnectionSlots},
    impatient::Impatient,
    router::router,
};
use crate::context::Context;

/// A client that takes longer to send a request's head, or is idle for this long, is disconnected.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// A client that reads nothing of an answer for this long is disconnected; it would hold its connection for ever.
const TAKE_WITHIN: Duration = Duration::from_secs(10);
/// Room for a request's head: a proxy's headers and a token, many times over.
const HEAD_BYTES: usize = 16 * 1024;
/// A quarter of a process's usual 1024 file descriptors, which the database and Telegram need too. Beyond it, the
/// longest-waiting connection is closed.
const CONNECTIONS_MAX: usize = 256;
/// A pause after a failed accept, which is nearly always a lack of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// How long requests under way may take once the process is to stop: less than the process gives itself.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// Serves until the process stops, then lets current requests finish.
pub async fn serve(cx: Arc<Context>, listener: TcpListener) {
    let app = router(&cx);
    let slots = ConnectionSlots::new(CONNECTIONS_MAX);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = cx.stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = accept(&listener) => {
                let slot = tokio::select! {
                    () = cx.stop.cancelled() => break,
                    slot = slots.acquire() => slot,
                };
                let Some(slot) = slot else { break };
                spawn(&cx, &mut connections, &graceful, &app, accepted, slot);
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(STOP_GRACE, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests under way were cut off");
    }
    connections.shutdown().await;
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if gave_up_early(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection cannot be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The client disconnected before it was accepted.
fn gave_up_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

fn spawn(
    cx: &Arc<Context>,
    connections: &mut JoinSet<()>,
    graceful: &GracefulShutdown,
    app: &Router,
    (socket, peer): (TcpStream, SocketAddr),
    slot: Arc<ConnectionSlot>,
) {
    // Answers are written whole, so delaying packets gains nothing.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let cx = Arc::clone(cx);
    let (app, known) = (TowerToHyperService::new(app.clone()), Arc::clone(&slot));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(
            TokioIo::new(Impatient::new(socket, TAKE_WITHIN)),
            service_fn(move |mut request: Request<Incoming>| {
                let trusted = &cx.settings.get().trusted_proxies;
                let client = Client::of(peer.ip(), request.headers(), trusted);
                let extensions = request.extensions_mut();
                extensions.insert(client);
                extensions.insert(Arc::clone(&known));
                let (answer, slot) = (app.call(request), Arc::clone(&known));
                async move {
                    let answer = answer.await;
                    slot.idle();
                    answer
                }
            }),
        );
    let connection = graceful.watch(connection);
    connections.spawn(async move {
        tokio::select! {
            ended = connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
            }
            () = slot.evicted() => tracing::debug!("a connection made room for another"),
        }
    });
}
