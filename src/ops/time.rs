//! The shared clock of all instances, and the correction of waits when the clock is set back.

use crate::{clock::Clock, db::Db};

/// Compares the clock with the database's record.
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
