//! Server-sent events for one person's view of one chat.
//!
//! A stream begins with the current state of the chat, so that a reconnected reader misses nothing and sees nothing
//! twice; each later event carries the current state of one message.

use std::{convert::Infallible, sync::Arc};

use axum::response::sse::Event as Sent;
use futures::{Stream, stream};
use maud::Markup;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};

use super::{
    Face,
    bubble::Eyes,
    frame::{Look, chats_of, log},
    panel,
};
use crate::{
    clock::unix_now,
    event::{CallbackAnswer, Event},
    id::MessageId,
    state::State,
};

pub struct Feed {
    face: Arc<Face>,
    look: Look,
    events: broadcast::Receiver<Event>,
    panel: Option<watch::Receiver<()>>,
    begun: bool,
    _place: OwnedSemaphorePermit,
}

impl Feed {
    pub fn new(face: Arc<Face>, look: Look, place: OwnedSemaphorePermit) -> Self {
        Self {
            events: face.api.subscribe(),
            panel: face.panel.as_ref().map(|panel| panel.changes()),
            face,
            look,
            begun: false,
            _place: place,
        }
    }

    pub fn stream(self) -> impl Stream<Item = Result<Sent, Infallible>> {
        stream::unfold(self, |mut feed| async {
            let (name, data) = feed.next().await?;
            // JSON, because a text may hold what ends an event's line.
            Some((Ok(Sent::default().event(name).data(data.to_string())), feed))
        })
    }

    async fn next(&mut self) -> Option<(&'static str, Value)> {
        if !self.begun {
            self.begun = true;
            return Some(self.whole());
        }
        loop {
            let event = tokio::select! {
                event = self.events.recv() => event,
                () = changed(&mut self.panel) => return self.panel(),
            };
            let told = match event {
                Ok(event) => self.told(&event),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(self.whole()),
                Err(broadcast::error::RecvError::Closed) => return None,
            };
            if told.is_some() {
                return told;
            }
        }
    }

    fn whole(&self) -> (&'static str, Value) {
        let (log, up) = self
            .face
            .api
            .shared
            .read(|state| (log(&self.face, state, self.look), state.is_reachable()));
        (
            "chat",
            json!({"html": log.into_string(), "up": up, "panel": self.panel_html()}),
        )
    }

    fn panel(&self) -> Option<(&'static str, Value)> {
        Some(("panel", json!({"html": self.panel_html()?})))
    }

    fn panel_html(&self) -> Option<String> {
        let shown = self.face.panel.as_ref()?;
        Some(panel::panel(shown.as_ref(), &self.look.path(), unix_now()).into_string())
    }

    fn told(&self, event: &Event) -> Option<(&'static str, Value)> {
        let here = self.look.chat;
        match event {
            Event::Sent { message, .. } | Event::Edited(message) if message.chat == here => {
                Some(self.message(message.id))
            }
            Event::Sent { message, .. } => self
                .face
                .api
                .shared
                .read(|state| chats_of(state, self.look.who).contains(&message.chat))
                .then(|| ("elsewhere", json!({"chat": message.chat}))),
            Event::Deleted { chat, message } if *chat == here => {
                Some(("gone", json!({"id": message})))
            }
            Event::Action { chat, action } if *chat == here => {
                let doing = if action == "typing" {
                    "typing…"
                } else {
                    "sending a picture…"
                };
                Some(("action", json!({"text": doing})))
            }
            Event::Answered(answer) => self.answer(answer),
            Event::Reachable(up) => Some(("network", json!({"up": up}))),
            Event::Edited(_)
            | Event::Deleted { .. }
            | Event::Action { .. }
            | Event::Pressed { .. } => None,
        }
    }

    fn answer(&self, answer: &CallbackAnswer) -> Option<(&'static str, Value)> {
        let CallbackAnswer {
            to,
            chat,
            message,
            text,
            alert,
            ..
        } = answer;
        (*to == self.look.who && *chat == self.look.chat).then(|| {
            (
                "answer",
                json!({"id": message, "text": text, "alert": alert}),
            )
        })
    }

    fn message(&self, id: MessageId) -> (&'static str, Value) {
        let html = self.face.api.shared.read(|state| self.bubble(state, id));
        match html {
            Some(html) => ("message", json!({"id": id, "html": html.into_string()})),
            None => ("gone", json!({"id": id})),
        }
    }

    fn bubble(&self, state: &State, id: MessageId) -> Option<Markup> {
        let chat = state.chats.get(&self.look.chat)?;
        let message = chat.message(id).filter(|message| !message.deleted)?;
        let eyes = Eyes {
            state,
            chat,
            who: self.look.who,
            zone: self.face.zone,
        };
        Some(eyes.bubble(message))
    }
}

async fn changed(panel: &mut Option<watch::Receiver<()>>) {
    if let Some(panel) = panel
        && panel.changed().await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}
