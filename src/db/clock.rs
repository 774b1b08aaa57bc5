//! `ops_clock`: the latest time seen, so that a clock that is set back extends no wait.

use chrono::Duration;
use sqlx::AssertSqlSafe;

use super::{Db, tx::Tx};
use crate::domain::Timestamp;

/// The newest moment is written down this often. It bounds by how much a wait can be drawn out.
const NOTED_EVERY: Duration = Duration::seconds(15);
/// Steps back up to this are the jitter of a clock that is read over a network.
const JITTER: Duration = Duration::seconds(2);
/// After a longer step back the clock is taken to have been wrong before, and what it had reached is forgotten.
const REACHED_HOLDS: Duration = Duration::days(1);

/// Columns that hold the end of a wait, in the rows that still wait. `$1` is the newest moment on record.
pub struct Wait {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    rows: &'static str,
}

pub const WAITS: &[Wait] = &[
    Wait {
        table: "ops_outbox",
        columns: &["next_attempt_at", "leased_until"],
        rows: "state = 'pending'",
    },
    Wait {
        table: "ops_leases",
        columns: &["expires_at"],
        rows: "expires_at > $1",
    },
    Wait {
        table: "ops_proposals",
        columns: &["expires_at"],
        rows: "state = 'pending' AND expires_at > $1",
    },
    // A window that is planned for later begins when the clock says so, whichever clock that is.
    Wait {
        table: "ops_silences",
        columns: &["starts_at", "ends_at"],
        rows: "ended_at IS NULL AND starts_at <= $1 AND ends_at > $1",
    },
];

#[derive(sqlx::FromRow)]
struct Noted {
    seen_at: Timestamp,
    reached_at: Timestamp,
}

/// The moment on record, compared with the present one.
#[derive(Debug, PartialEq, Eq)]
enum Compared {
    Current,
    Later,
    SetBack(Duration),
}

fn compare(seen: Timestamp, now: Timestamp) -> Compared {
    if now + JITTER < seen {
        Compared::SetBack(seen.since(now))
    } else if now < seen + NOTED_EVERY {
        Compared::Current
    } else {
        Compared::Later
    }
}

impl Db {
    /// The clock that all instances share: the server's. `None` where there is one process and its host.
    pub async fn shared_time(&self) -> sqlx::Result<Option<Timestamp>> {
        let Self::Postgres(..) = self else {
            return Ok(None);
        };
        self.query("SELECT clock_timestamp() AT TIME ZONE 'UTC'")
            .fetch_value()
            .await
            .map(Some)
    }

    /// Notes how late it is. When it was later before, the clock was set back: every wait is moved by as much, so that
    /// it lasts as long as it was to last, and the answer says by how much.
    pub async fn note_time(&self, now: Timestamp) -> sqlx::Result<Option<Duration>> {
        let noted = self.noted().await?;
        if noted.is_some_and(|noted| compare(noted.seen_at, now) == Compared::Current) {
            return Ok(None);
        }
        let mut tx = self.begin().await?;
        let noted = tx.noted().await?;
        let reached = noted.as_ref().map_or(now, |noted| noted.reached_at);
        let set_back = match noted.map(|noted| (noted.seen_at, compare(noted.seen_at, now))) {
            Some((seen, Compared::SetBack(by))) => {
                for wait in WAITS {
                    tx.shorten(wait, seen, by).await?;
                }
                Some(by)
            }
            Some((_, Compared::Current)) => return Ok(None),
            Some((_, Compared::Later)) | None => None,
        };
        tx.note(now, still_reached(reached, now)).await?;
        tx.commit().await?;
        Ok(set_back)
    }

    /// The latest time ever recorded. Anything due by then stays due when the clock is set back.
    pub async fn latest_time(&self, now: Timestamp) -> sqlx::Result<Timestamp> {
        let noted = self.noted().await?;
        Ok(noted.map_or(now, |noted| still_reached(noted.reached_at, now)))
    }

    async fn noted(&self) -> sqlx::Result<Option<Noted>> {
        self.query(NOTED).fetch_optional().await
    }
}

const NOTED: &str = "SELECT seen_at, reached_at FROM ops_clock";

fn still_reached(reached: Timestamp, now: Timestamp) -> Timestamp {
    if reached.since(now) > REACHED_HOLDS {
        now
    } else {
        reached.max(now)
    }
}

impl Tx {
    async fn noted(&mut self) -> sqlx::Result<Option<Noted>> {
        self.query(NOTED).fetch_optional().await
    }

    async fn note(&mut self, seen: Timestamp, reached: Timestamp) -> sqlx::Result<()> {
        self.query(
            "INSERT INTO ops_clock (what, seen_at, reached_at) VALUES ('this program', $1, $2)
             ON CONFLICT (what) DO UPDATE SET seen_at = excluded.seen_at,
                reached_at = excluded.reached_at",
        )
        .bind(seen)
        .bind(reached)
        .execute()
        .await
    }

    async fn shorten(&mut self, wait: &Wait, seen: Timestamp, by: Duration) -> sqlx::Result<()> {
        let earlier = |column: &&str| match self {
            // To the millisecond, in the width of all moments.
            Self::Sqlite(..) => format!(
                "{column} = strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || $2 || ' seconds') || '000'"
            ),
            Self::Postgres(..) => format!("{column} = {column} - make_interval(secs => $2)"),
        };
        let set: Vec<String> = wait.columns.iter().map(earlier).collect();
        let update = format!(
            "UPDATE {} SET {} WHERE {}",
            wait.table,
            set.join(", "),
            wait.rows
        );
        self.query(AssertSqlSafe(update))
            .bind(seen)
            .bind(by.as_seconds_f64())
            .execute()
            .await
    }
}
