//! How long the platform's requests took: between two looks, day by day, and as events of the service level.

use chrono::{Duration, NaiveDate};
use serde::de::DeserializeOwned;

use super::{Db, tx::Tx};
use crate::domain::{Calendar, Counters, Histogram, P95, Stretch, Target, Timestamp};

/// How far ahead of a look the one before may seem to be because both were taken at once. Beyond that the clock has been
/// set back, and would stop the counting until it is there again.
const CLOCKS_DIFFER: Duration = Duration::minutes(5);

/// Counters that were just fetched from a page.
pub struct Scrape<'a> {
    /// Names the page. The counters of another are not to be compared with its.
    pub source: &'a str,
    /// The time of the previous scrape, as [`Db::scraped_at`] returned it before this one: only then are its counters
    /// certain to be older.
    pub since: Option<Timestamp>,
    /// Before the page was asked for, and when it had come.
    pub asked: Timestamp,
    pub at: Timestamp,
    pub counters: Counters,
}

/// The parameters of counting requests.
#[derive(Clone, Copy, Debug)]
pub struct LatencyPolicy {
    pub calendar: Calendar,
    /// Requests within it are good.
    pub target_seconds: f64,
    /// Longest time between two looks whose requests are those of one moment.
    pub longest: Duration,
}

impl Db {
    /// The time of the source's last count.
    pub async fn scraped_at(&self, source: &str) -> sqlx::Result<Option<Timestamp>> {
        self.query("SELECT at FROM ops_scrapes WHERE source = $1")
            .bind(source)
            .fetch_optional_value()
            .await
    }

    /// The counters that the source had when it was last counted, if they can be read.
    pub async fn scraped_counters(
        &self,
        source: &str,
    ) -> sqlx::Result<Option<(Timestamp, Counters)>> {
        let row: Option<(Timestamp, String)> = self
            .query("SELECT at, counters FROM ops_scrapes WHERE source = $1")
            .bind(source)
            .fetch_optional()
            .await?;
        Ok(row.and_then(|(at, text)| Some((at, serde_json::from_str(&text).ok()?))))
    }

    /// The time up to which requests are counted, by any source.
    pub async fn newest_latency(&self) -> sqlx::Result<Option<Timestamp>> {
        self.query("SELECT MAX(at) FROM ops_latency_samples")
            .fetch_value()
            .await
    }

    /// Counts the requests since the previous scrape. The first scrape counts nothing. Of concurrent scrapes one
    /// counts; an overtaken one is dropped.
    pub async fn count_scrape(
        &self,
        scrape: Scrape<'_>,
        policy: &LatencyPolicy,
    ) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        let standing = tx.scraped(scrape.source).await?;
        if standing.as_ref().map(|(at, _)| *at) != scrape.since {
            return Ok(());
        }
        let mut counters = scrape.counters;
        if let Some((at, text)) = standing {
            if at >= scrape.asked && at.since(scrape.asked) <= CLOCKS_DIFFER {
                return Ok(());
            }
            // Unreadable counters, and counters from the future, are treated like a first scrape.
            if let Ok(earlier) = serde_json::from_str::<Counters>(&text)
                && at < scrape.asked
                && !counters.are_of_several()
                && !earlier.are_of_several()
            {
                let LatencyPolicy {
                    calendar, longest, ..
                } = policy;
                if let Some(stretch) = Stretch::between(at, scrape.at, calendar, *longest) {
                    let counted = counters.since(&earlier);
                    tx.count(&stretch, &counted, policy.target_seconds).await?;
                }
                counters = counters.remembering(&earlier);
            }
        }
        tx.store_scrape(scrape.source, scrape.at, &json(&counters)?)
            .await?;
        tx.commit().await
    }

    /// Counts these intervals of a source whose last count was at `since`, unless another process has counted since.
    pub async fn count_stretches(
        &self,
        source: &str,
        since: Option<Timestamp>,
        stretches: &[(Stretch, Histogram)],
        policy: &LatencyPolicy,
    ) -> sqlx::Result<()> {
        let Some((last, _)) = stretches.last() else {
            return Ok(());
        };
        let mut tx = self.begin().await?;
        if tx.scraped(source).await?.map(|(at, _)| at) != since {
            return Ok(());
        }
        for (stretch, counted) in stretches {
            tx.count(stretch, counted, policy.target_seconds).await?;
        }
        tx.store_scrape(source, last.to, "").await?;
        tx.commit().await
    }

    /// The requests after that moment.
    pub async fn latency_since(&self, since: Timestamp) -> sqlx::Result<Histogram> {
        let samples: Vec<String> = self
            .query("SELECT buckets FROM ops_latency_samples WHERE at > $1")
            .bind(since)
            .fetch_values()
            .await?;
        let mut all = Histogram::default();
        for sample in samples {
            all.merge(&read(&sample)?);
        }
        Ok(all)
    }

    /// The p95 in milliseconds of each day that has one, oldest first.
    pub async fn p95_by_day(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> sqlx::Result<Vec<(NaiveDate, f64)>> {
        self.query(
            "SELECT d, p95_ms FROM ops_latency_days
             WHERE d >= $1 AND d <= $2 AND p95_ms IS NOT NULL ORDER BY d",
        )
        .bind(from)
        .bind(to)
        .fetch_all()
        .await
    }

    /// The requests of each day that has any, oldest first.
    pub async fn latency_days(
        &self,
        from: NaiveDate,
        to: NaiveDate,
    ) -> sqlx::Result<Vec<(NaiveDate, Histogram)>> {
        let rows: Vec<(NaiveDate, String)> = self
            .query("SELECT d, buckets FROM ops_latency_days WHERE d >= $1 AND d <= $2 ORDER BY d")
            .bind(from)
            .bind(to)
            .fetch_all()
            .await?;
        rows.into_iter()
            .map(|(day, buckets)| Ok((day, read(&buckets)?)))
            .collect()
    }
}

impl Tx {
    async fn scraped(&mut self, source: &str) -> sqlx::Result<Option<(Timestamp, String)>> {
        self.query("SELECT at, counters FROM ops_scrapes WHERE source = $1")
            .bind(source)
            .fetch_optional()
            .await
    }

    /// Forgets the other sources: what they have not counted yet, this one will have when they are used again.
    async fn store_scrape(
        &mut self,
        source: &str,
        at: Timestamp,
        counters: &str,
    ) -> sqlx::Result<()> {
        self.query("DELETE FROM ops_scrapes WHERE source <> $1")
            .bind(source)
            .execute()
            .await?;
        self.query(
            "INSERT INTO ops_scrapes (source, at, counters) VALUES ($1, $2, $3)
             ON CONFLICT (source) DO UPDATE SET at = excluded.at, counters = excluded.counters",
        )
        .bind(source)
        .bind(at)
        .bind(counters)
        .execute()
        .await
    }

    /// Adds to the day and to the service level; a stretch that is not too long is also what the current figure is of.
    async fn count(
        &mut self,
        stretch: &Stretch,
        counted: &Histogram,
        target_seconds: f64,
    ) -> sqlx::Result<()> {
        if counted.total() <= 0.0 {
            return Ok(());
        }
        if !stretch.long {
            self.add_sample(stretch.to, counted).await?;
        }
        self.add_to_day(stretch.day, counted).await?;
        let counted = counted.within(target_seconds);
        self.add_sli(Target::ApiLatency, stretch.moment(), stretch.day, counted)
            .await
    }

    async fn add_sample(&mut self, at: Timestamp, counted: &Histogram) -> sqlx::Result<()> {
        let text = json(counted)?;
        self.query(
            "INSERT INTO ops_latency_samples (at, buckets) VALUES ($1, $2)
             ON CONFLICT (at) DO UPDATE SET buckets = excluded.buckets",
        )
        .bind(at)
        .bind(text)
        .execute()
        .await
    }

    async fn add_to_day(&mut self, day: NaiveDate, counted: &Histogram) -> sqlx::Result<()> {
        let standing: Option<String> = self
            .query("SELECT buckets FROM ops_latency_days WHERE d = $1")
            .bind(day)
            .fetch_optional_value()
            .await?;
        let mut whole: Histogram = standing
            .as_deref()
            .map(read)
            .transpose()?
            .unwrap_or_default();
        whole.merge(counted);
        let p95_ms = whole.quantile(P95).map(|p95| p95.seconds * 1000.0);
        let text = json(&whole)?;
        self.query(
            "INSERT INTO ops_latency_days (d, buckets, p95_ms) VALUES ($1, $2, $3)
             ON CONFLICT (d) DO UPDATE SET buckets = excluded.buckets, p95_ms = excluded.p95_ms",
        )
        .bind(day)
        .bind(text)
        .bind(p95_ms)
        .execute()
        .await
    }
}

fn read<T: DeserializeOwned>(text: &str) -> sqlx::Result<T> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn json<T: serde::Serialize>(value: &T) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}
