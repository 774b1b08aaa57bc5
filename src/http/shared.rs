//! Shares answers for one second, unless this program has written to the database in between or its settings were
//! reloaded. Of clients that ask at the same time, one has the answer computed and the others wait for it.
//!
//! Shared answers depend on the path and the query alone: every client with the right to read gets the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Extension,
    body::{Bytes, HttpBody, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header, response::Parts},
    middleware::Next,
    response::Response,
};
use chrono::TimeDelta;

use super::{auth::Reader, error::ApiError, etag::conditional};
use crate::{context::Context, domain::Timestamp, settings::Settings};

/// The oldest answer that is given again. Dashboards refresh every few seconds.
const SHARED_FOR: Duration = Duration::from_secs(1);
/// The same by the clock, which may be set.
const CLOCK_SHARED_FOR: TimeDelta = TimeDelta::seconds(1);
/// So many different questions are remembered, which is more than the dashboards of one installation ask.
const QUESTIONS_MAX: usize = 32;
/// A longer question is an odd one, and would only fill the memory.
const QUESTION_BYTES: usize = 200;
/// A page of fifty alerts has 20 KB. Larger answers are computed for each client.
const ANSWER_BYTES: u64 = 256 * 1024;

/// The endpoints whose answers are shared.
pub const SHARED: [&str; 7] = [
    "/api/v1/ops/health",
    "/api/v1/ops/alerts",
    "/api/v1/ops/incidents",
    "/api/v1/ops/silences",
    "/api/v1/ops/slo",
    "/api/v1/ops/slo/summary",
    "/metrics",
];

/// The answers of the last second, by question.
#[derive(Default)]
pub struct SharedAnswers(Mutex<HashMap<Box<str>, Arc<Question>>>);

/// A path and a query.
#[derive(Default)]
struct Question {
    newest: Mutex<Option<Arc<Answer>>>,
    /// Held while an answer is computed.
    turn: tokio::sync::Mutex<()>,
}

struct Answer {
    /// Before it was computed.
    asked: Asked,
    head: Parts,
    body: Bytes,
}

/// When a question was asked, and the state on which its answer depends.
struct Asked {
    at: Instant,
    now: Timestamp,
    writes: u64,
    settings: Arc<Settings>,
}

/// Answers from what is shared, or has the answer computed for all who wait for it.
pub async fn share(
    State(cx): State<Arc<Context>>,
    Extension(answers): Extension<Arc<SharedAnswers>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let question = (request.method() == Method::GET)
        .then(|| answers.question(request.uri()))
        .flatten();
    let Some(question) = question else {
        return Ok(next.run(request).await);
    };
    let (mut parts, body) = request.into_parts();
    Reader::from_request_parts(&mut parts, &cx).await?;
    let known = parts.headers.remove(header::IF_NONE_MATCH);
    let current = Asked::now(&cx);
    let fresh = |answer: &Arc<Answer>| answer.is_of(&current);
    let mut answer = question.newest().filter(fresh);
    if answer.is_none() {
        let _turn = question.turn.lock().await;
        answer = question
            .newest()
            .filter(|answer| answer.asked.at >= current.at);
        if answer.is_none() {
            let asked = Asked::now(&cx);
            let computed = next.run(Request::from_parts(parts, body)).await;
            let computed = question.keep(asked, computed).await?;
            return Ok(conditional(known.as_ref(), computed));
        }
    }
    let answer = answer.map(|answer| answer.again()).unwrap_or_default();
    Ok(conditional(known.as_ref(), answer))
}

impl SharedAnswers {
    /// `None` if its answers are not shared.
    fn question(&self, asked: &Uri) -> Option<Arc<Question>> {
        if !SHARED.contains(&asked.path()) {
            return None;
        }
        let asked = asked.path_and_query()?.as_str();
        let mut questions = locked(&self.0);
        if let Some(question) = questions.get(asked) {
            return Some(Arc::clone(question));
        }
        questions.retain(|_, question| question.is_alive());
        if questions.len() >= QUESTIONS_MAX || asked.len() > QUESTION_BYTES {
            return None;
        }
        let question = Arc::<Question>::default();
        questions.insert(asked.into(), Arc::clone(&question));
        Some(question)
    }
}

impl Question {
    fn newest(&self) -> Option<Arc<Answer>> {
        locked(&self.newest).clone()
    }

    /// Tells if somebody waits for an answer, or may still get the newest one.
    fn is_alive(self: &Arc<Self>) -> bool {
        let shared = |answer: Arc<Answer>| answer.asked.at.elapsed() < SHARED_FOR;
        Arc::strong_count(self) > 1 || self.newest().is_some_and(shared)
    }

    /// Keeps a computed answer, if it is not too large.
    async fn keep(&self, asked: Asked, computed: Response) -> Result<Response, ApiError> {
        let size = computed.body().size_hint().exact();
        if size.is_none_or(|size| size > ANSWER_BYTES) {
            return Ok(computed);
        }
        let (head, body) = computed.into_parts();
        let body = to_bytes(body, usize::MAX).await;
        let body = body.map_err(|error| ApiError::Unexpected(error.into()))?;
        let response = Response::from_parts(head.clone(), body.clone().into());
        *locked(&self.newest) = Some(Arc::new(Answer { asked, head, body }));
        Ok(response)
    }
}

impl Answer {
    /// Tells if it would be the same now, or was a moment ago. An error may be gone by now.
    fn is_of(&self, current: &Asked) -> bool {
        let Asked {
            at,
            now,
            writes,
            settings,
        } = &self.asked;
        self.head.status == StatusCode::OK
            && current.at.duration_since(*at) < SHARED_FOR
            && current.now >= *now
            && current.now.since(*now) < CLOCK_SHARED_FOR
            && current.writes == *writes
            && Arc::ptr_eq(&current.settings, settings)
    }

    fn again(&self) -> Response {
        let mut head = self.head.clone();
        let age = HeaderValue::from(self.asked.at.elapsed().as_secs());
        head.headers.insert(header::AGE, age);
        Response::from_parts(head, self.body.clone().into())
    }
}

impl Asked {
    fn now(cx: &Context) -> Self {
        Self {
            at: Instant::now(),
            now: cx.clock.now(),
            writes: cx.db.writes().count(),
            settings: cx.settings.get(),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
