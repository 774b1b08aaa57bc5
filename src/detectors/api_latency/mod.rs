//! The API's p95 latency, of what a Prometheus or the platform's own metrics page has counted.

mod page;
mod prometheus;

use std::time::Duration as StdDuration;

use chrono::{Duration, SubsecRound};
use futures::future::try_join_all;
use md5::{Digest, Md5};
use tokio::time::Instant;
use url::Url;

use super::{Detector, Scene};
use crate::{
    db::{LatencyPolicy, Scrape},
    domain::{
        Arg, Counters, Finding, Histogram, P95, Processes, Severity, Stretch, Target, Timestamp,
        Verdict, answer_in_turn, processes, stretches,
    },
    settings::Header,
    views::clip,
    web::WebError,
};

pub use self::page::{PageError, read as read_page};

/// The window of the current p95: twice the usual interval of sweeps, so that one slow minute does not raise the alarm,
/// and short enough for the alarm to end soon after its cause.
const WINDOW: Duration = Duration::minutes(10);
/// Among fewer requests the slowest one is more than the 5 % that may be slow, so it alone would be the p95.
const FEWEST_REQUESTS: u32 = 20;
/// A sweep that is late by half the window still counts as current.
const LONGEST: Duration = Duration::minutes(15);
/// Prometheus needs two of its own scrapes for an increase, and some are a minute apart.
const SHORTEST: Duration = Duration::minutes(2);
/// How far back Prometheus is asked after an absence; earlier requests are left out.
const CATCH_UP: Duration = Duration::hours(24);
/// 10,000 series of nine buckets with long labels are about 10 MB.
const PAGE_BYTES: usize = 32 * 1024 * 1024;
/// One line for each bucket, if the query is what it should be.
const ANSWER_BYTES: usize = 1024 * 1024;

/// The keys of what cannot be looked at.
const UNREACHABLE: &str = "unreachable";
const NO_HISTOGRAM: &str = "no_histogram";
const QUERY: &str = "query";
/// The name by which the platform has its histogram.
pub const DEFAULT_NAME: &str = "http_request_duration_seconds";
/// How often a page is looked at again whose counters have fallen. Of two processes that answer at random, all these looks
/// meet the same one once in 32 times.
const SUSPICIOUS_LOOKS: usize = 5;
/// The same for a page that is read for the first time.
const FIRST_LOOKS: usize = 2;
/// The part of a detector's time that one such look may take.
const LOOK_PART: u32 = 10;
/// How many of a page's histograms an error names.
const NAMES: usize = 5;
const NAME_UNITS: usize = 80;
const BLIND: [&str; 3] = [UNREACHABLE, NO_HISTOGRAM, QUERY];

pub const DETECTOR: Detector = Detector {
    name: "check_api_latency_p95",
    about: "API response time, p95",
    severity: Severity::Warning,
    target: Some(Target::ApiLatency),
    reads: &[],
    also_reads: &[],
    runbook: include_str!("../../../runbooks/check_api_latency_p95.md"),
    run: |scene| Box::pin(run(scene)),
};

/// The reason why there is nothing to judge. It contains no address, which may have a password.
#[derive(Debug, thiserror::Error)]
#[error("API latency cannot be measured: {cause}")]
pub struct Blind {
    key: &'static str,
    cause: String,
}

impl Blind {
    fn new(key: &'static str, cause: impl Into<String>) -> Self {
        let cause = cause.into();
        Self { key, cause }
    }

    fn verdict(self) -> Verdict {
        let finding = Finding::new("finding-latency-blind").text("cause", self.cause);
        Verdict::blind(self.key, finding)
    }

    fn unreachable(cause: impl Into<String>) -> Self {
        Self::new(UNREACHABLE, cause)
    }

    fn query(cause: impl Into<String>) -> Self {
        Self::new(QUERY, cause)
    }
}

#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Blind(#[from] Blind),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("several processes answer in turn")]
    Several,
}

async fn run(scene: Scene<'_>) -> anyhow::Result<Verdict> {
    let settings = scene.settings;
    let counted = match (&settings.prometheus_url, &settings.api_metrics_url) {
        (Some(url), _) => ask(scene, url.url()).await,
        (None, Some(url)) => scrape(scene, url.url()).await,
        (None, None) => {
            return Ok(Verdict::not_measured("finding-latency-unmeasured"));
        }
    };
    match counted {
        Ok(()) => {}
        Err(Trouble::Several) => return Ok(Verdict::not_measured("finding-latency-several")),
        Err(Trouble::Blind(blind)) => return Ok(blind.verdict()),
        // The database may be busy; earlier counts can still be judged.
        Err(Trouble::Database(error)) => {
            tracing::warn!(%error, "the API's latency is not written down");
        }
    }
    let current = scene.db.latency_since(scene.now - WINDOW).await?;
    Ok(judge(&current, settings.slo_api_latency_p95_ms))
}

/// Judges the requests of the last [`WINDOW`].
pub fn judge(current: &Histogram, target_ms: f64) -> Verdict {
    let requests = Arg::Count(whole(current.total()));
    let minutes = Arg::Count(WINDOW.num_minutes());
    let p95 = current.quantile(P95);
    let Some(p95) = p95.filter(|_| current.total() >= f64::from(FEWEST_REQUESTS)) else {
        return Verdict::not_measured("finding-latency-few")
            .over(&BLIND)
            .figure("requests", requests)
            .figure("window_minutes", minutes)
            .figure("fewest_requests", Arg::count(FEWEST_REQUESTS));
    };
    // Judged as displayed, so that text and figures never disagree.
    let p95_ms = tenths(p95.seconds * 1000.0);
    let verdict = verdict(p95_ms, p95.at_least, target_ms)
        .figure("current_p95_ms", Arg::Millis(p95_ms))
        .figure("target_ms", Arg::Millis(target_ms))
        .figure("requests", requests)
        .figure("window_minutes", minutes);
    if p95.at_least {
        verdict.with("above_highest_bucket", true)
    } else {
        verdict
    }
}

/// Above the highest bucket the p95 is more than its bound.
fn verdict(p95_ms: f64, above_bound: bool, target_ms: f64) -> Verdict {
    let fails = p95_ms > target_ms || (above_bound && p95_ms >= target_ms);
    match (fails, above_bound) {
        (true, true) => Verdict::fail("p95", "finding-latency-slow-open"),
        (true, false) => Verdict::fail("p95", "finding-latency-slow"),
        (false, true) => Verdict::not_measured("finding-latency-open").over(&BLIND),
        (false, false) => Verdict::pass("finding-latency-right"),
    }
}

/// Counts the new requests of the platform's page.
async fn scrape(scene: Scene<'_>, url: &Url) -> Result<(), Trouble> {
    let name = match scene.settings.api_metrics_name.as_str() {
        // Keeps the key of counts from before the name could be configured.
        DEFAULT_NAME => "",
        name => name,
    };
    let source = source("page", url, name);
    let since = scene.db.scraped_at(&source).await?;
    let earlier = scene.db.scraped_counters(&source).await?;
    let began = Instant::now();
    let counters = fetch(scene, url).await?;
    let took = Duration::from_std(began.elapsed()).unwrap_or_default();
    let several = are_several(scene, url, &counters, earlier).await;
    let counters = counters.of_several(several);
    let scrape = Scrape {
        source: &source,
        since,
        asked: scene.now,
        at: scene.now + took,
        counters,
    };
    scene.db.count_scrape(scrape, &policy(scene)).await?;
    if several {
        return Err(Trouble::Several);
    }
    Ok(())
}

/// Tells if several processes answer in turn. If the counters are inconclusive, the page is read again, each time on a
/// new connection, which may lead to another process.
async fn are_several(
    scene: Scene<'_>,
    url: &Url,
    counters: &Counters,
    earlier: Option<(Timestamp, Counters)>,
) -> bool {
    let looks = match earlier {
        Some((at, earlier)) => match processes(counters, &earlier, at) {
            Processes::One => return false,
            Processes::Several => return true,
            Processes::Suspected => SUSPICIOUS_LOOKS,
        },
        // A first page with a start time can be told apart from others later.
        None if !counters.birth().is_unknown() || counters.is_empty() => return false,
        None => FIRST_LOOKS,
    };
    any_other(scene, url, counters, looks).await
}

/// Tells if another process than the one of these counters answers in the next looks.
async fn any_other(scene: Scene<'_>, url: &Url, counters: &Counters, looks: usize) -> bool {
    let mut just_before = counters.clone();
    for _ in 0..looks {
        let look = tokio::time::timeout(limit(scene) / LOOK_PART, fetch(scene, url)).await;
        // A failed look proves nothing.
        let Ok(Ok(now)) = look else { return false };
        if answer_in_turn(&now, &just_before) {
            return true;
        }
        just_before = now;
    }
    false
}

/// Counts what Prometheus has seen since it was last asked.
async fn ask(scene: Scene<'_>, url: &Url) -> Result<(), Trouble> {
    let Scene { db, settings, .. } = scene;
    let source = source("prometheus", url, &settings.prometheus_query);
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

/// The state of a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looked {
    /// Tells if it has seen requests, a Prometheus within the window, a page since it began.
    pub has_counted: bool,
    /// In seconds.
    pub highest_bound: Option<f64>,
    /// Tells if several processes answer in turn.
    pub several: bool,
}

/// Looks at the source without counting anything. `None` when no source is connected.
pub async fn look(scene: Scene<'_>) -> Option<Result<Looked, Blind>> {
    let settings = scene.settings;
    match (&settings.prometheus_url, &settings.api_metrics_url) {
        (Some(url), _) => {
            let now = whole_second(scene.now);
            let newest = stretches(now - WINDOW, now, &settings.calendar(), WINDOW, SHORTEST);
            let answer = answer(scene, url.url(), newest.last()?).await;
            let counted = answer.and_then(|counted| counted.ok_or_else(no_series));
            Some(counted.map(|counted| Looked {
                has_counted: counted.total() > 0.0,
                highest_bound: counted.highest_bound(),
                several: false,
            }))
        }
        (None, Some(url)) => {
            let counters = match fetch(scene, url.url()).await {
                Ok(counters) => counters,
                Err(blind) => return Some(Err(blind)),
            };
            Some(Ok(Looked {
                has_counted: !counters.is_empty(),
                highest_bound: counters.highest_bound(),
                several: any_other(scene, url.url(), &counters, SUSPICIOUS_LOOKS).await,
            }))
        }
        (None, None) => None,
    }
}

async fn fetch(scene: Scene<'_>, url: &Url) -> Result<Counters, Blind> {
    let settings = scene.settings;
    let name = settings.api_metrics_name.as_str();
    // A connection that stays open would always lead to the same process.
    let mut headers = vec![("connection", "close")];
    headers.extend(pairs(&settings.api_metrics_headers));
    let page = scene
        .web
        .fetch(url, &headers, limit(scene), PAGE_BYTES)
        .await;
    let page = page.map_err(|error| Blind::unreachable(format!("metrics page: {error}")))?;
    page::read(&page, name).map_err(|error| match error {
        PageError::NoHistogram => Blind::new(NO_HISTOGRAM, no_histogram(&page, name)),
        PageError::BadHistogram(bad) => {
            Blind::new(NO_HISTOGRAM, format!("the histogram {name} has {bad}"))
        }
        PageError::NotMetrics | PageError::CutShort | PageError::Line(_) => {
            Blind::unreachable(error.to_string())
        }
    })
}

fn no_histogram(page: &str, name: &str) -> String {
    let names: Vec<String> = page::histograms(page, NAMES)
        .into_iter()
        .map(|name| clip(name, NAME_UNITS))
        .collect();
    if names.is_empty() {
        return format!("the page has no histogram {name}");
    }
    format!(
        "the page has no histogram {name}; those that it has, for API_METRICS_NAME: {}",
        names.join(", ")
    )
}

fn pairs(headers: &[Header]) -> impl Iterator<Item = (&str, &str)> {
    headers
        .iter()
        .map(|header| (header.name.as_str(), header.value()))
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

/// The key of a source's counts. It changes with the address or the query; credentials do not matter and are not
/// stored.
fn source(kind: &str, url: &Url, query: &str) -> String {
    let mut url = url.clone();
    // Neither can fail for an address with a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let hash = Md5::digest(format!("{url}\n{query}"));
    format!("{kind}:{}", hex::encode(hash))
}

fn policy(scene: Scene<'_>) -> LatencyPolicy {
    let interval = Duration::from_std(scene.settings.check_interval).unwrap_or(LONGEST);
    LatencyPolicy {
        calendar: scene.settings.calendar(),
        target_seconds: scene.settings.slo_api_latency_p95_ms / 1000.0,
        longest: LONGEST.max(interval * 2),
    }
}

/// Leaves time for the database within the detector's limit, so that a slow source is not reported as a crash.
fn limit(scene: Scene<'_>) -> StdDuration {
    scene.settings.detector_timeout * 3 / 4
}

fn whole_second(moment: Timestamp) -> Timestamp {
    Timestamp::from_naive_utc(moment.naive_utc().trunc_subsecs(0))
}

fn tenths(figure: f64) -> f64 {
    (figure * 10.0).round() / 10.0
}

#[expect(clippy::cast_possible_truncation, reason = "a count of requests")]
fn whole(figure: f64) -> i64 {
    figure.round() as i64
}
