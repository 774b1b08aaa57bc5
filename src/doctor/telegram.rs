//! Checks that Telegram accepts the token.

use super::{Check, Finding, Installation};
use crate::{
    settings::{PrivateUrl, Settings},
    telegram::Failure,
};

pub const CHECK: Check = Check {
    name: "telegram",
    needs: &["TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_PROXY"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let finding = match installation.token().await {
        None => Finding::error(
            "TELEGRAM_TOKEN is not set",
            "get a token from @BotFather, and run: sovani-ops init",
        ),
        Some(Ok(me)) => Finding::ok(format!("the token is that of @{}", me.username())),
        Some(Err(failure)) => {
            Finding::error(failure.to_string(), advice(failure, &installation.settings))
        }
    };
    let mut findings = vec![finding];
    findings.extend(names(&installation.settings));
    findings
}

/// Tells who resolves the Bot API's name: where it is blocked by DNS, the proxy must do it.
fn names(settings: &Settings) -> Option<Finding> {
    let proxy = settings.telegram_proxy.as_ref()?;
    let host = settings.telegram_api_url.host_str().unwrap_or_default();
    Some(Finding::ok(if resolves_here(proxy) {
        format!(
            "through TELEGRAM_PROXY ({proxy:?}); this machine looks up {host} itself, and socks5h:// has the proxy do it"
        )
    } else {
        format!("through TELEGRAM_PROXY ({proxy:?}), which looks up {host}")
    }))
}

fn resolves_here(proxy: &PrivateUrl) -> bool {
    proxy.url().scheme() == "socks5"
}

/// The remedy when Telegram cannot be reached.
pub fn advice(failure: &Failure, settings: &Settings) -> String {
    match failure {
        Failure::Token => "the token was copied wrongly or taken back; get it from @BotFather (/mybots, API Token), and run: sovani-ops init"
            .to_owned(),
        Failure::Unreachable | Failure::Timeout => match &settings.telegram_proxy {
            Some(proxy) if resolves_here(proxy) => format!(
                "check the network and TELEGRAM_PROXY ({proxy:?}); where this machine cannot look up Telegram's address, write socks5h:// and the proxy does"
            ),
            Some(proxy) => format!("check the network and TELEGRAM_PROXY ({proxy:?})"),
            None => format!(
                "check the network and TELEGRAM_API_URL ({}); where Telegram is blocked, set TELEGRAM_PROXY",
                settings.telegram_api_url.host_str().unwrap_or_default()
            ),
        },
        Failure::Garbled => "check that TELEGRAM_API_URL and TELEGRAM_PROXY lead to a Bot API".to_owned(),
        _ => "try again in a few minutes".to_owned(),
    }
}
