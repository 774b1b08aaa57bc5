//! Waiting until everything is delivered, however often it fails.

use std::time::Duration as StdDuration;

use chrono::Duration;
use sovani_ops::clock::Clock;

use super::{
    database::TestDatabase,
    deadline::{eventually, eventually_within},
};

/// How far the clock goes at a look. Telegram's own waits are real, and little time is to seem to pass in them.
const STEP: Duration = Duration::seconds(1);
const WAITING: &str = "SELECT COUNT(*) FROM ops_outbox WHERE state = 'pending'";
/// Each look counts all that waits, at the cost of the deliveries.
const LOOK_EVERY: StdDuration = StdDuration::from_millis(50);

/// Lets back-offs run out, and little more time pass than that, until the outbox is empty.
pub async fn delivered_within(limit: StdDuration, database: &TestDatabase, clock: &Clock) {
    let backing_off = format!("{WAITING} AND last_error IS NOT NULL AND leased_until IS NULL");
    eventually_within(limit, "an empty outbox", async || {
        let all = database.number(WAITING).await;
        if all > 0 {
            if database.number(backing_off.as_str()).await > 0 {
                clock.advance(STEP);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        all == 0
    })
    .await;
}

pub async fn delivered(database: &TestDatabase, clock: &Clock) {
    delivered_within(StdDuration::from_secs(20), database, clock).await;
}

/// The same when nothing fails and the clock is fixed. Everything that has arrived is recorded then.
pub async fn everything_is_delivered(database: &TestDatabase) {
    eventually("an empty outbox", async || {
        database.number(WAITING).await == 0
    })
    .await;
}
