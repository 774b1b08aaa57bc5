//! The connection to a `PostgreSQL` server. Every connection of the driver leads here, over a socket of this process,
//! and from here to the server.
//!
//! The driver has no hooks for what is needed on the way: TLS like libpq's, several hosts, errors with an explanation,
//! and statements that a pooler such as `PgBouncer` accepts.

mod encryption;
mod message;
mod pooled;
mod reach;
mod server_error;
mod session;
mod shortage;
mod target;
mod turn;

use std::{
    io,
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixListener as StdListener},
    },
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{
    net::{UnixListener, UnixStream},
    task::JoinSet,
};

pub use self::server_error::{NO_SESSION, UNSUPPORTED, WAITED_IN_VAIN};
use self::{shortage::ConnectionShortage, target::Target};
use super::url::PostgresAddress;

/// How long to wait when this process has no file descriptor left for another connection.
const BREATH: Duration = Duration::from_millis(100);
/// The driver makes a path of it, whose file has the port in its name.
const PORT: u16 = 5432;

/// Lives as long as the pool whose connections it carries.
pub struct Link {
    /// In the abstract namespace, where a killed process leaves nothing behind.
    name: String,
    shared: Arc<Shared>,
    /// Ended, with all connections, when this goes.
    _carrier: JoinSet<()>,
}

struct Shared {
    target: Target,
    /// Tells if statements are put into a form that does without a session.
    pooled: AtomicBool,
    shortage: ConnectionShortage,
}

impl Link {
    pub fn open(address: &PostgresAddress) -> io::Result<Self> {
        let name = format!("sovani-ops/{:032x}", fastrand::u128(..));
        let socket = SocketAddr::from_abstract_name(format!("{name}/.s.PGSQL.{PORT}"))?;
        let listener = StdListener::bind_addr(&socket)?;
        listener.set_nonblocking(true)?;
        let listener = UnixListener::from_std(listener)?;
        let shared = Arc::new(Shared {
            target: Target::new(address),
            pooled: AtomicBool::new(false),
            shortage: ConnectionShortage::default(),
        });
        let mut carrier = JoinSet::new();
        carrier.spawn(carry(listener, Arc::clone(&shared)));
        Ok(Self {
            name,
            shared,
            _carrier: carrier,
        })
    }

    /// The same options, but leading here.
    pub fn lead(&self, options: PgConnectOptions) -> PgConnectOptions {
        options
            .socket(format!("\0{}", self.name))
            .port(PORT)
            .ssl_mode(PgSslMode::Disable)
    }

    /// From now connections are carried in the way that poolers take.
    pub fn pool_statements(&self) {
        self.shared.pooled.store(true, Ordering::Relaxed);
    }

    /// Tells if there has just been no connection to the server for one that was needed.
    pub fn is_short_of_connections(&self) -> bool {
        self.shared.shortage.is_short()
    }
}

async fn carry(listener: UnixListener, shared: Arc<Shared>) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((driver, _)) if is_own(&driver) => {
                    sessions.spawn(session::carry(driver, Arc::clone(&shared)));
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(BREATH).await,
            },
            Some(_) = sessions.join_next() => {}
        }
    }
}

/// The name can be found by every process of this machine; the way is for this one alone.
fn is_own(driver: &UnixStream) -> bool {
    let peer = driver.peer_cred().ok().and_then(|peer| peer.pid());
    peer.is_some_and(|pid| u32::try_from(pid) == Ok(std::process::id()))
}
