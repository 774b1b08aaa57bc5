use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::{Command, CommandError, CommandRequest, Reply, detector};
use crate::{
    context::Context,
    detectors::Entry,
    domain::{ChatTarget, Role},
    ops::checks,
    telegram::Address,
    views,
};

/// How often the message is edited while the checks run.
const PROGRESS_EVERY: Duration = Duration::from_secs(4);

pub const COMMAND: Command = Command {
    name: "run",
    args: "[detector]",
    role: Role::Admin,
    changes_something: true,
    run: |request| Box::pin(run(request)),
};

async fn run(
    CommandRequest {
        cx, args, address, ..
    }: CommandRequest<'_>,
) -> Result<Reply, CommandError> {
    let which = match detector(cx, args)? {
        Some(detector) => vec![detector],
        None => cx.settings.registry().runnable(),
    };
    let running = views::running(&cx.voice(), which.len(), Duration::ZERO);
    let arrival = cx.telegram.reply(address.address(), &running).await?;
    let progress = Progress {
        chat: ChatTarget {
            chat_id: arrival.chat_id,
            ..address.chat
        },
        message_id: arrival.message_id,
        checks: which.len(),
        started: Instant::now(),
    };

    // The checks run in the background, so that the chat's next messages do not wait.
    let cx = Arc::clone(cx);
    cx.clone().tasks.spawn(async move {
        let _place = cx.sweeps.by_hand.acquire().await;
        tell_result(&cx, &which, progress, address.address()).await;
    });
    Ok(Reply::Said)
}

async fn tell_result(cx: &Context, which: &[Entry], progress: Progress, address: Address) {
    let done = CancellationToken::new();
    let checking = async {
        let checks = checks::run(cx, which).await;
        done.cancel();
        views::checks(&cx.voice(), &checks, progress.started.elapsed())
    };
    // Run concurrently: if detectors waited for a slow Telegram, they would keep their connections and run out of time.
    let (result, ()) = tokio::join!(checking, progress.tell_until(&done, cx));
    let edited = cx
        .telegram
        .edit(progress.chat.chat_id, progress.message_id, &result);
    let Err(failure) = edited.await else { return };
    tracing::warn!(%failure, "a run's result cannot be edited in; sending it");
    if let Err(failure) = cx.telegram.reply(address, &result).await {
        tracing::warn!(%failure, "a run's result did not arrive");
    }
}

/// The message that says how long the checks have been running.
struct Progress {
    chat: ChatTarget,
    message_id: i32,
    checks: usize,
    started: Instant,
}

impl Progress {
    /// Finishes an edit in progress, so that it does not arrive after the result.
    async fn tell_until(&self, done: &CancellationToken, cx: &Context) {
        let pause = || done.run_until_cancelled(tokio::time::sleep(PROGRESS_EVERY));
        while pause().await.is_some() {
            cx.telegram.typing(self.chat).await;
            let said = views::running(&cx.voice(), self.checks, self.started.elapsed());
            let edited = cx.telegram.edit(self.chat.chat_id, self.message_id, &said);
            if let Err(failure) = edited.await {
                tracing::debug!(%failure, "a run's progress is not shown");
            }
        }
    }
}
