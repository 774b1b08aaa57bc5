//! What the platform's ingestion has brought.

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::AssertSqlSafe;

use super::{
    Db,
    column::Written,
    job_history::{JOURNALS, Journalled},
    reading::{NAME_CHARS, ZoneOffset, literal},
};
use crate::domain::{JobRun, Timestamp, by_marketplace};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// The newest day with sales, today at the latest.
    pub last_day: Option<NaiveDate>,
    /// Rows of the day asked about and later.
    pub records: i64,
}

/// A job's run that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FinishedRun {
    pub at: Timestamp,
    pub succeeded: bool,
}

impl Db {
    pub async fn ingested_since(
        &self,
        day: NaiveDate,
        today: NaiveDate,
        zone: Tz,
    ) -> sqlx::Result<Ingested> {
        let reading = self.reading("daily_sales").await?;
        let sql = format!(
            "SELECT (SELECT {written} FROM daily_sales
              WHERE {past} AND {written} <= {today} ORDER BY {sortable} DESC LIMIT 1),
             (SELECT COUNT(*) FROM (SELECT {written} AS day FROM daily_sales WHERE {about}) recent
              WHERE day >= {day} AND day <= {today})",
            written = reading.day("d", ZoneOffset::of(zone)),
            past = reading.about("d", NaiveDate::default(), today),
            sortable = reading.sortable("d"),
            about = reading.about("d", day, today),
            day = literal(day),
            today = literal(today),
        );
        let (last_day, records): (Option<String>, i64) =
            self.query(AssertSqlSafe(sql)).fetch_one().await?;
        Ok(Ingested {
            last_day: last_day.and_then(|day| day.parse().ok()),
            records,
        })
    }

    /// The days between these, both included, on which each marketplace sold something.
    pub async fn sales_days(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        zone: Tz,
    ) -> sqlx::Result<Vec<(String, NaiveDate)>> {
        let (sales, articles) = (
            self.reading("daily_sales").await?,
            self.reading("sku").await?,
        );
        // One version of the platform may count what another names.
        let same = if sales.comparable("sku_id", (&articles, "id")) {
            "articles.id = sales.sku_id"
        } else {
            "CAST(articles.id AS TEXT) = CAST(sales.sku_id AS TEXT)"
        };
        let sql = format!(
            "WITH articles AS MATERIALIZED (SELECT id, {name} AS name FROM sku)
             SELECT articles.name, sales.day
             FROM (SELECT DISTINCT sku_id, {day} AS day FROM daily_sales WHERE {about}) sales
             JOIN articles ON {same}
             WHERE sales.day >= {from} AND sales.day <= {to} GROUP BY articles.name, sales.day",
            name = articles.text("marketplace", NAME_CHARS),
            day = sales.day("d", ZoneOffset::of(zone)),
            about = sales.about("d", from, to),
            from = literal(from),
            to = literal(to),
        );
        let rows: Vec<(Option<Written>, String)> =
            self.query(AssertSqlSafe(sql)).fetch_all().await?;
        Ok(days_of_each(rows))
    }

    /// The runs of these jobs that ended since that moment, whoever told of them. As everywhere, one that is neither under
    /// way nor a success has failed, and one without an end ended when it started. What a clock that is ahead has written
    /// is not known yet.
    pub async fn finished_runs(
        &self,
        jobs: &[String],
        since: Timestamp,
        now: Timestamp,
    ) -> sqlx::Result<Vec<FinishedRun>> {
        let relations = self.relations().await?;
        let mut runs: Vec<JobRun> = Vec::new();
        for journal in JOURNALS
            .iter()
            .filter(|journal| relations.contains(journal.table))
        {
            for job in jobs {
                runs.extend(
                    self.runs_of(journal, job, Journalled::EndedSince(since))
                        .await?,
                );
            }
        }
        let ends = runs.into_iter().filter_map(|run| run.end);
        let mut ended: Vec<_> = ends
            .map(|end| FinishedRun {
                at: end.at,
                succeeded: end.success,
            })
            .filter(|run| since <= run.at && run.at <= now)
            .collect();
        ended.sort_by_key(|run| run.at);
        Ok(ended)
    }
}

/// The days on which each marketplace did something.
fn days_of_each(rows: Vec<(Option<Written>, String)>) -> Vec<(String, NaiveDate)> {
    let known = rows.into_iter().filter_map(|(name, day)| {
        let day: NaiveDate = day.parse().ok()?;
        Some((name.unwrap_or_default().0, day))
    });
    by_marketplace(known)
        .into_iter()
        .flat_map(|(name, mut days)| {
            days.sort_unstable();
            days.dedup();
            days.into_iter().map(move |day| (name.clone(), day))
        })
        .collect()
}
