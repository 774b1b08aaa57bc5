use std::{
    pin::pin,
    time::{Duration, Instant},
};

use super::{Call, Command, CommandError, Reply, detector};
use crate::{domain::Role, ops::sweep, views};

/// How often the message is edited while the checks run.
const PROGRESS_EVERY: Duration = Duration::from_secs(4);

pub const COMMAND: Command = Command {
    name: "run",
    args: "[detector]",
    role: Role::Admin,
    run: |call| Box::pin(run(call)),
};

async fn run(
    Call {
        cx, args, address, ..
    }: Call<'_>,
) -> Result<Reply, CommandError> {
    let which = detector(&cx.voice(), args)?.map_or_else(sweep::all, |detector| vec![detector]);
    let arrival = cx
        .telegram
        .reply(
            address.address(),
            &views::running(&cx.voice(), which.len(), Duration::ZERO),
        )
        .await?;
    let started = Instant::now();
    let (chat, message) = (arrival.chat_id, arrival.message_id);

    let mut checks = pin!(sweep::check(cx, &which));
    let checks = loop {
        tokio::select! {
            checks = &mut checks => break checks,
            () = tokio::time::sleep(PROGRESS_EVERY) => {
                cx.telegram.typing(address.chat).await;
                let progress = views::running(&cx.voice(), which.len(), started.elapsed());
                if let Err(failure) = cx.telegram.edit(chat, message, &progress).await {
                    tracing::debug!(%failure, "a run's progress is not shown");
                }
            }
        }
    };
    let result = views::checks(&cx.voice(), &checks, started.elapsed());
    Ok(match cx.telegram.edit(chat, message, &result).await {
        Ok(()) => Reply::Said,
        Err(failure) => {
            tracing::warn!(%failure, "a run's result cannot be edited in; sending it");
            Reply::Say(result)
        }
    })
}
