//! What somebody does to the database's file while it is in use.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::{
    context::Context,
    db::Db,
    detectors,
    domain::{Check, Disturbance, Finding, Severity, Verdict},
    views::in_english,
};

/// The detector that watches the file stands for it.
const SOURCE: &str = "check_db_growth";

/// Looks at the file, and opens it anew if that is called for. What is to be told, in the place of the detector's own
/// finding.
pub async fn tend(cx: &Context) -> Option<Check> {
    cx.file.look_again().await;
    let disturbance = cx.file.disturbance()?;
    if matches!(
        disturbance,
        Disturbance::Replaced | Disturbance::JournalLost
    ) && let Err(error) = reopen(cx).await
    {
        tracing::error!("the database cannot be opened anew: {error:#}");
    }
    let finding = finding(cx, disturbance)?;
    let name = detectors::find(SOURCE).ok()?.name;
    let words = in_english(cx.clock.now());
    tracing::error!("{}", words(&finding));
    let verdict = Verdict::blind("file", finding);
    let check = Check::judged(name, Severity::Critical, verdict, Duration::ZERO, words);
    Some(check)
}

/// The same in words for an operator; nothing while all is well.
pub fn lacking(cx: &Context) -> Option<String> {
    let finding = finding(cx, cx.file.disturbance()?)?;
    Some(in_english(cx.clock.now())(&finding))
}

fn finding(cx: &Context, disturbance: Disturbance) -> Option<Finding> {
    let path = cx.file.path()?.display().to_string();
    Some(Finding::new(disturbance.text()).text("file", path))
}

/// The file may be a backup that an older version made, or one that has nothing of ours.
async fn reopen(cx: &Context) -> anyhow::Result<()> {
    let Db::Sqlite(pool) = &cx.db else {
        return Ok(());
    };
    cx.file.reopen(pool).await?;
    // The migrator's future is bound to its thread.
    let (db, runtime) = (cx.db.clone(), Handle::current());
    tokio::task::spawn_blocking(move || runtime.block_on(db.migrate())).await??;
    cx.db.recover().await?;
    cx.memory.reload(&cx.db.open_incidents().await?);
    Ok(())
}
