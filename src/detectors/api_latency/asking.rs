//! Asks a Prometheus that scrapes the platform.

use chrono::{Duration, SubsecRound};
use futures::future::try_join_all;
use url::Url;

use super::{
    blind::{Blind, NO_HISTOGRAM, Unmeasured},
    prometheus,
    source::{self, Looked, WINDOW, limit, pairs, policy},
};
use crate::{
    detectors::Scene,
    domain::{Histogram, Stretch, Timestamp, stretches},
    web::WebError,
};

/// Prometheus needs two of its own scrapes for an increase, and some are a minute apart.
const SHORTEST: Duration = Duration::minutes(2);
/// How far back Prometheus is asked after an absence; earlier requests are left out.
const CATCH_UP: Duration = Duration::hours(24);
/// One line for each bucket, if the query is what it should be.
const ANSWER_BYTES: usize = 1024 * 1024;

/// Counts what Prometheus has seen since it was last asked.
pub async fn ask(scene: Scene<'_>, url: &Url) -> Result<(), Unmeasured> {
    let Scene { db, settings, .. } = scene;
    let source = source::key("prometheus", url, &settings.prometheus_query);
    let last = db.scraped_at(&source).await?;
    let until = match last {
        Some(last) => Some(last),
        None => db.newest_latency().await?,
    };
    let now = whole_second(scene.now);
    let first = Duration::from_std(settings.check_interval).unwrap_or(SHORTEST);
    let since = until
        // Later only if the clock has been set back.
        .filter(|until| *until <= now + SHORTEST)
        .map_or(now - first.max(SHORTEST), whole_second)
        .max(now - CATCH_UP);
    let stretches = stretches(since, now, &settings.calendar(), WINDOW, SHORTEST);
    let answers = stretches.into_iter().map(|stretch| async move {
        let answer = answer(scene, url, &stretch).await?;
        Ok::<_, Blind>((stretch, answer))
    });
    let answers = try_join_all(answers).await?;
    if let Some((_, None)) = answers.last() {
        return Err(no_series().into());
    }
    let counted: Vec<(Stretch, Histogram)> = answers
        .into_iter()
        .map(|(stretch, counted)| (stretch, counted.unwrap_or_default()))
        .collect();
    db.count_stretches(&source, last, &counted, &policy(scene))
        .await?;
    Ok(())
}

/// Looks at the newest interval without counting anything; `None` if the window has none.
pub async fn look(scene: Scene<'_>, url: &Url) -> Option<Result<Looked, Blind>> {
    let now = whole_second(scene.now);
    let calendar = scene.settings.calendar();
    let newest = stretches(now - WINDOW, now, &calendar, WINDOW, SHORTEST);
    let answer = answer(scene, url, newest.last()?).await;
    let counted = answer.and_then(|counted| counted.ok_or_else(no_series));
    Some(counted.map(|counted| Looked {
        has_counted: counted.total() > 0.0,
        highest_bound: counted.highest_bound(),
        several: false,
    }))
}

/// The requests that Prometheus has seen in this interval; `None` if it has no series.
async fn answer(
    scene: Scene<'_>,
    url: &Url,
    stretch: &Stretch,
) -> Result<Option<Histogram>, Blind> {
    let question = prometheus::question(url, &scene.settings.prometheus_query, stretch);
    let headers: Vec<_> = pairs(&scene.settings.prometheus_headers).collect();
    let answer = scene
        .web
        .fetch(&question, &headers, limit(scene), ANSWER_BYTES)
        .await;
    let answer = answer.map_err(|error| match error {
        WebError::Status { status, body } => prometheus::refused(status, &body),
        error => Blind::unreachable(format!("Prometheus: {error}")),
    })?;
    prometheus::read(&answer)
}

fn no_series() -> Blind {
    let cause = "Prometheus has no series for PROMETHEUS_QUERY at the moment";
    Blind::new(NO_HISTOGRAM, cause)
}

fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_naive_utc(moment.naive_utc().trunc_subsecs(0))
}
