//! Changes to the database file while it is in use.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::{
    context::Context,
    db::Db,
    detectors::db_growth,
    domain::{Check, Disturbance, Finding, Severity, Verdict},
    views::in_english,
};

/// Problems of the file are reported by the detector that watches its size.
const SOURCE: &str = db_growth::DETECTOR.name;

/// Checks the file and reopens it if needed. Returns a problem, to be reported in place of the detector's own finding.
pub async fn tend(cx: &Context) -> Option<Check> {
    cx.file.look_again().await;
    let disturbance = cx.file.disturbance()?;
    if matches!(
        disturbance,
        Disturbance::Replaced | Disturbance::JournalLost
    ) && let Err(error) = reopen(cx).await
    {
        tracing::error!("the database cannot be reopened: {error:#}");
    }
    let finding = finding(cx, disturbance)?;
    let words = in_english(cx.clock.now());
    tracing::error!("{}", words(&finding));
    let verdict = Verdict::blind("file", finding);
    let check = Check::judged(SOURCE, Severity::Critical, verdict, Duration::ZERO, words);
    Some(check)
}

/// The same as text for an operator; `None` if all is well.
pub fn lacking(cx: &Context) -> Option<String> {
    let finding = finding(cx, cx.file.disturbance()?)?;
    Some(in_english(cx.clock.now())(&finding))
}

fn finding(cx: &Context, disturbance: Disturbance) -> Option<Finding> {
    let path = cx.file.path()?.display().to_string();
    Some(Finding::new(disturbance.text()).text("file", path))
}

/// The file may be a backup from an older version, or lack this program's tables.
async fn reopen(cx: &Context) -> anyhow::Result<()> {
    let Db::Sqlite(readers, _, writer, counter) = &cx.db else {
        return Ok(());
    };
    cx.file.reopen(readers, writer, counter).await?;
    // The migrator's future is not `Send`.
    let (db, runtime) = (cx.db.clone(), Handle::current());
    tokio::task::spawn_blocking(move || runtime.block_on(db.migrate())).await??;
    cx.db.recover().await?;
    cx.memory.reload(&cx.db.open_incidents().await?);
    Ok(())
}
