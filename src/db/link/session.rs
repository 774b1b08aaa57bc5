//! One connection of the driver's, from its first message to its end.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, copy, split},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    Shared,
    encryption::Stream,
    message::{self, Message, Messages},
    pooled::Prepared,
    reach::{Reached, reach},
    server_error::{
        ERROR, NO_SESSION, NOT_YET, POOLERS_OWN, ServerError, TOO_MANY, TURNED_AWAY, UNSUPPORTED,
        WAITED_IN_VAIN,
    },
    shortage::ConnectionShortage,
    turn::Turn,
};

const READY: u8 = b'Z';
const OUTSIDE_TRANSACTION: &[u8] = b"I";
const PARAMETER: u8 = b'S';
const TERMINATE: u8 = b'X';
/// Parameters that a server reports when it takes no writes.
const READ_ONLY: [&[u8]; 2] = [
    b"in_hot_standby\0on\0",
    b"default_transaction_read_only\0on\0",
];

/// Any failure here ends the driver's connection.
pub async fn carry(mut driver: UnixStream, shared: Arc<Shared>) {
    let Ok(startup) = message::startup(&mut driver).await else {
        return;
    };
    let mut nothing = [0];
    let reached = tokio::select! {
        reached = reach(&shared, &startup) => reached,
        // The driver sends nothing before it is answered, so it has disconnected.
        _ = driver.read(&mut nothing) => return,
    };
    let _ = match reached {
        Ok(reached) => speak(driver, reached, &shared).await,
        Err(refusal) => driver.write_all(refusal.write().bytes()).await,
    };
}

async fn speak(driver: UnixStream, reached: Reached, shared: &Shared) -> io::Result<()> {
    let Reached {
        messages,
        answer,
        place,
    } = reached;
    let (stream, rest) = messages.into_parts();
    let (from_server, to_server) = split(stream);
    let (from_driver, to_driver) = driver.into_split();
    let mut session = Session {
        from_server: Messages::continued(from_server, rest),
        to_server,
        from_driver,
        to_driver,
        place,
    };
    if !session.begin(answer, shared).await? {
        return Ok(());
    }
    shared.shortage.granted();
    if shared.pooled.load(Ordering::Relaxed) {
        session.go_on_pooled(&shared.shortage).await
    } else {
        session.go_on().await
    }
}

struct Session {
    from_server: Messages<ReadHalf<Box<dyn Stream>>>,
    to_server: WriteHalf<Box<dyn Stream>>,
    from_driver: OwnedReadHalf,
    to_driver: OwnedWriteHalf,
    place: usize,
}

impl Session {
    /// Relays the login until the server is ready. False if it refuses.
    async fn begin(&mut self, answer: Message, shared: &Shared) -> io::Result<bool> {
        let mut next = Some(answer);
        let mut said = [0; 4096];
        loop {
            if let Some(message) = next.take() {
                let refusal = match message.kind() {
                    ERROR => Some(told(ServerError::read(&message), shared)),
                    PARAMETER if READ_ONLY.contains(&message.body()) => self.passed_over(shared),
                    _ => None,
                };
                if let Some(refusal) = refusal {
                    self.to_driver.write_all(refusal.write().bytes()).await?;
                    return Ok(false);
                }
                self.to_driver.write_all(message.bytes()).await?;
                if message.kind() == READY {
                    return Ok(true);
                }
            }
            tokio::select! {
                message = self.from_server.next() => match message? {
                    Some(message) => next = Some(message),
                    None => return Ok(false),
                },
                length = self.from_driver.read(&mut said) => match length? {
                    0 => return Ok(false),
                    length => {
                        self.to_server.write_all(&said[..length]).await?;
                        self.to_server.flush().await?;
                    }
                },
            }
        }
    }

    /// The refusal of a server that takes no writes, where only another one will do.
    fn passed_over(&self, shared: &Shared) -> Option<ServerError> {
        if !shared.target.writable {
            return None;
        }
        // If there is another host, the driver reaches it by trying again.
        let code = if shared.target.pass_over(self.place) {
            NOT_YET
        } else {
            TURNED_AWAY
        };
        let host = &shared.target.hosts[self.place];
        Some(ServerError::new(
            code,
            format!("{host} takes no writes: it is a replica or set to read only"),
        ))
    }

    async fn go_on(self) -> io::Result<()> {
        let Self {
            from_server,
            mut to_server,
            mut from_driver,
            mut to_driver,
            ..
        } = self;
        let (mut from_server, rest) = from_server.into_parts();
        let down = async {
            to_driver.write_all(&rest).await?;
            copy(&mut from_server, &mut to_driver).await.map(drop)
        };
        let up = async {
            copy(&mut from_driver, &mut to_server).await?;
            to_server.shutdown().await
        };
        // When one side ends, the other has no peer.
        tokio::select! {
            ended = down => ended,
            ended = up => ended,
        }
    }

    async fn go_on_pooled(self, shortage: &ConnectionShortage) -> io::Result<()> {
        let Self {
            mut from_server,
            mut to_server,
            from_driver,
            mut to_driver,
            ..
        } = self;
        let turn = Turn::new();
        let down = async {
            while let Some(message) = from_server.next().await? {
                turn.answered(message.kind() == READY && message.body() == OUTSIDE_TRANSACTION);
                let message = no_session(&message).unwrap_or(message);
                to_driver.write_all(message.bytes()).await?;
            }
            Ok(())
        };
        let up = async {
            translate(from_driver, &mut to_server, &turn).await?;
            to_server.shutdown().await
        };
        tokio::select! {
            ended = down => return ended,
            ended = up => return ended,
            // The driver finds it closed before it uses it again, and opens another one.
            () = turn.ends(shortage) => {}
        }
        to_server
            .write_all(Message::new(TERMINATE, &[]).bytes())
            .await?;
        to_server.shutdown().await
    }
}

/// The pooler's refusal of a statement for which it had no session in time, in words that say what to do.
fn no_session(message: &Message) -> Option<Message> {
    let refusal = (message.kind() == ERROR).then(|| ServerError::read(message))?;
    (refusal.message == WAITED_IN_VAIN).then(|| ServerError::new(POOLERS_OWN, NO_SESSION).write())
}

async fn translate(
    from_driver: OwnedReadHalf,
    to_server: &mut WriteHalf<Box<dyn Stream>>,
    turn: &Turn,
) -> io::Result<()> {
    let mut prepared = Prepared::default();
    let mut messages = Messages::new(from_driver);
    while let Some(message) = messages.next().await? {
        turn.asked();
        to_server.write_all(&prepared.carry(&message)).await?;
        if !messages.has_more() {
            to_server.flush().await?;
        }
    }
    Ok(())
}

/// The server's refusal, in words that say what to do where its own do not.
fn told(refusal: ServerError, shared: &Shared) -> ServerError {
    match &*refusal.code {
        // The driver tries again by itself, until that has no use.
        TOO_MANY if shared.shortage.refused() => ServerError::new(
            TURNED_AWAY,
            format!(
                "too many connections: the server grants no further one ({}); end some, raise the limit, or make \
                 DATABASE_POOL_SIZE smaller",
                refusal.message
            ),
        ),
        // `PgBouncer` has one code for all its own errors. How it refuses settings shows that it is there.
        POOLERS_OWN if !refusal.message.starts_with(UNSUPPORTED) => ServerError::new(
            POOLERS_OWN,
            format!("PgBouncer takes nobody: {}", refusal.message),
        ),
        _ => refusal,
    }
}
