//! Where Telegram is blocked: through a proxy, and with a Bot API of one's own.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::support::program::telegram;

/// A proxy that passes on what it gets to one address, and counts the connections.
struct Proxy {
    address: String,
    used: Arc<AtomicUsize>,
}

impl Proxy {
    /// Speaks SOCKS5, or passes on the requests as they are, which is all that a plain request needs.
    async fn to(target: &str, speaks_socks: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let used = Arc::new(AtomicUsize::new(0));
        let (target, counter) = (target.to_owned(), Arc::clone(&used));
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let target = target.clone();
                tokio::spawn(async move {
                    if speaks_socks {
                        greet(&mut client).await;
                    }
                    let mut server = TcpStream::connect(target).await.unwrap();
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { address, used }
    }
}

/// The handshake of SOCKS5 without authentication, for an IPv4 address.
async fn greet(client: &mut TcpStream) {
    let mut head = [0; 2];
    client.read_exact(&mut head).await.unwrap();
    let mut methods = vec![0; usize::from(head[1])];
    client.read_exact(&mut methods).await.unwrap();
    client.write_all(&[5, 0]).await.unwrap();
    let mut request = [0; 10];
    client.read_exact(&mut request).await.unwrap();
    assert_eq!(
        request[..4],
        [5, 1, 0, 1],
        "a connection to an IPv4 address"
    );
    client
        .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
        .await
        .unwrap();
}

async fn an_alert_arrives_through(database: &TestDatabase, scheme: &str) {
    let telegram = telegram().await;
    let target = telegram.url().trim_start_matches("http://").to_owned();
    let proxy = Proxy::to(&target, scheme == "socks5").await;
    let low = Money::from_roubles(-15_000);
    let platform = Platform::healthy(TODAY).low_cash(Marketplace::Ozon, low);
    platform.create(database.db()).await.unwrap();
    let mut program = Setup::beside(database)
        .with("TELEGRAM_PROXY", format!("{scheme}://{}", proxy.address))
        .with("AUTO_REMEDIATION_ENABLED", "false")
        .start_on(&telegram)
        .await;
    program.sweep().await;
    program.hears(ALERT_CHAT, CASH).await;
    assert!(proxy.used.load(Ordering::SeqCst) > 0);
    program.stop().await;
}

#[tokio::test]
async fn an_alert_arrives_through_an_http_proxy() {
    crate::support::database::on_sqlite(async |database| {
        an_alert_arrives_through(&database, "http").await;
    })
    .await;
}

#[tokio::test]
async fn an_alert_arrives_through_a_socks_proxy() {
    crate::support::database::on_sqlite(async |database| {
        an_alert_arrives_through(&database, "socks5").await;
    })
    .await;
}
