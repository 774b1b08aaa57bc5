//! Reads the platform's metrics page.

use chrono::Duration;
use tokio::time::Instant;
use url::Url;

use super::{
    blind::{Blind, NO_HISTOGRAM, Unmeasured},
    page::{self, PageError},
    source::{self, Looked, limit, pairs, policy},
};
use crate::{
    db::Scrape,
    detectors::Scene,
    domain::{Counters, Processes, Timestamp, answer_in_turn, processes},
    views::clip,
};

/// The name by which the platform has its histogram.
pub const DEFAULT_NAME: &str = "http_request_duration_seconds";
/// 10,000 series of nine buckets with long labels are about 10 MB.
const PAGE_BYTES: usize = 32 * 1024 * 1024;
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

/// Counts the new requests of the platform's page.
pub async fn scrape(scene: Scene<'_>, url: &Url) -> Result<(), Unmeasured> {
    let name = match scene.settings.api_metrics_name.as_str() {
        // Keeps the key of counts from before the name could be configured.
        DEFAULT_NAME => "",
        name => name,
    };
    let source = source::key("page", url, name);
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
        return Err(Unmeasured::Several);
    }
    Ok(())
}

/// Looks at the page without counting anything.
pub async fn look(scene: Scene<'_>, url: &Url) -> Result<Looked, Blind> {
    let counters = fetch(scene, url).await?;
    Ok(Looked {
        has_counted: !counters.is_empty(),
        highest_bound: counters.highest_bound(),
        several: any_other(scene, url, &counters, SUSPICIOUS_LOOKS).await,
    })
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
