//! The client towards every HTTP server but Telegram's: bounded in time and size, and silent about addresses, which may
//! hold credentials.

use std::time::Duration;

use anyhow::Context as _;
use futures::StreamExt;
use reqwest::{Client, Method, Response, redirect::Policy};
use url::Url;

use crate::settings::is_loopback;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How much of an answer that is an error is looked at.
const ERROR_BYTES: usize = 4 * 1024;

#[derive(Clone, Debug)]
pub struct Web {
    outside: Client,
    /// No proxy stands between this machine and itself.
    loopback: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("no such request can be made")]
    NoRequest,
    #[error("no connection")]
    Unreachable,
    #[error("no answer within {}s", .0.as_secs_f64())]
    Slow(Duration),
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

impl Web {
    pub fn new() -> anyhow::Result<Self> {
        // A redirect could lead anywhere, and a referrer would tell where from.
        let client = || {
            Client::builder()
                .connect_timeout(CONNECT_WITHIN)
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

    /// The text at that address, of `at_most` so many bytes.
    pub async fn get(
        &self,
        url: &Url,
        within: Duration,
        at_most: usize,
    ) -> Result<String, WebError> {
        let answer = async {
            let sent = self.client(url).get(url.clone()).send().await;
            let response = sent.map_err(|_| WebError::Unreachable)?;
            let status = response.status();
            if status.is_success() {
                let (body, all) = read(response, at_most).await?;
                if !all {
                    return Err(WebError::TooLarge(at_most));
                }
                return String::from_utf8(body).map_err(|_| WebError::NotText);
            }
            let (body, _) = read(response, ERROR_BYTES).await.unwrap_or_default();
            Err(WebError::Status {
                status: status.as_u16(),
                body: String::from_utf8_lossy(&body).into_owned(),
            })
        };
        tokio::time::timeout(within, answer)
            .await
            .unwrap_or(Err(WebError::Slow(within)))
    }

    /// The status and the beginning of what is answered, whichever it is.
    pub async fn send(
        &self,
        request: &Request<'_>,
        within: Duration,
        at_most: usize,
    ) -> Result<(u16, String), WebError> {
        let Request {
            method,
            url,
            headers,
        } = request;
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| WebError::NoRequest)?;
        let answer = async {
            // Some servers answer 411 to a request that says nothing of a body.
            let request = self.client(url).request(method, (*url).clone()).body("");
            let request = headers.iter().fold(request, |request, (name, value)| {
                request.header(*name, *value)
            });
            let response = request.send().await.map_err(|_| WebError::Unreachable)?;
            let status = response.status().as_u16();
            let (body, _) = read(response, at_most).await.unwrap_or_default();
            Ok((status, String::from_utf8_lossy(&body).into_owned()))
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
