//! Contradictions between settings that are valid by themselves.

use secrecy::ExposeSecret;

use super::{InvalidSetting, Settings};

impl Settings {
    /// Problems that no single setting has.
    pub(super) fn contradictions(&self) -> Vec<InvalidSetting> {
        let mut faults = Vec::new();
        let mut open_to = |name, whom| {
            faults.push(InvalidSetting {
                name,
                problem: format!(
                    "{whom} could read the API: set API_PUBLIC_READ=false, or API_PUBLIC_READ=true if that is meant"
                ),
            });
        };
        if self.api_public_read.is_none() {
            if !self.http_listen.ip().is_loopback() {
                let listen = self.http_listen;
                open_to(
                    "HTTP_LISTEN",
                    format!("{listen} is not a loopback address, and anybody there"),
                );
            }
            if !self.trusted_proxies.is_empty() {
                open_to(
                    "HTTP_TRUSTED_PROXIES",
                    "whoever reaches the proxy".to_owned(),
                );
            }
        }
        faults.extend(self.the_bot_among_people());
        faults.extend(self.tiers_out_of_reach());
        faults
    }

    /// A bot must not be an administrator: its messages are sent by anybody who can make it send one.
    fn the_bot_among_people(&self) -> Vec<InvalidSetting> {
        let token = self
            .telegram_token
            .as_ref()
            .map(ExposeSecret::expose_secret);
        let bot = token.and_then(|token| token.split(':').next()?.parse::<i64>().ok());
        let lists = [
            ("ADMIN_USER_IDS", &self.admins),
            ("VIEWER_USER_IDS", &self.viewers),
        ];
        let named = lists
            .into_iter()
            .filter(|(_, ids)| bot.is_some_and(|bot| ids.contains(&bot)));
        named
            .map(|(name, _)| InvalidSetting {
                name,
                problem: "one of the ids is that of the bot itself; take it out".to_owned(),
            })
            .collect()
    }
}
