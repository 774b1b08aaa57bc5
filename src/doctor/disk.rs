//! Checks that the disk has room for the database to grow and to be rewritten.

use super::{Check, Finding, Installation};
use crate::{
    db::DatabaseUrl,
    disk,
    domain::{DiskSpace, megabytes},
};

/// Less than this is used up before anybody has read the warning.
const FREE_BYTES_MIN: u64 = 200 * 1024 * 1024;

pub const CHECK: Check = Check {
    name: "disk",
    needs: &["DATABASE_URL"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let DatabaseUrl::Sqlite(path) = &installation.settings.database_url else {
        return vec![Finding::not_checked(
            "the database is on a server, whose disk is not seen from here",
            "watch the server's own disk",
        )];
    };
    let pages = match installation.db() {
        Ok(db) => db.pages().await,
        Err(finding) => return vec![finding],
    };
    let Ok(Some(pages)) = pages else {
        return vec![Finding::not_checked(
            "the database's size cannot be read",
            "see the check database",
        )];
    };
    let copy = if pages.incremental { 0 } else { pages.used() };
    let rooms = disk::space_to_rewrite(path, copy);
    rooms.iter().map(judge).collect()
}

/// Judges the free space of a place that a rewrite of the database needs.
pub fn judge(room: &DiskSpace) -> Finding {
    let place = room.path.display();
    let mb = |bytes: u64| megabytes(i64::try_from(bytes).unwrap_or(i64::MAX));
    let Some(free) = room.free else {
        return Finding::not_checked(
            format!("the free space at {place} is not known"),
            "look with: df",
        );
    };
    if free < FREE_BYTES_MIN {
        return Finding::error(
            format!("{:.0} MB are free at {place}", mb(free)),
            "make room; a full disk stops the platform too",
        );
    }
    if room.is_short() {
        return Finding::warning(
            format!(
                "a VACUUM needs {:.0} MB, and {:.0} MB are free at {place}",
                mb(room.needed),
                mb(free)
            ),
            "make room, or let the database give space back in place: PRAGMA auto_vacuum = incremental",
        );
    }
    Finding::ok(format!("{:.0} MB are free at {place}", mb(free)))
}
