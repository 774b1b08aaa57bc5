//! Returns the database's unused space to the disk.

use std::time::Duration;

use super::{Action, ActionError, Task};
use crate::{
    context::Context,
    db::{DatabaseUrl, Pages, Skipped, Vacuumed},
    detectors::db_growth,
    disk,
    domain::{DiskSpace, Mode, Plan, megabytes},
};

/// A few hundred MB a second, and a database of some dozens of GB.
const LIMIT: Duration = Duration::from_secs(900);
/// How many of a role's tables are named.
const NAMED: usize = 3;

pub const ACTION: Action = Action {
    name: "remediate_vacuum_db",
    mapped_to: &[db_growth::DETECTOR.name],
    mode: Mode::Auto,
    postgres_only: false,
    has_limit: false,
    // The database's own limit is shorter.
    timeout: LIMIT.saturating_add(Duration::from_secs(60)),
    run: |task| Box::pin(run(task)),
    rests_on: |_| Vec::new(),
    lacks: |_| None,
    plan: |cx| Box::pin(plan(cx)),
};

async fn run(Task { cx, .. }: Task<'_>) -> Result<String, ActionError> {
    let plan = plan(cx).await?;
    if let Plan::Rewrite { rooms, .. } = &plan
        && let Some(room) = rooms.iter().find(|room| room.is_short())
    {
        return Err(no_room(room));
    }
    let shrinks = matches!(plan, Plan::Shrink { .. });
    let size = if shrinks {
        cx.db.shrink(LIMIT).await
    } else {
        cx.db.vacuum(LIMIT).await
    };
    let vacuumed = size.map_err(|error| {
        if is_busy(&error) {
            ActionError::Retry(error.into())
        } else {
            // A full disk or too large a database would not change, and every writer would wait again.
            ActionError::Final(error.to_string())
        }
    })?;
    let sizes = format!(
        "{:.1} MB before, {:.1} MB after",
        megabytes(vacuumed.before),
        megabytes(vacuumed.after)
    );
    if let Some(undone) = undone(&vacuumed) {
        return Err(ActionError::Final(format!("{undone}; {sizes}")));
    }
    let how = if shrinks { "shrunk" } else { "vacuumed" };
    Ok(format!("Database {how} successfully: {sizes}"))
}

/// The part that VACUUM skipped without an error. Another attempt would skip it again.
pub fn undone(vacuumed: &Vacuumed) -> Option<String> {
    if !vacuumed.folded {
        let why = "rewritten, but the file is not smaller yet: somebody reads an older state of it";
        return Some(format!("{why}, and it shrinks when that ends"));
    }
    let skipped = &vacuumed.skipped;
    let Skipped { owner, .. } = skipped.first()?;
    let mut owners: Vec<&str> = skipped.iter().map(|one| one.owner.as_str()).collect();
    owners.dedup();
    let whose: Vec<String> = owners
        .into_iter()
        .map(|owner| {
            let of: Vec<&str> = skipped
                .iter()
                .filter(|one| one.owner == owner)
                .map(|one| one.name.as_str())
                .collect();
            let named = of[..of.len().min(NAMED)].join(", ");
            let more = of.len().saturating_sub(NAMED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!("{} of the role {owner} ({named}{more})", of.len())
        })
        .collect();
    Some(format!(
        "{} of {} tables were skipped, because this account may not vacuum them: {}. Let their owner do it, or run as a \
         superuser: GRANT \"{owner}\" TO this account",
        skipped.len(),
        vacuumed.tables,
        whose.join(", ")
    ))
}

async fn plan(cx: &Context) -> anyhow::Result<Plan> {
    let settings = cx.settings.get();
    let Some(pages) = cx.db.pages().await? else {
        let size = u64::try_from(cx.db.size().await?)?;
        return Ok(Plan::Sweep { size });
    };
    let Pages { size, unused, .. } = pages;
    Ok(if pages.incremental {
        Plan::Shrink { size, unused }
    } else {
        let rooms = match &settings.database_url {
            DatabaseUrl::Sqlite(path) => disk::space_to_rewrite(path, pages.used()),
            DatabaseUrl::Postgres(_) => Vec::new(),
        };
        Plan::Rewrite {
            size,
            unused,
            rooms,
        }
    })
}

fn no_room(room: &DiskSpace) -> ActionError {
    let mb = |bytes| megabytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    ActionError::Final(format!(
        "not vacuumed: that needs {:.1} MB of free disk space at {}, and there are {:.1} MB",
        mb(room.needed),
        room.path.display(),
        mb(room.free.unwrap_or_default())
    ))
}

/// Another program is using the database.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    // SQLITE_BUSY and its kin; PostgreSQL's lock_not_available and deadlock_detected.
    matches!(
        code.as_deref(),
        Some("5" | "6" | "261" | "517" | "55P03" | "40P01")
    )
}
