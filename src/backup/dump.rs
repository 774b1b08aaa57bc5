//! Runs `pg_dump` and `pg_restore`, without a shell and with secrets in their environment.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use secrecy::ExposeSecret;
use tokio::process::Command;

use super::tool::{self, command};
use crate::db::{self, PostgresAddress};

/// The last lines of such a program's output name the cause.
const TOLD_LENGTH: usize = 2_000;
/// Dumps the database into the file, and reads that through. How many tables have their rows in it.
pub async fn write(address: &PostgresAddress, version: u32, file: &Path) -> anyhow::Result<u64> {
    let pg_dump = tool::find("pg_dump", version).await?;
    let mut dump = command(&pg_dump);
    dump.args(["--format=custom", "--no-password", "--file"])
        .arg(file);
    for (name, value) in db::postgres_environment(address) {
        dump.env(name, value.expose_secret());
    }
    said(dump).await.context("pg_dump failed")?;
    let pg_restore = pg_dump.with_file_name("pg_restore");
    let mut list = command(&pg_restore);
    list.arg("--list").arg(file);
    let contents = said(list)
        .await
        .context("pg_restore cannot read what pg_dump has written")?;
    let tables = contents
        .lines()
        .filter(|line| line.contains(" TABLE DATA "))
        .count() as u64;
    ensure!(tables > 0, "pg_dump has written a file without tables");
    // The list is at its beginning: that the rows can be read again is known when they have been.
    let mut read = command(&pg_restore);
    read.args(["--file", "/dev/null"]).arg(file);
    said(read)
        .await
        .context("pg_restore cannot read the rows that pg_dump has written")?;
    Ok(tables)
}

/// The program's output, if it succeeded.
async fn said(mut command: Command) -> anyhow::Result<String> {
    let output = command.output().await?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let told = told.trim();
    let skipped = told.chars().count().saturating_sub(TOLD_LENGTH);
    let end: String = told.chars().skip(skipped).collect();
    bail!("{}: {end}", output.status)
}
