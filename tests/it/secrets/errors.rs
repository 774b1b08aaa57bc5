use std::{sync::Arc, time::Duration};

use futures::future::join_all;
use sovani_ops::{
    db,
    domain::ChatTarget,
    metrics::{LabelValues, Metrics},
    settings::Rates,
    standin::{BotApi, ChatKind, Fault, Options, Scope, Times},
    telegram::{self, Address, Failure, OUTCOMES, Telegram},
    views::Html,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

use super::{DATABASE_SECRET, PROXY_SECRET, assert_discreet, telegram_token};

const CHAT: i64 = 501;
const NEVER: Duration = Duration::from_secs(3600);
const MOVED: &str =
    "HTTP/1.1 302 Found\r\nlocation: https://example.com/\r\ncontent-length: 0\r\n\r\n";
const NO_PROXY_FOR_YOU: &str =
    "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";

fn faults() -> Vec<Fault> {
    vec![
        Fault::TooManyRequests(1),
        Fault::ServerError(500),
        Fault::HtmlError(502),
        Fault::Garbage,
        Fault::Delay(NEVER),
        Fault::LateAnswer(NEVER),
        Fault::Dropped,
        Fault::AcceptedThenDropped,
        Fault::Unauthorized,
        Fault::Conflict,
    ]
}

fn client(api: &str, token: &str, proxy: Option<&str>) -> Telegram {
    let known = LabelValues {
        detectors: &[],
        actions: &[],
        commands: &[],
        callbacks: &[],
        ping_outcomes: &[],
        kept_tables: &[],
        telegram_outcomes: &OUTCOMES,
    };
    let proxy = proxy.map(|proxy| proxy.parse::<Url>().unwrap());
    let bot = telegram::bot(&token.into(), &api.parse().unwrap(), proxy.as_ref()).unwrap();
    Telegram::new(
        bot,
        &Rates::default(),
        Arc::new(Metrics::new(&known).unwrap()),
    )
}

async fn standin() -> BotApi {
    let api = BotApi::start(Options::new(telegram_token(), "ops_bot"))
        .await
        .unwrap();
    api.add_chat(CHAT, ChatKind::Private, "Somebody");
    api
}

/// A server that gives every request this answer; its address.
async fn answering(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(answer.as_bytes()).await;
            });
        }
    });
    address.to_string()
}

/// An address where nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

async fn send(telegram: &Telegram) -> Result<i32, Failure> {
    let to = ChatTarget {
        chat_id: CHAT,
        thread_id: None,
    };
    let message = Html::new().bold("hello").into();
    let permit = telegram.permit_for(CHAT).await?;
    telegram.send(permit, Address::from(to), &message).await
}

/// Every way to print an error and its causes.
fn prints(error: Failure) -> String {
    let own = format!("{error}\n{error:?}\n{error:#}\n{error:#?}\n");
    let error = anyhow::Error::from(error);
    let causes = error
        .chain()
        .map(|cause| format!("{cause}\n{cause:?}\n{cause:#?}\n"));
    own + &causes.collect::<String>() + &format!("{error:#}\n{error:?}\n{error:#?}")
}

/// The failure to send a message and the failure to ask who the bot is, if they fail.
async fn failures(telegram: &Telegram) -> Vec<Failure> {
    let (sent, me) = tokio::join!(send(telegram), telegram.me());
    sent.err().into_iter().chain(me.err()).collect()
}

async fn assert_failures_are_discreet(what: &str, telegram: &Telegram) {
    let failures = failures(telegram).await;
    assert_eq!(failures.len(), 2, "{what}: {failures:?}");
    for failure in failures {
        assert_discreet(what, &prints(failure));
    }
}

#[tokio::test]
async fn no_failure_of_telegram_tells_the_token() {
    let token = telegram_token();
    let faulty = join_all(faults().into_iter().map(async |fault| {
        let api = standin().await;
        api.fail(Scope::Any, Times::UntilCleared, fault.clone());
        let telegram = client(&api.url(), &token, None);
        assert_failures_are_discreet(&format!("{fault:?}"), &telegram).await;
    }));
    let elsewhere = async {
        let api = standin().await;
        let (closed, moved, refusing) = (
            nobody().await,
            answering(MOVED).await,
            answering(NO_PROXY_FOR_YOU).await,
        );
        let plain = api.url().replace("http:", "https:");
        let proxy = |address: &str| format!("http://somebody:{PROXY_SECRET}@{address}");
        let socks = format!("socks5://somebody:{PROXY_SECRET}@{closed}");
        let wrong = format!("{token}x");
        let cases = [
            ("a wrong token", client(&api.url(), &wrong, None)),
            (
                "a closed port",
                client(&format!("http://{closed}"), &token, None),
            ),
            (
                "a redirect",
                client(&format!("http://{moved}"), &token, None),
            ),
            ("TLS towards a plain port", client(&plain, &token, None)),
            (
                "a proxy that is not there",
                client(&api.url(), &token, Some(&proxy(&closed))),
            ),
            (
                "a proxy that refuses",
                client(&api.url(), &token, Some(&proxy(&refusing))),
            ),
            (
                "a proxy that refuses a tunnel",
                client(&plain, &token, Some(&proxy(&refusing))),
            ),
            (
                "a SOCKS proxy that is not there",
                client(&api.url(), &token, Some(&socks)),
            ),
        ];
        join_all(cases.map(async |(what, telegram)| {
            assert_failures_are_discreet(what, &telegram).await;
        }))
        .await;
    };
    tokio::join!(faulty, elsewhere);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = standin().await;
    let location = format!("{}/bot{}/getMe", elsewhere.url(), telegram_token());
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
    let moved = answering(answer.leak()).await;

    let outcome = client(&format!("http://{moved}"), &telegram_token(), None)
        .me()
        .await;

    assert!(outcome.is_err());
    assert!(elsewhere.calls().is_empty());
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_keeps_the_password() {
    let closed = nobody().await;
    let urls = [
        format!("postgresql://ops:{DATABASE_SECRET}@{closed}/sovani"),
        format!("postgresql+psycopg2://ops:{DATABASE_SECRET}@{closed}/sovani"),
        format!("postgresql://{closed}/sovani?user=ops&password={DATABASE_SECRET}"),
    ];
    join_all(urls.map(async |url| {
        let error = db::open(&url.parse().unwrap()).await.unwrap_err();
        let prints = format!("{error}\n{error:#}\n{error:?}\n{error:#?}");
        assert_discreet(&url.replace(DATABASE_SECRET, "…"), &prints);
        assert!(prints.contains("cannot be opened"), "{prints}");
    }))
    .await;
}
