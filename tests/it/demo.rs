//! The demonstration: its page over plain HTTP and in a real browser, and what can be planted and healed.

mod api;
mod browser;
mod faults;
mod page;
mod tour;

use std::{net::SocketAddr, time::Duration};

use reqwest::{Client, Response, StatusCode};
use sovani_ops::{
    demo::{ALERTS, Stage},
    domain::Lang,
};

/// Long enough for a busy machine; nothing waits for it to pass.
const SOON: Duration = Duration::from_secs(90);

/// A client that is a browser as far as the page can tell, and stays where it is sent from.
struct Visitor {
    client: Client,
    base: String,
}

impl Visitor {
    fn at(address: SocketAddr) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            client,
            base: format!("http://{address}"),
        }
    }

    async fn gets(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base));
        request.send().await.unwrap()
    }

    async fn sees(&self, path: &str) -> String {
        let answer = self.gets(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    /// Sends a form as the page's own would be sent without a script.
    async fn posts(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.posts_from(&self.base, path, form).await
    }

    async fn posts_from(&self, origin: &str, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header("origin", origin).form(form);
        request.send().await.unwrap()
    }
}

async fn stage() -> (Stage, Visitor) {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let stage = Stage::set_up(Some(listen), Lang::En).await.unwrap();
    let visitor = Visitor::at(stage.page.address());
    (stage, visitor)
}

/// Waits until the bot has said it in the alert chat.
async fn hears(stage: &Stage, words: &str) {
    let heard = stage.api.wait_for(SOON, |state| {
        let mut messages = state.bot_messages(ALERTS);
        messages
            .find(|message| message.text.contains(words))
            .map(|message| message.id)
    });
    heard.await.unwrap();
}
