//! `sovani-ops backup`.

use std::{
    path::{Path, PathBuf, absolute},
    process::ExitCode,
};

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::{COULD_NOT, one_off_settings};
use crate::{
    backup::{self, Backup},
    clock::Clock,
    db::{self, DatabaseUrl, Db, NewAudit},
    disk,
    domain::{Act, ActOutcome, Who, megabytes},
};

pub async fn write(file: &Path) -> anyhow::Result<ExitCode> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        written = written(file) => written.map(|()| ExitCode::SUCCESS),
        _ = terminate.recv() => Ok(interrupted()),
        _ = interrupt.recv() => Ok(interrupted()),
    }
}

fn interrupted() -> ExitCode {
    eprintln!("interrupted; nothing was written");
    ExitCode::from(COULD_NOT)
}

async fn written(file: &Path) -> anyhow::Result<()> {
    let settings = one_off_settings()?;
    let url = &settings.database_url;
    let file = absolute(file).with_context(|| format!("{} is no path", file.display()))?;
    let db = db::visit(url).await?;
    let free = disk::free_at(backup::folder_of(&file));
    let outcome = backup::write(&db, url, &file, free).await;
    audit(&db, &file, &outcome).await;
    db.close().await;
    print!("{}", told(&outcome?, url));
    Ok(())
}

/// The copy's outcome does not depend on whether it can be audited.
async fn audit(db: &Db, file: &Path, outcome: &anyhow::Result<Backup>) {
    let (outcome, detail) = match outcome {
        Ok(backup) => (
            ActOutcome::Done,
            format!("{:.1} MB, {} tables", size(backup), backup.tables),
        ),
        Err(error) => (ActOutcome::Failed, format!("{error:#}")),
    };
    let account = format!("uid {}", rustix::process::getuid().as_raw());
    let new = NewAudit {
        who: &Who::at_terminal(&account),
        act: Act::Backup,
        subject: &file.display().to_string(),
        outcome,
        detail: &detail,
    };
    if let Err(error) = db.record_audit(&new, Clock::system().now()).await {
        tracing::warn!(%error, "the backup is missing from the audit");
    }
}

fn size(backup: &Backup) -> f64 {
    megabytes(i64::try_from(backup.bytes).unwrap_or(i64::MAX))
}

fn told(backup: &Backup, url: &DatabaseUrl) -> String {
    let file = backup.file.display();
    let newest = backup
        .newest_alert
        .map_or("none".to_owned(), |at| format!("{at} UTC"));
    let restore = match url {
        DatabaseUrl::Sqlite(path) => {
            let place = absolute(path).unwrap_or_else(|_| PathBuf::from(path));
            let place = place.display();
            format!(
                "stop sovani-ops and the platform, remove {place}, {place}-wal and {place}-shm,\nand copy this file to {place}"
            )
        }
        DatabaseUrl::Postgres(_) => format!(
            "stop sovani-ops and the platform, make an empty database, and run\npg_restore --exit-on-error --no-owner --dbname=NAME {file}"
        ),
    };
    format!(
        "{file}\n{:.1} MB, {} tables, newest alert: {newest}; written and checked in {:.1} s\n\nTo restore: {restore}\n\
         docs/operations.md has every step; the Debian package puts it below /usr/share/doc/sovani-ops.\n",
        size(backup),
        backup.tables,
        backup.took.as_secs_f64()
    )
}
