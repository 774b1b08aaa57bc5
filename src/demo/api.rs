//! The metrics page of the made-up platform's API: a histogram that grows with time.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use anyhow::Context as _;
use axum::{Router, extract::State, routing::get};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// The platform's buckets, in seconds.
const BUCKETS: [f64; 8] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The share of requests within each bucket, while the API is fast and while it is slow.
const FAST: [f64; 8] = [0.20, 0.62, 0.85, 0.97, 0.995, 1.0, 1.0, 1.0];
const SLOW: [f64; 8] = [0.0, 0.0, 0.0, 0.0, 0.02, 0.35, 0.95, 1.0];
const A_SECOND: f64 = 8.0;
/// The p95 covers ten minutes, which is too long for a demonstration. So a slow spell begins with a batch of queued
/// slow requests, enough to exceed 5 %, and ends with the fast ones that they held up.
const PILED_UP: f64 = 0.1;
const HELD_UP: f64 = 40.0;
/// So that a spell shows even if it is the first thing that happens.
const PILED_UP_AT_LEAST: f64 = 100.0;

pub struct Api {
    address: SocketAddr,
    traffic: Arc<Mutex<Traffic>>,
    _server: AbortOnDropHandle<()>,
}

/// Requests so far.
#[derive(Clone, Copy, Debug)]
pub struct Traffic {
    fast: f64,
    slow: f64,
    is_slow: bool,
    since: Instant,
}

impl Api {
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("the made-up API has no port")?;
        let address = listener.local_addr()?;
        let traffic = Arc::new(Mutex::new(Traffic::new(Instant::now())));
        let router = Router::new()
            .route("/metrics", get(page))
            .with_state(Arc::clone(&traffic));
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the made-up API is gone");
            }
        });
        Ok(Self {
            address,
            traffic,
            _server: AbortOnDropHandle::new(server),
        })
    }

    pub fn metrics_url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    pub fn set_slow(&self, slow: bool) {
        lock(&self.traffic).set_slow(slow, Instant::now());
    }
}

async fn page(State(traffic): State<Arc<Mutex<Traffic>>>) -> String {
    let mut traffic = lock(&traffic);
    traffic.go_on(Instant::now());
    traffic.page()
}

fn lock(traffic: &Mutex<Traffic>) -> std::sync::MutexGuard<'_, Traffic> {
    traffic.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Traffic {
    pub fn new(now: Instant) -> Self {
        Self {
            fast: 0.0,
            slow: 0.0,
            is_slow: false,
            since: now,
        }
    }

    pub fn go_on(&mut self, now: Instant) {
        let requests = now.saturating_duration_since(self.since).as_secs_f64() * A_SECOND;
        if self.is_slow {
            self.slow += requests;
        } else {
            self.fast += requests;
        }
        self.since = now;
    }

    pub fn set_slow(&mut self, slow: bool, now: Instant) {
        self.go_on(now);
        if slow == self.is_slow {
            return;
        }
        self.is_slow = slow;
        if slow {
            self.slow += (self.fast * PILED_UP).max(PILED_UP_AT_LEAST);
        } else {
            self.fast += self.slow * HELD_UP;
        }
    }

    /// In Prometheus' text format.
    pub fn page(&self) -> String {
        let name = "http_request_duration_seconds";
        let series = r#"method="GET",endpoint="/api/v1/orders""#;
        let mut text = format!("# HELP {name} Time per request.\n# TYPE {name} histogram\n");
        for (at, bound) in BUCKETS.iter().enumerate() {
            let count = (self.fast * FAST[at]).floor() + (self.slow * SLOW[at]).floor();
            text += &format!("{name}_bucket{{{series},le=\"{bound}\"}} {count}\n");
        }
        let all = self.fast.floor() + self.slow.floor();
        text += &format!("{name}_bucket{{{series},le=\"+Inf\"}} {all}\n");
        text += &format!("{name}_count{{{series}}} {all}\n");
        text += &format!(
            "{name}_sum{{{series}}} {}\n",
            self.fast * 0.07 + self.slow * 3.3
        );
        text
    }
}
