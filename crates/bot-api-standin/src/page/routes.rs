//! The page's addresses. Every one but the fixed files names a person and a chat.

use std::{sync::Arc, time::Duration};

use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, FromRef, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Redirect, Response, Sse, sse::KeepAlive},
    routing::{get, post},
};
use maud::html;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::{
    Face, Member,
    feed::Feed,
    frame::{self, Extras, Look},
    guard::{Port, guard},
};
use crate::{ChatId, MessageId, UserId, WorldError, message::Message};

/// A text of 4096 characters, each of which may be spelled as twelve.
const BODY_BYTES: usize = 64 * 1024;
/// The longest that a page without a script waits for what the bot says to a press.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

#[derive(Clone)]
struct App {
    face: Arc<Face>,
    readers: Arc<Semaphore>,
}

impl FromRef<App> for Arc<Face> {
    fn from_ref(app: &App) -> Self {
        Self::clone(&app.face)
    }
}

type Shown = State<Arc<Face>>;

enum PageError {
    NotHere,
    Down,
    World(WorldError),
    Panel(anyhow::Error),
    Crowded,
}

pub fn router(face: Arc<Face>, readers: Arc<Semaphore>, port: Port) -> Router {
    Router::new()
        .route("/", get(first))
        .route(
            "/page.css",
            get(|| file("text/css; charset=utf-8", include_str!("page.css"))),
        )
        .route(
            "/page.js",
            get(|| file("text/javascript; charset=utf-8", include_str!("page.js"))),
        )
        .route(
            "/icon.svg",
            get(|| file("image/svg+xml", include_str!("icon.svg"))),
        )
        .route("/{who}/{chat}", get(chat))
        .route("/{who}/{chat}/events", get(events))
        .route("/{who}/{chat}/photo/{message}", get(photo))
        .route("/{who}/{chat}/say", post(say))
        .route("/{who}/{chat}/press", post(press))
        .route("/{who}/{chat}/switch/{name}", post(switch))
        .route("/{who}/{chat}/check", post(check))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn_with_state(port, guard))
        .with_state(App { face, readers })
}

async fn first(State(face): Shown) -> Result<Redirect, PageError> {
    let first = face.people.first().ok_or(PageError::NotHere)?;
    Ok(Redirect::to(&format!(
        "/{}/{}",
        first.person.id, face.first_chat
    )))
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

#[derive(Deserialize)]
struct Asked {
    reply: Option<MessageId>,
    answer: Option<String>,
}

async fn chat(
    State(face): Shown,
    Path((who, chat)): Path<(UserId, ChatId)>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (look, _) = looking(&face, who, chat)?;
    let page = face.api.shared.read(|state| {
        let answer = asked
            .answer
            .as_deref()
            .and_then(|query| state.answer_to(query));
        let extras = Extras {
            reply: asked.reply,
            answer: answer.filter(|answer| answer.to == who).cloned(),
        };
        frame::page(&face, state, look, &extras)
    });
    Ok(axum::response::Html(page.into_string()).into_response())
}

async fn events(
    State(app): State<App>,
    Path((who, chat)): Path<(UserId, ChatId)>,
) -> Result<Response, PageError> {
    let (look, _) = looking(&app.face, who, chat)?;
    let place = app
        .readers
        .try_acquire_owned()
        .map_err(|_| PageError::Crowded)?;
    let feed = Feed::new(app.face, look, place).stream();
    Ok(Sse::new(feed)
        .keep_alive(KeepAlive::default())
        .into_response())
}

async fn photo(
    State(face): Shown,
    Path((who, chat, message)): Path<(UserId, ChatId, MessageId)>,
) -> Result<Response, PageError> {
    looking(&face, who, chat)?;
    let message = face
        .api
        .message(chat, message)
        .filter(|message| !message.deleted);
    let photo = message
        .and_then(|message: Message| message.photo)
        .ok_or(PageError::NotHere)?;
    Ok(([(header::CONTENT_TYPE, "image/png")], photo.bytes).into_response())
}

#[derive(Deserialize)]
struct Said {
    text: String,
    #[serde(default)]
    reply: String,
}

async fn say(
    State(face): Shown,
    Path((who, chat)): Path<(UserId, ChatId)>,
    headers: HeaderMap,
    Form(said): Form<Said>,
) -> Result<Response, PageError> {
    let (look, member) = looking(&face, who, chat)?;
    connected(&face)?;
    let text = said.text.trim();
    if !text.is_empty() {
        match said.reply.parse() {
            Ok(to) => member.person.replies(chat, to, text)?,
            Err(_) => member.person.says(chat, text)?,
        };
    }
    Ok(back(&headers, &look.path()))
}

#[derive(Deserialize)]
struct Pressed {
    message: MessageId,
    data: String,
}

async fn press(
    State(face): Shown,
    Path((who, chat)): Path<(UserId, ChatId)>,
    headers: HeaderMap,
    Form(pressed): Form<Pressed>,
) -> Result<Response, PageError> {
    let (look, member) = looking(&face, who, chat)?;
    connected(&face)?;
    let press = member
        .person
        .presses_data(chat, pressed.message, &pressed.data)?;
    if !navigates(&headers) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    // The page shows the chat even if the bot does not answer the press.
    let _ = press.answered(ANSWER_WITHIN).await;
    Ok(back(
        &headers,
        &format!("{}?answer={}", look.path(), press.query),
    ))
}

#[derive(Deserialize)]
struct Turned {
    on: bool,
}

async fn switch(
    State(face): Shown,
    Path((who, chat, name)): Path<(UserId, ChatId, String)>,
    headers: HeaderMap,
    Form(turned): Form<Turned>,
) -> Result<Response, PageError> {
    let (look, _) = looking(&face, who, chat)?;
    let panel = face.panel.as_ref().ok_or(PageError::NotHere)?;
    if !panel
        .turn(&name, turned.on)
        .await
        .map_err(PageError::Panel)?
    {
        return Err(PageError::NotHere);
    }
    Ok(back(&headers, &look.path()))
}

async fn check(
    State(face): Shown,
    Path((who, chat)): Path<(UserId, ChatId)>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (look, _) = looking(&face, who, chat)?;
    face.panel.as_ref().ok_or(PageError::NotHere)?.check().await;
    Ok(back(&headers, &look.path()))
}

fn looking(face: &Face, who: UserId, chat: ChatId) -> Result<(Look, &Member), PageError> {
    let look = Look { who, chat };
    let member = face.member(who).ok_or(PageError::NotHere)?;
    if face.api.shared.read(|state| look.is_allowed(state)) {
        Ok((look, member))
    } else {
        Err(PageError::NotHere)
    }
}

/// Without a connection a phone cannot send either.
fn connected(face: &Face) -> Result<(), PageError> {
    let up = face.api.shared.read(crate::State::is_reachable);
    if up { Ok(()) } else { Err(PageError::Down) }
}

/// Shows the page again to a form; a script sees what happens in its stream.
fn back(headers: &HeaderMap, path: &str) -> Response {
    if navigates(headers) {
        Redirect::to(path).into_response()
    } else {
        StatusCode::NO_CONTENT.into_response()
    }
}

fn navigates(headers: &HeaderMap) -> bool {
    let mode = headers.get("sec-fetch-mode");
    mode.is_none_or(|mode| mode == "navigate")
}

impl From<WorldError> for PageError {
    fn from(error: WorldError) -> Self {
        Self::World(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let (status, said) = match self {
            Self::NotHere => (StatusCode::NOT_FOUND, "There is nothing here.".to_owned()),
            Self::Down => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Telegram is down.".to_owned(),
            ),
            Self::World(error) => (StatusCode::CONFLICT, error.to_string()),
            Self::Crowded => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many pages are open.".to_owned(),
            ),
            Self::Panel(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")),
        };
        let page = html! { title { "Not done" } link rel="stylesheet" href="/page.css"; p.fault { (said) } p.fault { a href="/" { "Back to the chat" } } };
        (status, axum::response::Html(page.into_string())).into_response()
    }
}
