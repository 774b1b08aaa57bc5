//! The HTTP client towards the Bot API.

use std::time::Duration;

use anyhow::Context as _;
use secrecy::{ExposeSecret, SecretString};
use teloxide::Bot;
use url::Url;

use crate::settings::is_loopback;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longer than the long poll for updates lasts.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(25);

/// Follows no redirects and sends no referrer: both would carry the token, which is part of the address.
pub fn bot(token: &SecretString, api_url: &Url, proxy: Option<&Url>) -> anyhow::Result<Bot> {
    let mut client = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    client = match proxy {
        Some(proxy) => client.proxy(reqwest::Proxy::all(proxy.clone()).context("TELEGRAM_PROXY")?),
        None if is_loopback(api_url) => client.no_proxy(),
        None => client,
    };
    let client = client.build().context("the HTTP client cannot be made")?;
    Ok(Bot::with_client(token.expose_secret(), client).set_api_url(api_url.clone()))
}
