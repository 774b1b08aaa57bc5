//! Deleting what is older than it is kept, all at once.

use chrono::Duration;
use sovani_ops::{
    db::{Db, HistoryStart, KEPT},
    domain::Timestamp,
};

/// As many days as `RETENTION_DAYS` has by default.
const DAYS: i64 = 180;

pub fn history_at(now: Timestamp) -> HistoryStart {
    let day = (now - Duration::days(DAYS)).naive_utc().date();
    HistoryStart {
        day,
        moment: Timestamp::from_naive_utc(day.into()),
    }
}

pub async fn forget_what_is_old(db: &Db, now: Timestamp) {
    for kept in KEPT {
        while db.forget(kept, history_at(now), now, 3).await.unwrap() > 0 {}
    }
    while db.gather_a_day(now).await.unwrap() {}
}
