//! Connects to the first server that answers.

use std::{
    io::{Error, ErrorKind},
    net::SocketAddr,
    time::{Duration, Instant},
};

use rustix::net::sockopt::{
    set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl,
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpStream, UnixStream, lookup_host},
    time::timeout,
};

use super::{
    Shared,
    encryption::{self, Attempt, Stream},
    message::{Message, Messages},
    server_error::{ERROR, NO_ENTRY, NOT_YET, ServerError, TURNED_AWAY, UNREACHED},
    target::shown,
};

use crate::db::url::PostgresHost;

/// How long to wait for a restarting server; shorter than anybody wants to wait for the news that it is down.
const RESTARTED_WITHIN: Duration = Duration::from_secs(2);
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(200);
/// A server that is gone without a word is noticed after the quiet time and this many unanswered questions: 25 s.
const QUIET: Duration = Duration::from_secs(10);
const BETWEEN_QUESTIONS: Duration = Duration::from_secs(5);
const QUESTIONS: u32 = 3;

/// A server that has answered the driver's first message.
pub struct Reached {
    pub messages: Messages<Box<dyn Stream>>,
    pub answer: Message,
    /// Its place among the hosts.
    pub place: usize,
}

enum Failure {
    /// Another host, or the same one a moment later, may do.
    Passing(ServerError),
    Final(ServerError),
}

pub async fn reach(shared: &Shared, startup: &[u8]) -> Result<Reached, ServerError> {
    let begun = Instant::now();
    loop {
        match any_host(shared, startup).await {
            Ok(reached) => return Ok(reached),
            Err(Failure::Final(refusal)) => return Err(refusal),
            Err(Failure::Passing(refusal)) if begun.elapsed() >= RESTARTED_WITHIN => {
                return Err(refusal);
            }
            Err(Failure::Passing(_)) => tokio::time::sleep(BETWEEN_ATTEMPTS).await,
        }
    }
}

async fn any_host(shared: &Shared, startup: &[u8]) -> Result<Reached, Failure> {
    let mut told: Vec<String> = Vec::new();
    let mut code = UNREACHED;
    for (place, host) in shared.target.in_order() {
        match one_host(shared, place, host, startup).await {
            Ok(reached) => return Ok(reached),
            Err(Failure::Passing(refusal)) => {
                if refusal.code != UNREACHED {
                    code = TURNED_AWAY;
                }
                told.push(refusal.message);
            }
            failure => return failure,
        }
    }
    Err(Failure::Passing(ServerError::new(code, told.join("; "))))
}

async fn one_host(
    shared: &Shared,
    place: usize,
    host: &PostgresHost,
    startup: &[u8],
) -> Result<Reached, Failure> {
    let mut refused: Option<ServerError> = None;
    for attempt in encryption::attempts(shared.target.tls.mode, host) {
        let within = shared.target.within;
        let asked = timeout(within, ask(shared, host, *attempt, startup)).await;
        let (messages, answer) = match asked {
            Ok(Ok(answered)) => answered,
            // Under `prefer`, a failed TLS attempt is followed by a plain one.
            Ok(Err(Failure::Final(refusal))) => {
                refused = Some(joined(refused, refusal));
                continue;
            }
            Ok(Err(passing)) => return Err(passing),
            Err(_) => {
                return Err(Failure::Passing(ServerError::new(
                    UNREACHED,
                    format!(
                        "{} does not answer within {}s",
                        shown(host),
                        within.as_secs()
                    ),
                )));
            }
        };
        if answer.kind() == ERROR {
            let refusal = ServerError::read(&answer);
            if refusal.code == NOT_YET {
                return Err(Failure::Passing(ServerError {
                    message: format!("{}: {}", shown(host), refusal.message),
                    ..refusal
                }));
            }
            if refusal.code == NO_ENTRY {
                refused = Some(joined(refused, refusal));
                continue;
            }
        }
        return Ok(Reached {
            messages,
            answer,
            place,
        });
    }
    let none = || ServerError::new(UNREACHED, "no way of reaching the server is left");
    Err(Failure::Final(refused.unwrap_or_else(none)))
}

fn joined(first: Option<ServerError>, second: ServerError) -> ServerError {
    match first {
        Some(first) if first.message != second.message => ServerError {
            message: format!("{}; {}", first.message, second.message),
            ..second
        },
        _ => second,
    }
}

async fn ask(
    shared: &Shared,
    host: &PostgresHost,
    attempt: Attempt,
    startup: &[u8],
) -> Result<(Messages<Box<dyn Stream>>, Message), Failure> {
    let stream = connect(host).await.map_err(Failure::Passing)?;
    let mut stream = encryption::encrypt(stream, attempt, host, &shared.target.tls)
        .await
        .map_err(Failure::Final)?;
    let silent = || {
        Failure::Passing(ServerError::new(
            UNREACHED,
            format!("{} ended the connection without a word", shown(host)),
        ))
    };
    stream.write_all(startup).await.map_err(|_| silent())?;
    let mut messages = Messages::new(stream);
    let answer = messages.next().await.map_err(|_| silent())?;
    Ok((messages, answer.ok_or_else(silent)?))
}

async fn connect(host: &PostgresHost) -> Result<Box<dyn Stream>, ServerError> {
    if let Some(socket) = host.socket() {
        let stream = UnixStream::connect(&socket).await;
        return Ok(Box::new(stream.map_err(|error| unreached(host, &error))?));
    }
    let stream = TcpStream::connect(&addresses(host).await?[..])
        .await
        .map_err(|error| unreached(host, &error))?;
    watch(&stream).map_err(|error| unreached(host, &error))?;
    Ok(Box::new(stream))
}

async fn addresses(host: &PostgresHost) -> Result<Vec<SocketAddr>, ServerError> {
    if let Some(address) = host.address {
        return Ok(vec![(address, host.port).into()]);
    }
    let name = &host.name;
    match lookup_host((name.as_str(), host.port)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) => Err(ServerError::new(
            UNREACHED,
            format!("the name {name} cannot be resolved: {error}"),
        )),
    }
}

fn watch(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    set_socket_keepalive(stream, true)?;
    set_tcp_keepidle(stream, QUIET)?;
    set_tcp_keepintvl(stream, BETWEEN_QUESTIONS)?;
    set_tcp_keepcnt(stream, QUESTIONS)?;
    Ok(())
}

fn unreached(host: &PostgresHost, error: &Error) -> ServerError {
    let host = shown(host);
    let told = match error.kind() {
        ErrorKind::ConnectionRefused => format!("nothing listens at {host}"),
        ErrorKind::NotFound => format!("there is no socket {host}: no server runs there"),
        ErrorKind::PermissionDenied => format!("this account may not connect to {host}"),
        _ => format!("{host} cannot be reached: {error}"),
    };
    ServerError::new(UNREACHED, told)
}
