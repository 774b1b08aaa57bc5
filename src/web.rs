//! The client towards every HTTP server but Telegram's: bounded in time and size, and silent about addresses, which may
//! hold credentials.

mod redirect;

use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt;
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use url::Url;

pub use self::redirect::followed;
use crate::{
    settings::is_loopback,
    trust::{self, Trust},
};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How much of an answer that is an error is looked at.
const ERROR_BYTES: usize = 4 * 1024;
/// Shorter words in a header are common in answers and are not treated as secrets.
const SECRET_LENGTH_MIN: usize = 8;
/// How many redirects are followed: a missing slash and an address that has moved are two.
const REDIRECTS: usize = 5;

#[derive(Clone, Debug)]
pub struct Web {
    outside: Client,
    /// Without a proxy, which must not be used for this machine itself.
    loopback: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("no such request can be made")]
    NoRequest,
    #[error("no connection")]
    Unreachable,
    #[error(
        "the server's certificate is not accepted: {0}; if its authority is your own, name the file of the \
             authority's certificate in the environment variable SSL_CERT_FILE"
    )]
    Untrusted(String),
    #[error("no answer within {}s", .0.as_secs_f64())]
    Slow(Duration),
    #[error("HTTP {status} leads to {to}, another server; if it is the right one, set its address")]
    Elsewhere { status: u16, to: String },
    #[error("the answer leads from address to address, more than {0} times")]
    Astray(usize),
    #[error("HTTP {status}")]
    Status {
        status: u16,
        /// The beginning of the answer.
        body: String,
    },
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the answer broke off")]
    BrokeOff,
    #[error("the answer is no text")]
    NotText,
}

/// A request without a body.
pub struct Request<'a> {
    pub method: &'a str,
    pub url: &'a Url,
    pub headers: &'a [(&'a str, &'a str)],
}

/// An answer with any status.
pub struct Answer {
    pub status: u16,
    /// The server that a redirect names.
    pub leads_to: Option<String>,
    /// The beginning.
    pub body: String,
}

impl Web {
    pub fn new() -> anyhow::Result<Self> {
        let tls = Trust::of_the_machine()?.client()?;
        // Redirects are followed by hand after a check, and a referrer would reveal the address.
        let client = || {
            Client::builder()
                .connect_timeout(CONNECT_WITHIN)
                .use_preconfigured_tls(tls.clone())
                .redirect(Policy::none())
                .referer(false)
                .user_agent(concat!("sovani-ops/", env!("CARGO_PKG_VERSION")))
        };
        let made = "the HTTP client cannot be made";
        Ok(Self {
            outside: client().build().context(made)?,
            loopback: client().no_proxy().build().context(made)?,
        })
    }

    /// Fetches the text at that address, at most `at_most` bytes.
    pub async fn get(
        &self,
        url: &Url,
        within: Duration,
        at_most: usize,
    ) -> Result<String, WebError> {
        self.fetch(url, &[], within, at_most).await
    }

    /// The same with headers. A redirect is followed only to the same server, which gets the headers and the password
    /// again.
    pub async fn fetch(
        &self,
        url: &Url,
        headers: &[(&str, &str)],
        within: Duration,
        at_most: usize,
    ) -> Result<String, WebError> {
        let answer = async {
            let mut at = url.clone();
            for _ in 0..=REDIRECTS {
                match self.get_once(&at, headers, at_most).await? {
                    Got::Text(text) => return Ok(text),
                    Got::Moved(to) => at = to,
                }
            }
            Err(WebError::Astray(REDIRECTS))
        };
        tokio::time::timeout(within, answer)
            .await
            .unwrap_or(Err(WebError::Slow(within)))
    }

    async fn get_once(
        &self,
        url: &Url,
        headers: &[(&str, &str)],
        at_most: usize,
    ) -> Result<Got, WebError> {
        let request = with(self.client(url).get(url.clone()), headers);
        let response = request.send().await.map_err(|error| unreached(&error))?;
        let status = response.status();
        if status.is_success() {
            let (body, all) = read(response, at_most).await?;
            if !all {
                return Err(WebError::TooLarge(at_most));
            }
            let text = String::from_utf8(body).map_err(|_| WebError::NotText)?;
            return Ok(Got::Text(text));
        }
        let status = status.as_u16();
        if let Some(to) = redirect::target(url, &response) {
            return match followed(url, &to) {
                Some(next) => Ok(Got::Moved(next)),
                None => Err(WebError::Elsewhere {
                    status,
                    to: redirect::shown(&to),
                }),
            };
        }
        let (body, _) = read(response, ERROR_BYTES).await.unwrap_or_default();
        Err(WebError::Status {
            status,
            body: without(&String::from_utf8_lossy(&body), headers),
        })
    }

    /// Returns any answer. Redirects are not followed, so that the request takes effect only once and only there.
    pub async fn send(
        &self,
        request: &Request<'_>,
        within: Duration,
        at_most: usize,
    ) -> Result<Answer, WebError> {
        let Request {
            method,
            url,
            headers,
        } = request;
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| WebError::NoRequest)?;
        let answer = async {
            // Some servers answer 411 to a request without a body.
            let request = self.client(url).request(method, (*url).clone()).body("");
            let request = with(request, headers);
            let response = request.send().await.map_err(|error| unreached(&error))?;
            let status = response.status().as_u16();
            let leads_to = redirect::target(url, &response).map(|to| redirect::shown(&to));
            let (body, _) = read(response, at_most).await.unwrap_or_default();
            Ok(Answer {
                status,
                leads_to,
                body: String::from_utf8_lossy(&body).into_owned(),
            })
        };
        tokio::time::timeout(within, answer)
            .await
            .unwrap_or(Err(WebError::Slow(within)))
    }

    fn client(&self, url: &Url) -> &Client {
        if is_loopback(url) {
            &self.loopback
        } else {
            &self.outside
        }
    }
}

fn with(request: RequestBuilder, headers: &[(&str, &str)]) -> RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    })
}

/// Masks the secrets of the request, which a server may repeat.
fn without(text: &str, headers: &[(&str, &str)]) -> String {
    let words = headers
        .iter()
        .flat_map(|(_, value)| value.split_whitespace());
    let secrets = words.filter(|word| word.len() >= SECRET_LENGTH_MIN);
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
}

enum Got {
    Text(String),
    Moved(Url),
}

/// The error's text may hold the address; that of the certificate does not.
fn unreached(error: &reqwest::Error) -> WebError {
    match trust::refusal(error) {
        Some(refusal) => WebError::Untrusted(trust::words(refusal)),
        None => WebError::Unreachable,
    }
}

/// As much as is wanted of an answer, and whether that is all of it.
async fn read(response: Response, at_most: usize) -> Result<(Vec<u8>, bool), WebError> {
    let mut body = Vec::new();
    let mut pieces = response.bytes_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| WebError::BrokeOff)?;
        let room = at_most - body.len();
        if piece.len() > room {
            body.extend_from_slice(&piece[..room]);
            return Ok((body, false));
        }
        body.extend_from_slice(&piece);
    }
    Ok((body, true))
}
