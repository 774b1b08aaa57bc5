use chrono::{Datelike, Duration, NaiveDate};
use sovani_ops::domain::{Check, Counted, Target, Timestamp};

use super::check;
use crate::support::{
    database::TestDatabase,
    metrics_page::{MetricsPage, fast_and_slow},
    program::moment,
    sli::counted_since,
};

/// 09:00 UTC is noon in Moscow, where a day begins at 21:00 UTC.
pub fn at(time: &str) -> Timestamp {
    moment(&format!("2025-10-02 {time}"))
}

pub fn october(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 10, day).unwrap()
}

/// The platform's API, whose page the bot scrapes.
pub struct Api {
    pub database: TestDatabase,
    pub page: MetricsPage,
}

impl Api {
    pub async fn beside(database: TestDatabase) -> Self {
        database.db().migrate().await.unwrap();
        let page = MetricsPage::start(fast_and_slow(1000, 0)).await;
        Self { database, page }
    }

    /// The check's result when the page has counted these requests.
    pub async fn has_had(&self, fast: u64, slow: u64, now: Timestamp) -> Check {
        self.page.shows(fast_and_slow(fast, slow));
        self.is_checked(now).await
    }

    pub async fn is_checked(&self, now: Timestamp) -> Check {
        check(&self.database, &[("API_METRICS_URL", self.page.url())], now).await
    }

    /// The requests of each day that has any.
    pub async fn days(&self) -> Vec<(u32, i64)> {
        let days = self
            .database
            .db()
            .latency_days(october(1), october(31))
            .await
            .unwrap();
        days.iter()
            .map(|(day, counted)| {
                #[expect(clippy::cast_possible_truncation, reason = "a whole number")]
                let total = counted.total() as i64;
                (day.day(), total)
            })
            .collect()
    }

    pub async fn sli(&self) -> Counted {
        let long_ago = at("00:00:00") - Duration::days(30);
        counted_since(self.database.db(), Target::ApiLatency, long_ago).await
    }
}
