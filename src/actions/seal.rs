//! The digest that identifies what an action does.

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Doing, Remedy};
use crate::settings::{CustomAction, CustomKind, Settings};

impl Remedy {
    /// A digest of everything that the action would do under these settings. It is stored in the database and covers
    /// headers and addresses, so it is keyed with the bot's token: it cannot be used to guess a password.
    pub fn seal(&self, settings: &Settings) -> String {
        let token = settings.telegram_token.as_ref();
        let key = token.map(ExposeSecret::expose_secret).unwrap_or_default();
        let effect = json!([key, self.name(), self.effect(settings)]);
        hex::encode(Sha256::digest(effect.to_string()))
    }

    /// Everything that determines the effect.
    fn effect(&self, settings: &Settings) -> Value {
        match &self.doing {
            Doing::BuiltIn(action) => json!((action.rests_on)(settings)),
            Doing::Configured { custom, .. } => configured(custom, settings),
        }
    }
}

fn configured(custom: &CustomAction, settings: &Settings) -> Value {
    let timeout = custom.timeout.as_secs();
    match &custom.kind {
        CustomKind::Command(call) => json!([
            "command",
            timeout,
            call.program,
            call.arguments,
            call.environment,
            call.folder,
        ]),
        CustomKind::Systemd { unit } => json!(["systemd", timeout, unit, settings.system_bus]),
        CustomKind::Http(call) => {
            let headers = call.headers.iter();
            let headers: Vec<_> = headers
                .map(|header| (&header.name, header.value()))
                .collect();
            json!([
                "http",
                timeout,
                call.method,
                call.url.url().as_str(),
                headers,
                call.expect,
            ])
        }
    }
}
