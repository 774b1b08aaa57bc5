//! The stand-in's chats as a page in a browser, as each person's phone shows them.

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

/// Limit for live streams. Browsers open at most six per host; the rest is for scripts.
const READERS: usize = 32;

/// A person whose view the page offers.
pub struct Member {
    pub person: Person,
    /// The person's role towards the bot.
    pub about: &'static str,
}

/// The content of the page.
pub struct Face {
    /// The title of the browser's window, after the chat's name.
    pub title: &'static str,
    pub api: BotApi,
    /// The first one is the page's default.
    pub people: Vec<Member>,
    /// The chat that it begins with.
    pub first_chat: ChatId,
    /// The zone of the displayed times.
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
