//! Keeping the time: one clock for all instances, and no wait drawn out when it is set back.

use crate::{clock::Clock, db::Db};

/// Looks at the clock.
pub async fn keep(db: &Db, clock: &Clock) -> sqlx::Result<()> {
    if let Some(shared) = db.shared_time().await? {
        clock.follow(shared);
    }
    if let Some(by) = db.note_time(clock.now()).await? {
        let seconds = by.num_seconds();
        tracing::warn!(
            seconds,
            "the clock was set back; what waits is moved by as much"
        );
    }
    Ok(())
}
