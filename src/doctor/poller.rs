//! Checks whether another program fetches the updates of the same token.
//!
//! Asking Telegram for updates would cut off another poller, so it is only done while no instance of this program holds
//! the lease, and no update is confirmed.

use std::time::Duration;

use super::{Check, Finding, Installation, telegram};
use crate::{
    bot,
    telegram::{Failure, Telegram},
};

/// Another poller that was cut off is back within this long, and cuts off in turn.
const LISTEN: Duration = Duration::from_secs(4);
/// Waiting updates end a wait at once; the next one begins after this long.
const PAUSE: Duration = Duration::from_secs(2);

pub const CHECK: Check = Check {
    name: "poller",
    needs: telegram::CHECK.needs,
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let finding = match ours_is_running(installation).await {
        Err(finding) => finding,
        Ok(true) => Finding::ok("a running sovani-ops fetches the commands and presses"),
        Ok(false) => match installation.bot().await {
            Err(finding) => finding,
            Ok((telegram, _)) => judge(installation, listen(telegram).await),
        },
    };
    vec![finding]
}

async fn ours_is_running(installation: &Installation) -> Result<bool, Finding> {
    let held = installation
        .db()?
        .lease_is_held(bot::LEASE, installation.clock.now())
        .await;
    held.map_err(|_| {
        Finding::not_checked(
            "the database does not tell whether sovani-ops is running",
            "see the check database",
        )
    })
}

/// Twice, because another poller may be between two polls, and because waiting updates end the first at once.
async fn listen(telegram: &Telegram) -> Result<(), Failure> {
    let waiting = telegram.updates(None, LISTEN, None).await?;
    if !waiting.updates.is_empty() {
        tokio::time::sleep(PAUSE).await;
        telegram.updates(None, Duration::ZERO, None).await?;
    }
    Ok(())
}

fn judge(installation: &Installation, heard: Result<(), Failure>) -> Finding {
    match heard {
        Ok(()) => Finding::ok("nobody else fetches the commands and presses"),
        Err(Failure::Conflict) => Finding::error(
            "another program, or a webhook, fetches the commands and presses",
            "stop it, or give it a bot of its own; if it is a sovani-ops on another database, one of the two must go",
        ),
        Err(failure) => Finding::error(
            failure.to_string(),
            telegram::advice(&failure, &installation.settings),
        ),
    }
}
