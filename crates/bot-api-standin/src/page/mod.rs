//! The stand-in's face: its chats in a browser, as each person's phone shows them. What it shows is what was sent.

mod bubble;
mod feed;
mod frame;
mod guard;
mod panel;
mod rich;
mod routes;
mod server;

use std::{net::SocketAddr, sync::Arc};

use chrono_tz::Tz;
use tokio::{net::TcpListener, sync::Semaphore};

pub use self::panel::{Panel, Sentences, Switch, Timetable};
use self::{frame::Look, guard::Port};
use super::{BotApi, ChatId, Person, UserId, listening::Server};

/// Pages that are told live. Browsers keep to six a host; the rest is for scripts.
const READERS: usize = 32;

/// Somebody whose phone can be looked at.
pub struct Member {
    pub person: Person,
    /// Who they are to the bot.
    pub about: &'static str,
}

/// What the page shows.
pub struct Face {
    /// Of the browser's window, behind the chat's name.
    pub title: &'static str,
    pub api: BotApi,
    /// The first is whom the page begins with.
    pub people: Vec<Member>,
    /// The chat that it begins with.
    pub first_chat: ChatId,
    /// Of the times of day.
    pub zone: Tz,
    pub panel: Option<Arc<dyn Panel>>,
}

/// The page, served until it is stopped or dropped.
pub struct Page {
    server: Server,
}

impl Page {
    pub fn serve(listener: TcpListener, face: Face) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        let readers = Arc::new(Semaphore::new(READERS));
        let router = routes::router(Arc::new(face), readers, Port(address.port()));
        let server = server::start(listener, router)?;
        Ok(Self { server })
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl Face {
    fn member(&self, id: UserId) -> Option<&Member> {
        self.people.iter().find(|member| member.person.id == id)
    }
}

impl Look {
    /// The chat that another person's phone shows when it is taken up: the same one if it is a group of theirs.
    fn chat_for(self, other: UserId) -> ChatId {
        if self.chat == self.who {
            other
        } else {
            self.chat
        }
    }
}
