//! The HTTP client towards the Bot API.

use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use reqwest::{Client, Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use teloxide::Bot;
use url::Url;

use super::Failure;
use crate::{settings::is_loopback, trust::Trust};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the long poll for updates lasts.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(25);

pub fn bot(token: &SecretString, api_url: &Url, proxy: Option<&Url>) -> anyhow::Result<Bot> {
    let client = client(api_url, proxy)?;
    Ok(Bot::with_client(token.expose_secret(), client).set_api_url(api_url.clone()))
}

/// The Bot API's time, to the second, from the `Date` header of an answer to a request without the token.
pub async fn server_time(
    api_url: &Url,
    proxy: Option<&Url>,
) -> anyhow::Result<Option<DateTime<Utc>>> {
    let asked = client(api_url, proxy)?.get(api_url.clone()).send().await;
    let answer = asked.map_err(|_| Failure::Unreachable)?;
    Ok(date(&answer))
}

/// The time at which the Bot API sent an answer, if it says so.
pub fn date(answer: &Response) -> Option<DateTime<Utc>> {
    let date = answer.headers().get(header::DATE)?.to_str().ok()?;
    Some(DateTime::parse_from_rfc2822(date).ok()?.to_utc())
}

/// Calls a method and returns the whole response. The address contains the token.
pub async fn post(bot: &Bot, method: &str, params: &Value) -> reqwest::Result<Response> {
    let mut address = bot.api_url();
    if let Ok(mut path) = address.path_segments_mut() {
        path.pop_if_empty()
            .push(&format!("bot{}", bot.token()))
            .push(method);
    }
    bot.client().post(address).json(params).send().await
}

/// Follows no redirects and sends no referrer: both would reveal the token, which is part of the address.
fn client(api_url: &Url, proxy: Option<&Url>) -> anyhow::Result<Client> {
    let mut client = Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .use_preconfigured_tls(Trust::of_the_machine()?.client()?)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    client = match proxy {
        Some(proxy) => client.proxy(reqwest::Proxy::all(proxy.clone()).context("TELEGRAM_PROXY")?),
        None if is_loopback(api_url) => client.no_proxy(),
        None => client,
    };
    client.build().context("the HTTP client cannot be made")
}
