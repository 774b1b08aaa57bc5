//! A server that goes away, and one that does not answer any more.

use std::{sync::Arc, time::Duration};

use sovani_ops::standin::BotApi;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use url::Url;

use crate::support::{
    database::{TestDatabase, on_postgres},
    deadline::eventually_within,
    process::{CHATS, Process, telegram},
};

/// An outage is reported within 15 s; a busy machine takes longer.
const SOON: Duration = Duration::from_secs(40);
const TOLD: &str = "CRITICAL | database\n\nThe database is unreachable: ";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Works,
    /// Nothing listens.
    Cut,
    /// Nothing comes through, in either direction.
    Hangs,
}

/// The way to the server, which can be broken.
struct Way {
    url: String,
    line: Arc<watch::Sender<Line>>,
}

impl Way {
    async fn to(database: &TestDatabase) -> Self {
        let mut url: Url = database.url().parse().unwrap();
        let server = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port()))
            .unwrap();
        let line = Arc::new(watch::Sender::new(Line::Works));
        let kept = Arc::clone(&line);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *kept.borrow() != Line::Cut {
                    tokio::spawn(forward(client, server.clone(), kept.subscribe()));
                }
            }
        });
        Self {
            url: url.into(),
            line,
        }
    }

    fn becomes(&self, line: Line) {
        self.line.send_replace(line);
    }
}

async fn forward(mut client: TcpStream, server: (String, u16), mut line: watch::Receiver<Line>) {
    let mut server = TcpStream::connect((server.0.as_str(), server.1))
        .await
        .unwrap();
    loop {
        let state = *line.borrow_and_update();
        match state {
            Line::Cut => return,
            Line::Hangs => {
                if line.changed().await.is_err() {
                    return;
                }
            }
            Line::Works => tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => return,
                changed = line.changed() => if changed.is_err() { return },
            },
        }
    }
}

fn said(telegram: &BotApi, text: &str) -> usize {
    let said = telegram.bot_messages(CHATS[0]);
    said.iter()
        .filter(|message| message.text.contains(text))
        .count()
}

/// Told once while the line is so, and its end when it works again.
async fn is_one_incident(line: Line, interval: &str) {
    on_postgres(async |database| {
        let telegram = telegram().await;
        let way = Way::to(&database).await;
        let settings = [("DATABASE_URL", way.url.as_str()), ("OPS_CHECK_INTERVAL_SEC", interval)];
        let mut process = Process::start(&database, &telegram, &settings);
        process.api().await.unwrap();
        process.logs("stats=SweepStats").await;

        way.becomes(line);
        eventually_within(SOON, "it is told", async || said(&telegram, TOLD) > 0).await;
        // Any other notification has time to arrive.
        tokio::time::sleep(Duration::from_secs(5)).await;
        way.becomes(Line::Works);
        eventually_within(SOON, "its end is told", async || {
            said(&telegram, "RESOLVED") > 0 && said(&telegram, TOLD) == 0
        })
        .await;

        let said_of_it = telegram.bot_messages(CHATS[0]);
        let cards = said_of_it.iter().filter(|message| {
            message.reply_to.is_none() && message.text.contains("The database is unreachable: ")
        });
        assert_eq!(cards.count(), 1, "{said_of_it:#?}");
        assert_eq!(said(&telegram, "crashed"), 0);
        let closed = "SELECT COUNT(*) FROM ops_incidents WHERE source = 'database' AND closed_at IS NOT NULL";
        assert_eq!(database.number(closed).await, 1);
        let (status, log) = process.terminate().await;
        assert!(status.success(), "{log}");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_goes_away_between_sweeps_is_told_once_and_so_is_its_return() {
    is_one_incident(Line::Cut, "600").await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_any_more_is_told_once_and_so_is_its_return() {
    is_one_incident(Line::Hangs, "1").await;
}
