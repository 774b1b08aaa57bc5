//! Checks that the database can be used.

use std::path::Path;

use rustix::fs::{Access, access};

use super::{Check, Finding, Installation, Status, installation::unusable};
use crate::{
    db::{DatabaseUrl, Db, ForeignTable, Migrations, Obstacle, POOL_SIZE, Server, ownership},
    settings::Settings,
};

pub const CHECK: Check = Check {
    name: "database",
    needs: &["DATABASE_URL"],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let db = match &installation.db {
        Ok(db) => db,
        Err(finding) => return vec![finding.clone()],
    };
    let url = &installation.settings.database_url;
    match findings(&installation.settings, db).await {
        Ok(findings) => findings,
        Err(error) => vec![unusable(url, "the database cannot be asked", &error)],
    }
}

async fn findings(settings: &Settings, db: &Db) -> sqlx::Result<Vec<Finding>> {
    let url = &settings.database_url;
    let mut findings = vec![server(&db.server().await?)];
    let can_write = match url {
        DatabaseUrl::Sqlite(path) => file_is_writable(path),
        DatabaseUrl::Postgres(_) => None,
    };
    findings.extend(can_write);
    findings.extend(connections(settings, db).await?);
    if let Err(error) = db.try_write_lock().await {
        let failed = "it cannot be written to at the moment";
        let finding = unusable(url, failed, &error);
        // Another program's lock passes.
        let status = Status::Warning;
        findings.push(Finding { status, ..finding });
    }
    let migrations = db.migrations().await?;
    findings.push(tables(&migrations, db.may_create().await?));
    if migrations.pending > 0 {
        findings.extend(foreign(&db.foreign_tables().await?));
    }
    findings.extend(closed(&db.closed_tables().await?));
    findings.extend(db.view_obstacles().await?.into_iter().map(stays));
    Ok(findings)
}

/// A pooler before the server, and the number of granted connections.
async fn connections(settings: &Settings, db: &Db) -> sqlx::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if db.is_pooled().await? {
        findings.push(Finding::ok(
            "PgBouncer, or another pooler, stands before the server; each statement brings its limits along",
        ));
    }
    let wanted = settings.database_pool_size.min(POOL_SIZE);
    if let Some(granted) = db.pool_size().filter(|granted| *granted < wanted) {
        findings.push(Finding::warning(
            format!("the server grants this program no more than {granted} connections at once"),
            "that will do, slowly; raise it with ALTER ROLE … CONNECTION LIMIT or ALTER DATABASE … CONNECTION LIMIT, \
             or set DATABASE_POOL_SIZE",
        ));
    }
    Ok(findings)
}

/// The next start fails for want of the right to change them.
fn foreign(tables: &[ForeignTable]) -> Option<Finding> {
    let (why, advice) = ownership(tables)?;
    Some(Finding::error(why, advice))
}

fn closed(tables: &[String]) -> Option<Finding> {
    if tables.is_empty() {
        return None;
    }
    let tables = tables.join(", ");
    Some(Finding::error(
        format!("this account may not read and write {tables}"),
        format!(
            "as their owner, run: GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO this account"
        ),
    ))
}

fn stays(obstacle: Obstacle) -> Finding {
    let Obstacle { view, why, advice } = obstacle;
    Finding::warning(
        format!(
            "{view} stays as it is: {why}. Others read in it what it showed before; this program does not need it"
        ),
        advice,
    )
}

fn server(server: &Server) -> Finding {
    let version = &server.version;
    if server.read_only {
        return Finding::error(
            format!("{version} takes no writes: it is a replica or set to read only"),
            "let DATABASE_URL lead to the primary server",
        );
    }
    match (&server.journal, server.waiting) {
        (Some(journal), _) if !journal.eq_ignore_ascii_case("wal") => Finding::ok(format!(
            "{version}, journal mode {journal}; the start changes it to wal"
        )),
        (_, Some(waiting)) if waiting > 0 => Finding::warning(
            format!("{version}; {waiting} of its sessions wait for a lock"),
            "see pg_stat_activity for who holds it",
        ),
        _ => Finding::ok(format!("{version} can be reached")),
    }
}

/// `None` if all is well. WAL keeps two files beside the database.
fn file_is_writable(path: &Path) -> Option<Finding> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    let shut = [path, folder]
        .into_iter()
        .find(|path| access(*path, Access::WRITE_OK).is_err())?;
    Some(Finding::error(
        format!("this account cannot write to {}", shut.display()),
        "give the account that runs the bot the right to write to the file and its folder",
    ))
}

fn tables(migrations: &Migrations, may_create: bool) -> Finding {
    match migrations {
        Migrations { unknown: 1.., .. } => Finding::error(
            "its tables are newer than this program",
            "install the newest version of the program",
        ),
        Migrations { pending: 1.., .. } if !may_create => Finding::error(
            "the program's tables are to be made, and the account may make none",
            "give the account the right to create tables and views in its schema",
        ),
        Migrations { pending: 0, .. } => Finding::ok("the program's tables are up to date"),
        Migrations { pending, .. } => Finding::warning(
            format!("{pending} changes to the program's tables are to be made"),
            "the next start makes them; or run: sovani-ops migrate",
        ),
    }
}
