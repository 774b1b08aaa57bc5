//! Tokens and passwords are in no error, no debug print and no log line.

mod addresses;
mod errors;
mod logs;
mod settings;

const TELEGRAM_SECRET: &str = "AAE-telegram-secret";
const ADMIN_SECRET: &str = "admin-secret-of-the-tests";
const DATABASE_SECRET: &str = "database-secret";
const PROXY_SECRET: &str = "proxy-secret";
/// `somebody:proxy-secret`, as the client tells it to the proxy.
const PROXY_LOGIN: &str = "c29tZWJvZHk6cHJveHktc2VjcmV0";

fn telegram_token() -> String {
    format!("4242:{TELEGRAM_SECRET}")
}

/// Fails when the text holds any of the secrets. The text itself is not shown whole: it can be a log.
fn assert_discreet(what: &str, text: &str) {
    let secrets = [
        TELEGRAM_SECRET,
        ADMIN_SECRET,
        DATABASE_SECRET,
        PROXY_SECRET,
        PROXY_LOGIN,
    ];
    for secret in secrets {
        assert_holds_no(what, text, secret);
    }
}

fn assert_holds_no(what: &str, text: &str, secret: &str) {
    let told = text.lines().find(|line| line.contains(secret));
    assert_eq!(told, None, "{what} tells {secret}");
}
