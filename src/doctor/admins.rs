//! Checks that there are users, and that the bot can write to them.

use futures::future::join_all;

use super::{Check, Finding, Installation};
use crate::{
    domain::ChatTarget,
    telegram::{Failure, Telegram},
};

pub const CHECK: Check = Check {
    name: "admins",
    needs: &[
        "TELEGRAM_TOKEN",
        "TELEGRAM_API_URL",
        "TELEGRAM_PROXY",
        "ADMIN_USER_IDS",
    ],
    run: |installation| Box::pin(look(installation)),
};

async fn look(installation: &Installation) -> Vec<Finding> {
    let admins = &installation.settings.admins;
    if admins.is_empty() {
        return vec![Finding::warning(
            "ADMIN_USER_IDS is empty: nobody may acknowledge, silence or remediate",
            "run: sovani-ops init",
        )];
    }
    match installation.bot().await {
        Err(finding) => vec![finding],
        Ok((telegram, me)) => {
            let looks = admins.iter().map(|admin| async {
                judge(*admin, me.username(), &reach(telegram, *admin).await)
            });
            join_all(looks).await
        }
    }
}

/// A private chat has its person's id.
async fn reach(telegram: &Telegram, user: i64) -> Result<(), Failure> {
    telegram
        .may_write(ChatTarget {
            chat_id: user,
            thread_id: None,
        })
        .await
}

fn judge(user: i64, bot: &str, reached: &Result<(), Failure>) -> Finding {
    match reached {
        Ok(()) => Finding::ok(format!("the bot can write to {user}")),
        Err(failure @ Failure::Lost(_)) => Finding::warning(
            format!("the bot cannot write to {user}: {failure}"),
            format!("that person has to write /start to @{bot}"),
        ),
        Err(failure) => Finding::error(
            format!("the bot cannot write to {user}: {failure}"),
            "try again in a few minutes",
        ),
    }
}
