//! Which server of an address is connected to, and how.

use std::time::Duration;

use secrecy::ExposeSecret;
use sqlx::{
    ConnectOptions, Connection, Error, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgSslMode},
};

use super::url::{PostgresAddress, PostgresHost, SslMode};

/// The longest that one of several servers is waited for, unless the address says otherwise.
const ATTEMPT: Duration = Duration::from_secs(3);
/// How often the server in use is looked after, where there are others to turn to.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// `PostgreSQL` while it starts or stops: another server of the list may be ready.
const CANNOT_CONNECT_NOW: &str = "57P03";
/// Sessions by this name are this program's own.
const APPLICATION_NAME: &str = "sovani-ops";

/// How to connect to the first server of the address that will do.
pub(super) async fn reachable(address: &PostgresAddress) -> sqlx::Result<PgConnectOptions> {
    let mut hosts: Vec<_> = address.hosts.iter().collect();
    if let [host] = hosts[..]
        && !address.writable
    {
        return Ok(options(address, host));
    }
    if address.any_order {
        fastrand::shuffle(&mut hosts);
    }
    let mut refusals = Vec::new();
    for host in hosts {
        let options = options(address, host);
        match attempt(&options, address).await {
            Ok(()) => return Ok(options),
            // As libpq: a server that refuses the account is an answer.
            Err(Error::Database(error)) if error.code().as_deref() != Some(CANNOT_CONNECT_NOW) => {
                return Err(Error::Database(error));
            }
            Err(error) => refusals.push(format!("{host}: {error}")),
        }
    }
    Err(Error::Configuration(refusals.join("; ").into()))
}

/// Turns to another server of the address when the one in use is gone, for as long as the pool is open. libpq looks anew
/// at each connection; the driver would keep to the server that it began with.
pub(super) fn follow(
    address: &PostgresAddress,
    pool: &PgPool,
    for_session: fn(PgConnectOptions) -> PgConnectOptions,
) {
    if address.hosts.len() < 2 {
        return;
    }
    let (address, pool) = (address.clone(), pool.clone());
    tokio::spawn(async move {
        let mut closed = pool.close_event();
        loop {
            tokio::select! {
                () = &mut closed => return,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if attempt(&pool.connect_options(), &address).await.is_err()
                && let Ok(options) = reachable(&address).await
            {
                pool.set_connect_options(for_session(options));
            }
        }
    });
}

async fn attempt(options: &PgConnectOptions, address: &PostgresAddress) -> sqlx::Result<()> {
    let limit = address.connect_timeout.unwrap_or(ATTEMPT);
    let looked = tokio::time::timeout(limit, async {
        let mut connection = options.connect().await?;
        let usable = !address.writable || takes_writes(&mut connection).await?;
        connection.close().await?;
        Ok(usable)
    });
    match looked.await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(Error::Configuration(
            "it takes no writes: it is a replica or set to read only".into(),
        )),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(Error::Configuration("no answer in time".into())),
    }
}

async fn takes_writes(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'",
    )
    .fetch_one(connection)
    .await
}

/// Everything is given to the driver by name: an address as a whole it would log in part, and the password file too.
fn options(address: &PostgresAddress, host: &PostgresHost) -> PgConnectOptions {
    let tls = &address.tls;
    // Over a socket there is none, whatever is asked for.
    let mode = if host.is_socket() {
        SslMode::Disable
    } else {
        tls.mode
    };
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(&host.target())
        .port(host.port)
        .username(&address.user)
        .database(&address.database)
        .application_name(APPLICATION_NAME)
        .ssl_mode(mode.into())
        // What the process's own PGOPTIONS asks for is there already.
        .options(address.options.iter().map(|(name, value)| (name, value)));
    if let Some(password) = address.password_for(host) {
        options = options.password(password.secret().expose_secret());
    }
    if let Some(file) = &tls.root_cert {
        options = options.ssl_root_cert(file);
    }
    if let Some(file) = &tls.cert {
        options = options.ssl_client_cert(file);
    }
    if let Some(file) = &tls.key {
        options = options.ssl_client_key(file);
    }
    options
}

impl From<SslMode> for PgSslMode {
    fn from(mode: SslMode) -> Self {
        match mode {
            SslMode::Disable => Self::Disable,
            SslMode::Allow => Self::Allow,
            SslMode::Prefer => Self::Prefer,
            SslMode::Require => Self::Require,
            SslMode::VerifyCa => Self::VerifyCa,
            SslMode::VerifyFull => Self::VerifyFull,
        }
    }
}
