//! The listener and its connections, every one of which has an owner.

use std::{io, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
};

use super::router::router;
use crate::context::Context;

/// Whoever takes longer over the head of a request is cut off; an idle connection counts as one that does.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Room for a request's head: a proxy's headers and a token, many times over.
const HEAD_BYTES: usize = 16 * 1024;
/// A quarter of the usual 1024 descriptors of a process, which the database and Telegram need too. Those beyond it
/// wait to be accepted.
const CONNECTIONS_MAX: usize = 256;
/// A pause after a failed accept, which is nearly always a lack of descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// How long requests under way may take once the process is to stop: less than the process gives itself.
const STOP_GRACE: Duration = Duration::from_secs(5);

/// Serves until the process is to stop, then lets the requests under way finish.
pub async fn serve(cx: Arc<Context>, listener: TcpListener) {
    let app = router(&cx);
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = cx.stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = accept(&listener, &room) => {
                let (socket, permit) = accepted;
                spawn(&mut connections, &graceful, &app, socket, permit);
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

/// The next connection for which there is room.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        let Ok(permit) = Arc::clone(room).acquire_owned().await else {
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((socket, _)) => return (socket, permit),
            Err(error) if gave_up_early(&error) => {}
            Err(error) => {
                tracing::error!(%error, "a connection cannot be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// The client went away before it was accepted.
fn gave_up_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
    )
}

fn spawn(
    connections: &mut JoinSet<()>,
    graceful: &GracefulShutdown,
    app: &Router,
    socket: TcpStream,
    permit: OwnedSemaphorePermit,
) {
    // Answers are written whole, so there is nothing to be gained by waiting for more.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(socket), TowerToHyperService::new(app.clone()));
    let connection = graceful.watch(connection);
    connections.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(permit);
    });
}
